package dev.embedctl.cli;

import dev.embedctl.io.VectorFormat;
import dev.embedctl.model.EmbedctlException.Usage;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a command line says about writing its output. */
sealed interface OutputPlan {
  Pattern OTHER_FORMAT =
      Pattern.compile("\\.(csv|tsv|parquet|arrow|gz|zst)$", Pattern.CASE_INSENSITIVE);

  /** A line of JSON a record. */
  record Jsonl(VectorFormat vectors) implements OutputPlan {}

  /**
   * A NumPy array.
   *
   * @param ids the file that tells which row is whose
   */
  record Npy(Path array, Path ids) implements OutputPlan {}

  /**
   * How to write the output.
   *
   * @param output the file; empty for standard output
   * @throws Usage where there is no such format, or it cannot be written there
   */
  static OutputPlan of(BatchCommand typed, Optional<Path> output) {
    return switch (format(typed)) {
      case "jsonl" ->
          new Jsonl(typed.vectorFormat == null ? VectorFormat.FLOAT : typed.vectorFormat);
      case "npy" -> npy(typed, output);
      default -> throw new Usage("--output-format " + typed.outputFormat + ": give jsonl or npy");
    };
  }

  private static String format(BatchCommand typed) {
    if (typed.outputFormat != null) {
      return typed.outputFormat.toLowerCase(Locale.ROOT);
    }
    if (OTHER_FORMAT.matcher(typed.output).find()) {
      throw new Usage(
          "--output "
              + typed.output
              + ": embeddings are written as JSON Lines or as a NumPy array; name the file .jsonl"
              + " or .npy, or say --output-format jsonl");
    }
    return typed.output.toLowerCase(Locale.ROOT).endsWith(".npy") ? "npy" : "jsonl";
  }

  private static OutputPlan npy(BatchCommand typed, Optional<Path> output) {
    if (typed.vectorFormat != null) {
      throw new Usage("--vector-format is for jsonl, and an array holds float32; drop it");
    }
    Path array =
        output
            .filter(BatchPlan::isOrMayBeRegular)
            .orElseThrow(
                () ->
                    new Usage(
                        "--output-format npy: an array's header tells its length and is written"
                            + " last, so --output must be a file"));
    return new Npy(array, BatchPlan.beside(array, ".ids.jsonl"));
  }
}
