package dev.embedctl.io.input;

import dev.embedctl.io.bytes.ReadFailure;
import dev.embedctl.io.bytes.RowBound;
import dev.embedctl.io.input.TextForm.Header;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.FailureCode;
import dev.embedctl.model.InputPlace;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Text;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Reads CSV and TSV: a header row, then a record in each row. Blank lines are not records. */
public final class CsvSource implements RecordSource {
  private final String name;
  private final TableForm form;
  private final InputOptions options;
  private final RowBound bound;
  private final RawRows raw;
  private final CSVParser parser;
  private final Iterator<CSVRecord> rows;
  private final CsvHeader columns;

  /** The first row, if it is a record that was not returned yet. */
  private Optional<InputRecord> firstRow = Optional.empty();

  /** The line on which the last row ends. */
  private long lastLine;

  private long index;

  /**
   * Reads the header row at once, so that an error in it is found before the run begins.
   *
   * @param maxRowChars a longer row is treated as damage, such as a missing closing quote
   * @throws EmbedctlException.InvalidInput if the header row is missing, or lacks a needed column
   */
  CsvSource(String name, Reader reader, TableForm form, InputOptions options, int maxRowChars)
      throws IOException {
    this.name = name;
    this.form = form;
    this.options = options;
    this.bound = new RowBound(reader, maxRowChars);
    this.raw = new RawRows(bound);
    this.parser = CSVParser.builder().setReader(raw).setFormat(form.parsed()).get();
    this.rows = parser.iterator();
    FirstRow first = firstRow();
    this.columns =
        switch (options.form().header()) {
          case NAMES_COLUMNS -> CsvHeader.of(first.cells(), form, options, first.where());
          case NONE -> CsvHeader.numbered(first.cells().size(), form, options, first.where());
        };
    if (options.form().header() == Header.NONE) {
      firstRow = Optional.of(record(first.cells().toArray(String[]::new), first.line()));
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<InputRecord> next() {
    if (firstRow.isPresent()) {
      Optional<InputRecord> first = firstRow;
      firstRow = Optional.empty();
      return first;
    }
    while (true) {
      bound.rowBegins();
      raw.rowBegins(lastLine + 1);
      try {
        if (!rows.hasNext()) {
          return Optional.empty();
        }
        String[] cells = rows.next().values();
        long line = firstLine(cells);
        lastLine = parser.getCurrentLineNumber();
        if (isBlankLine(cells)) {
          continue;
        }
        return Optional.of(
            cells.length == columns.count()
                ? record(cells, line)
                : unreadable(raw.rowUpTo(lastLine), ragged(cells)));
      } catch (UncheckedIOException e) {
        Text.Invalid reason = reasonToGoOn(e);
        skipRestOfRow();
        return Optional.of(unreadable(raw.rowUpTo(lastLine), reason));
      }
    }
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }

  /** The first row of the table. */
  private record FirstRow(List<String> cells, long line, String where) {}

  private FirstRow firstRow() {
    try {
      if (!rows.hasNext()) {
        throw new EmbedctlException.InvalidInput(
            at(1) + "empty; the first row has to name the columns");
      }
      String[] header = rows.next().values();
      long line = firstLine(header);
      lastLine = parser.getCurrentLineNumber();
      return new FirstRow(List.of(header), line, name + ":" + line);
    } catch (UncheckedIOException e) {
      Text.Invalid reason = reasonToGoOn(e);
      long line = parser.getCurrentLineNumber();
      skipRestOfRow();
      throw new EmbedctlException.InvalidInput(
          at(line)
              + "the header row cannot be read: "
              + CsvHeader.otherDelimiter(raw.rowUpTo(lastLine).text(), form)
                  .orElse(reason.message()),
          e);
    }
  }

  private InputRecord record(String[] cells, long line) {
    Optional<Text.Invalid> defect = badBytes(cells);
    if (defect.isPresent()) {
      return new InputRecord(
          index++,
          new InputPlace(name, line),
          defect.get(),
          Optional.empty(),
          Optional.empty(),
          original(cells));
    }
    Fields fields = columns.row(cells);
    return new InputRecord(
        index++,
        new InputPlace(name, line),
        options.textOf(fields),
        // In CSV an empty cell is a missing value.
        Optional.of(fields.value(options.id().field()).content())
            .filter(id -> !id.isEmpty())
            .map(JsonText::quoted),
        columns.metadata(options.metadata(), cells),
        original(cells));
  }

  private InputRecord unreadable(RawRows.RawRow row, Text.Invalid reason) {
    return new InputRecord(
        index++,
        new InputPlace(name, row.line()),
        reason,
        Optional.empty(),
        Optional.empty(),
        InputRecord.Original.of(row.text().length(), () -> JsonText.unreadable(row.text())));
  }

  private InputRecord.Original original(String... cells) {
    int chars = 0;
    for (String cell : cells) {
      chars += cell.length();
    }
    return InputRecord.Original.of(chars, () -> columns.toJsonObject(cells));
  }

  private Text.Invalid ragged(String[] cells) {
    return TextRules.invalidRecord(
        cells.length
            + (cells.length == 1 ? " cell" : " cells")
            + ", where the header has "
            + columns.count());
  }

  private static Optional<Text.Invalid> badBytes(String[] cells) {
    for (String cell : cells) {
      int lone = TextRules.loneSurrogate(cell);
      if (lone >= 0) {
        return Optional.of(TextRules.invalidUnicode(cell.charAt(lone), lone));
      }
    }
    return Optional.empty();
  }

  /** The parser skips an empty line, but reads a line of spaces as a row. */
  private boolean isBlankLine(String[] cells) {
    return cells.length == 1 && columns.count() > 1 && TextRules.isBlank(cells[0]);
  }

  /** The line on which the row begins; the parser knows only where it ends. */
  private long firstLine(String[] cells) {
    long line = parser.getCurrentLineNumber();
    if (line == lastLine + 1) {
      return line;
    }
    for (String cell : cells) {
      for (int i = 0; i < cell.length(); i++) {
        boolean afterCr = i > 0 && cell.charAt(i - 1) == '\r';
        if (cell.charAt(i) == '\r' || (cell.charAt(i) == '\n' && !afterCr)) {
          line--;
        }
      }
    }
    return line;
  }

  /** Why the row cannot be read, if the next rows can be; otherwise throws the failure. */
  private Text.Invalid reasonToGoOn(UncheckedIOException e) {
    String message = String.valueOf(e.getCause().getMessage());
    if (e.getCause() instanceof RowBound.Exceeded) {
      throw new EmbedctlException.InvalidInput(
          at(lastLine + 1)
              + "a row has more than "
              + bound.maxChars()
              + " characters"
              + (form.quote().isPresent() ? "; is a quote left open?" : ""),
          e);
    }
    if (!(e.getCause() instanceof CSVException)) {
      throw ReadFailure.at(name, lastLine + 1, e.getCause());
    }
    if (message.startsWith("(startline")) {
      throw new EmbedctlException.InvalidInput(
          at(numberIn(message)) + "a quote that opens here is never closed", e);
    }
    return new Text.Invalid(
        FailureCode.INVALID_RECORD,
        "characters after a closing quote; a quote inside quotes is written twice");
  }

  /** Reads the rest of a row that could not be read, up to the next one. */
  private void skipRestOfRow() {
    while (true) {
      try {
        if (rows.hasNext()) {
          rows.next();
        }
        lastLine = parser.getCurrentLineNumber();
        return;
      } catch (UncheckedIOException e) {
        // Another bad quote in the same row.
        reasonToGoOn(e);
      }
    }
  }

  private String at(long line) {
    return name + ":" + line + ": ";
  }

  /** The number in a message, which may have the digits of the machine's language. */
  private static long numberIn(String message) {
    long number = 0;
    for (char c : message.substring(0, message.indexOf(')')).toCharArray()) {
      if (Character.isDigit(c)) {
        number = 10 * number + Character.digit(c, 10);
      }
    }
    return number;
  }
}
