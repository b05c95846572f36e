package dev.embedctl.io.input;

import java.util.Objects;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;

/**
 * How a table of text is written.
 *
 * @param delimiter stands between two cells
 * @param quote stands around a cell that holds delimiters or line breaks, and twice for itself;
 *     without one, every character but these two stands for itself
 */
record TableForm(char delimiter, Optional<Character> quote) {
  /** As RFC 4180 has it. */
  static final TableForm CSV = new TableForm(',', Optional.of('"'));

  /** Tabs between cells, and no quotes: a quotation mark is part of a text. */
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
