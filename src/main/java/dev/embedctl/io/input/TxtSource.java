package dev.embedctl.io.input;

import dev.embedctl.io.bytes.LineReader;
import dev.embedctl.io.bytes.ReadFailure;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Text;
import java.io.IOException;
import java.util.Optional;

/** Reads a text a line: every line is a record, a blank one too. */
final class TxtSource implements RecordSource {
  private final String name;
  private final LineReader lines;
  private final FieldSelector textField;
  private long index;

  /**
   * Reads these lines.
   *
   * @param textField what the text is called where the record is told as JSON
   */
  TxtSource(String name, LineReader lines, FieldSelector textField) {
    this.name = name;
    this.lines = lines;
    this.textField = textField;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<InputRecord> next() throws IOException {
    if (!advance()) {
      return Optional.empty();
    }
    return Optional.of(lines.isTooLong() ? tooLong(lines.text()) : record(lines.text()));
  }

  private InputRecord record(String line) {
    return record(
        TextRules.check(line), () -> JsonText.nested(textField.path(), JsonText.quoted(line)));
  }

  private InputRecord tooLong(String head) {
    return record(
        TextRules.invalidRecord("the line is longer than " + lines.maxChars() + " characters"),
        () -> JsonText.unreadable(head + "…"));
  }

  private InputRecord record(Text text, InputRecord.Original original) {
    return new InputRecord(
        index++, lines.number(), text, Optional.empty(), Optional.empty(), original);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  private boolean advance() {
    try {
      return lines.advance();
    } catch (IOException e) {
      throw ReadFailure.at(name, lines.number() + 1, e);
    }
  }
}
