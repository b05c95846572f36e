package dev.embedctl.io.output;

import dev.embedctl.io.bytes.Compression;
import java.util.Locale;
import java.util.Optional;

/** The format of an output. */
public enum OutputFormat {
  /** One JSON object per record. */
  JSONL,
  /** A header row, and one row per record. */
  CSV,
  /** One row per record, stored by column. */
  PARQUET,
  /** One row per record, in record batches of Arrow's IPC format. */
  ARROW,
  /** A NumPy array, with the ids in a second file. */
  NPY;

  /** The format of a file by its name, without the suffix of a compression. */
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

  /** Its name on the command line. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
