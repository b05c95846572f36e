package dev.embedctl.cli.batch;

import dev.embedctl.cli.options.RunFiles;
import dev.embedctl.io.bytes.Compression;
import dev.embedctl.io.input.InputOptions;
import dev.embedctl.io.output.NumberColumn;
import dev.embedctl.io.output.OutputFormat;
import dev.embedctl.io.output.TextColumns;
import dev.embedctl.io.output.VectorFormat;
import dev.embedctl.model.EmbedctlException.Usage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a command line says about writing its output. */
sealed interface OutputPlan {
  Pattern OTHER_FORMAT =
      Pattern.compile("\\.(tsv|txt|xlsx?|orc|avro|zip|bz2|xz|lz4)$", Pattern.CASE_INSENSITIVE);

  /** A line of JSON a record. */
  record Jsonl(VectorFormat vectors, Compression compression) implements OutputPlan {}

  /** A row of CSV a record. */
  record Csv(VectorFormat vectors, Compression compression, TextColumns columns)
      implements OutputPlan {}

  /** A Parquet file. */
  record Parquet(TextColumns columns) implements OutputPlan {}

  /** An Arrow IPC file. */
  record Arrow(TextColumns columns) implements OutputPlan {}

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
  static OutputPlan of(BatchOptions typed, Optional<Path> output, InputOptions input) {
    OutputFormat format = format(typed);
    return switch (format) {
      case JSONL -> new Jsonl(vectors(typed), Compression.ofFileName(typed.output));
      case CSV ->
          new Csv(
              vectors(typed),
              Compression.ofFileName(typed.output),
              TextColumns.of(input.metadata(), numbers(typed)));
      case PARQUET -> {
        checkBinary(typed, format);
        yield new Parquet(TextColumns.of(input.metadata(), numbers(typed)));
      }
      case ARROW -> {
        checkBinary(typed, format);
        yield new Arrow(TextColumns.of(input.metadata(), numbers(typed)));
      }
      case NPY -> {
        checkBinary(typed, format);
        yield npy(output);
      }
    };
  }

  /** A table has a column for all rows or none, so it has those that were asked for by name. */
  private static List<NumberColumn> numbers(BatchOptions typed) {
    List<NumberColumn> numbers = new ArrayList<>();
    if (typed.split != null) {
      numbers.addAll(NumberColumn.OF_PIECES);
    }
    if (typed.asked.averages()) {
      numbers.add(NumberColumn.PARTS);
    }
    return numbers;
  }

  private static OutputFormat format(BatchOptions typed) {
    if (typed.outputFormat != null) {
      String word = typed.outputFormat.toLowerCase(Locale.ROOT);
      return Arrays.stream(OutputFormat.values())
          .filter(format -> format.word().equals(word))
          .findFirst()
          .orElseThrow(
              () -> new Usage("--output-format " + typed.outputFormat + ": give " + words()));
    }
    if (OTHER_FORMAT.matcher(typed.output).find()) {
      throw new Usage(
          "--output "
              + typed.output
              + ": its name tells a format that is not written; name another, or say"
              + " --output-format "
              + words());
    }
    return OutputFormat.ofFileName(typed.output).orElse(OutputFormat.JSONL);
  }

  private static String words() {
    return Arrays.stream(OutputFormat.values())
        .map(OutputFormat::word)
        .collect(Collectors.joining(", "));
  }

  private static VectorFormat vectors(BatchOptions typed) {
    return typed.vectorFormat == null ? VectorFormat.FLOAT : typed.vectorFormat;
  }

  private static void checkBinary(BatchOptions typed, OutputFormat format) {
    if (typed.vectorFormat != null) {
      throw new Usage(
          "--vector-format is for jsonl and csv, and " + format.word() + " holds float32; drop it");
    }
    if (Compression.ofFileName(typed.output) != Compression.NONE) {
      throw new Usage(
          "--output "
              + typed.output
              + ": "
              + format.word()
              + " is not compressed as a whole; drop the name's last ending");
    }
  }

  private static Npy npy(Optional<Path> output) {
    Path array =
        output
            .filter(RunFiles::isOrMayBeRegular)
            .orElseThrow(
                () ->
                    new Usage(
                        "--output-format npy: an array's header tells its length and is written"
                            + " last, so --output must be a file"));
    return new Npy(array, RunFiles.beside(array, ".ids.jsonl"));
  }
}
