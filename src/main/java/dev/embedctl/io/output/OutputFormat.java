package dev.embedctl.io.output;

import dev.embedctl.io.bytes.Compression;
import java.util.Locale;
import java.util.Optional;

/** How an output is written. */
public enum OutputFormat {
  /** A JSON object a record. */
  JSONL,
  /** A row a record, under a header row. */
  CSV,
  /** A row a record, column by column. */
  PARQUET,
  /** A table as record batches of Arrow's IPC format. */
  ARROW,
  /** A NumPy array, and beside it the ids. */
  NPY;

  /**
   * The format that a file's name tells; a compressed file's name is told by what stands before.
   */
  public static Optional<OutputFormat> ofFileName(String fileName) {
    String name = Compression.stripped(fileName.toLowerCase(Locale.ROOT));
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "jsonl", "ndjson", "json" -> Optional.of(JSONL);
      case "csv" -> Optional.of(CSV);
      case "parquet" -> Optional.of(PARQUET);
      case "arrow", "feather" -> Optional.of(ARROW);
      case "npy" -> Optional.of(NPY);
      default -> Optional.empty();
    };
  }

  /** The word for it on a command line. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
