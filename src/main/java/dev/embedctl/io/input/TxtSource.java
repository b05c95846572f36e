package dev.embedctl.io.input;

import dev.embedctl.io.bytes.LineReader;
import dev.embedctl.io.bytes.ReadFailure;
import dev.embedctl.model.InputPlace;
import dev.embedctl.model.InputRecord;
import java.io.IOException;
import java.util.Optional;

/** Reads a text from each line. Blank lines are not records. */
final class TxtSource implements RecordSource {
  private final String name;
  private final LineReader lines;
  private final InputOptions options;
  private final NamedFields named;
  private long index;

  private TxtSource(String name, LineReader lines, InputOptions options, NamedFields named) {
    this.name = name;
    this.lines = lines;
    this.options = options;
    this.named = named;
  }

  /** The records of these lines; each has one field, with the name of the text field. */
  static RecordSource of(String name, LineReader lines, InputOptions options) {
    NamedFields named = new NamedFields(options);
    return new FirstRecords(new TxtSource(name, lines, options, named), named);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<InputRecord> next() throws IOException {
    while (advance()) {
      String line = lines.text();
      if (lines.isTooLong()) {
        return Optional.of(tooLong(line));
      }
      if (!TextRules.isBlank(line)) {
        return Optional.of(record(line));
      }
    }
    return Optional.empty();
  }

  private InputRecord record(String line) {
    BareText fields = new BareText(options.text(), line);
    named.look(fields);
    FieldSelector id = options.id().field();
    return new InputRecord(
        index++,
        new InputPlace(name, lines.number()),
        options.textOf(fields),
        id.equals(options.text()) ? Optional.of(JsonText.quoted(line)) : Optional.empty(),
        fields.metadata(options.metadata()),
        InputRecord.Original.of(
            line.length(), () -> JsonText.nested(options.text().path(), JsonText.quoted(line))));
  }

  private InputRecord tooLong(String head) {
    return new InputRecord(
        index++,
        new InputPlace(name, lines.number()),
        TextRules.invalidRecord("the line is longer than " + lines.maxChars() + " characters"),
        Optional.empty(),
        Optional.empty(),
        InputRecord.Original.of(head.length(), () -> JsonText.unreadable(head + "…")));
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
