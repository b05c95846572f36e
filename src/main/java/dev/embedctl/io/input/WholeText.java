package dev.embedctl.io.input;

import dev.embedctl.io.bytes.ReadFailure;
import dev.embedctl.model.InputPlace;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Text;
import java.io.IOException;
import java.io.Reader;
import java.util.Optional;

/** Reads a file as one text, whose id is the file's path. A blank file is not a record. */
final class WholeText implements RecordSource {
  private static final String ID = "id";
  private static final int HEAD_CHARS = 200;
  private static final int BLOCK_CHARS = 1 << 13;

  private final String name;
  private final Reader reader;
  private final InputOptions options;
  private final int maxChars;
  private boolean ended;

  WholeText(String name, Reader reader, InputOptions options, int maxChars) {
    this.name = name;
    this.reader = reader;
    this.options = options;
    this.maxChars = maxChars;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<InputRecord> next() {
    if (ended) {
      return Optional.empty();
    }
    ended = true;
    String text = read(name, reader, maxChars);
    if (text.length() > maxChars) {
      String head = text.substring(0, HEAD_CHARS) + "…";
      return Optional.of(
          record(
              TextRules.invalidRecord("the file is longer than " + maxChars + " characters"),
              head));
    }
    return TextRules.isBlank(text)
        ? Optional.empty()
        : Optional.of(record(options.textOf(new BareText(options.text(), text)), text));
  }

  /** All characters; of an input over the limit, a few more than the limit. */
  static String read(String name, Reader reader, int maxChars) {
    StringBuilder text = new StringBuilder();
    char[] block = new char[BLOCK_CHARS];
    try {
      for (int read = reader.read(block); read >= 0; read = reader.read(block)) {
        text.append(block, 0, read);
        if (text.length() > maxChars) {
          break;
        }
      }
    } catch (IOException e) {
      long line = 1 + text.chars().filter(c -> c == '\n').count();
      throw ReadFailure.at(name, line, e);
    }
    return text.toString();
  }

  private InputRecord record(Text text, String content) {
    String id = JsonText.quoted(name.replace('\\', '/'));
    return new InputRecord(
        0,
        new InputPlace(name, 1),
        text,
        Optional.of(id),
        new BareText(options.text(), content).metadata(options.metadata()),
        InputRecord.Original.of(content.length(), () -> original(id, content)));
  }

  private String original(String id, String content) {
    StringBuilder json = new StringBuilder("{");
    JsonText.appendMember(json, ID, id);
    JsonText.appendMember(json, options.text().label(), JsonText.quoted(content));
    return json.append('}').toString();
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
