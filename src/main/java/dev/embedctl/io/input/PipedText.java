package dev.embedctl.io.input;

import dev.embedctl.model.InputPlace;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Text;
import java.io.IOException;
import java.io.Reader;
import java.util.Optional;

/** Reads standard input as one text, without the line break at its end. */
final class PipedText implements RecordSource {
  private final String name;
  private final Reader reader;
  private final int maxChars;
  private boolean ended;

  PipedText(String name, Reader reader, int maxChars) {
    this.name = name;
    this.reader = reader;
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
    String text = WholeText.read(name, reader, maxChars);
    Text checked =
        text.length() > maxChars
            ? TextRules.invalidRecord("the text is longer than " + maxChars + " characters")
            : TextRules.check(withoutLastBreak(text));
    return Optional.of(TextSource.record(0, new InputPlace(name, 1), checked, text));
  }

  /** A shell's {@code echo} and most editors put a line break behind a text. */
  private static String withoutLastBreak(String text) {
    int end = text.endsWith("\n") ? text.length() - 1 : text.length();
    return text.substring(0, end > 0 && text.charAt(end - 1) == '\r' ? end - 1 : end);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
