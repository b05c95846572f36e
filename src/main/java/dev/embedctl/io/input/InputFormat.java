package dev.embedctl.io.input;

import dev.embedctl.io.bytes.Compression;
import java.util.Locale;
import java.util.Optional;

/** How an input is read. */
public enum InputFormat {
  /** An object a line, or a bare string a line. */
  JSONL,
  /** An array whose elements are objects or bare strings; a file that is none is read as lines. */
  JSON,
  /** Cells with commas between them, under a header row. */
  CSV,
  /** Cells with tabs between them, under a header row; a quote is a character like any other. */
  TSV,
  /** A text a line. */
  TXT,
  /** A table, column by column. */
  PARQUET,
  /** A text, whose id is its path. */
  FILES;

  /**
   * The format that a file's name tells; a compressed file's name is told by what stands before.
   */
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

  /** The word for it on a command line. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
