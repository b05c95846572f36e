package dev.embedctl.io.input;

import java.util.Objects;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;

/**
 * How a table of text is written.
 *
 * @param delimiter the character between two cells
 * @param quote the character around a cell with delimiters or line breaks, doubled for itself;
 *     without one, only the delimiter and line breaks have a meaning
 */
record TableForm(char delimiter, Optional<Character> quote) {
  /** The form of RFC 4180. */
  static final TableForm CSV = new TableForm(',', Optional.of('"'));

  /** Tabs between cells, and no quoting: a quotation mark is part of a text. */
  static final TableForm TSV = new TableForm('\t', Optional.empty());

  TableForm {
    Objects.requireNonNull(quote);
  }

  CSVFormat parsed() {
    return CSVFormat.RFC4180
        .builder()
        .setDelimiter(delimiter)
        .setQuote(quote.orElse(null))
        .setIgnoreEmptyLines(true)
        .get();
  }
}
