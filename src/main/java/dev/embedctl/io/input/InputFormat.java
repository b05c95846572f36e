package dev.embedctl.io.input;

import dev.embedctl.io.bytes.Compression;
import java.util.Locale;
import java.util.Optional;

/** The format of an input. */
public enum InputFormat {
  /** An object or a bare string on each line. */
  JSONL,
  /** An array of objects or bare strings; a file without one is read as lines. */
  JSON,
  /** Rows of cells separated by commas, under a header row. */
  CSV,
  /** Rows of cells separated by tabs, under a header row; quotation marks have no meaning. */
  TSV,
  /** A text on each line. */
  TXT,
  /** A table that is stored by column. */
  PARQUET,
  /** Each file is a text, and its path is the id. */
  FILES;

  /** The format of a file by its name, without the suffix of a compression. */
  public static Optional<InputFormat> ofFileName(String fileName) {
    String name = Compression.stripped(fileName.toLowerCase(Locale.ROOT));
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "json" -> Optional.of(JSON);
      case "jsonl", "ndjson" -> Optional.of(JSONL);
      case "csv" -> Optional.of(CSV);
      case "tsv", "tab" -> Optional.of(TSV);
      case "txt" -> Optional.of(TXT);
      case "parquet" -> Optional.of(PARQUET);
      default -> Optional.empty();
    };
  }

  /** Its name on the command line. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
