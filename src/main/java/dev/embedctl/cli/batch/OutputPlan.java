package dev.embedctl.cli.batch;

import dev.embedctl.cli.options.RunFiles;
import dev.embedctl.io.bytes.Compression;
import dev.embedctl.io.bytes.Output;
import dev.embedctl.io.bytes.OutputFile;
import dev.embedctl.io.input.InputOptions;
import dev.embedctl.io.output.ArrowSink;
import dev.embedctl.io.output.CsvSink;
import dev.embedctl.io.output.JsonlSink;
import dev.embedctl.io.output.NpySink;
import dev.embedctl.io.output.NumberColumn;
import dev.embedctl.io.output.OutputFormat;
import dev.embedctl.io.output.ParquetSink;
import dev.embedctl.io.output.RecordSink;
import dev.embedctl.io.output.TextColumns;
import dev.embedctl.io.output.VectorFormat;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.NameHint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The format of an output and its options. */
sealed interface OutputPlan {
  Pattern OTHER_FORMAT =
      Pattern.compile("\\.(tsv|txt|xlsx?|orc|avro|zip|bz2|xz|lz4)$", Pattern.CASE_INSENSITIVE);

  /** Opens a file. */
  RecordSink open(Path file);

  /** The ending of a file's name. */
  String ending();

  /** The file beside the output that belongs to it, if there is one. */
  default Optional<Path> second(Path file) {
    return Optional.empty();
  }

  /** A format that is written from start to end, so that it can go to a pipe. */
  sealed interface Streamed extends OutputPlan {
    /** Writes to an output, which the sink closes. */
    RecordSink on(Output output);

    @Override
    default RecordSink open(Path file) {
      return on(OutputFile.open(file));
    }
  }

  /** One line of JSON per record. */
  record Jsonl(VectorFormat vectors, Compression compression) implements Streamed {
    @Override
    public RecordSink on(Output output) {
      return new JsonlSink(output, vectors, compression);
    }

    @Override
    public String ending() {
      return ".jsonl" + compression.ending();
    }
  }

  /** One row of CSV per record. */
  record Csv(VectorFormat vectors, Compression compression, TextColumns columns)
      implements Streamed {
    @Override
    public RecordSink on(Output output) {
      return new CsvSink(output, vectors, compression, columns);
    }

    @Override
    public String ending() {
      return ".csv" + compression.ending();
    }
  }

  /** A Parquet file. */
  record Parquet(TextColumns columns) implements Streamed {
    @Override
    public RecordSink on(Output output) {
      return new ParquetSink(output, columns);
    }

    @Override
    public String ending() {
      return ".parquet";
    }
  }

  /** An Arrow IPC file. */
  record Arrow(TextColumns columns) implements Streamed {
    @Override
    public RecordSink on(Output output) {
      return new ArrowSink(output, columns);
    }

    @Override
    public String ending() {
      return ".arrow";
    }
  }

  /** A NumPy array; a second file names the record of each row. */
  record Npy() implements OutputPlan {
    @Override
    public RecordSink open(Path file) {
      return NpySink.open(file, ids(file));
    }

    @Override
    public String ending() {
      return ".npy";
    }

    @Override
    public Optional<Path> second(Path file) {
      return Optional.of(ids(file));
    }

    private static Path ids(Path file) {
      return RunFiles.beside(file, ".ids.jsonl");
    }
  }

  /**
   * Checks the options for the format.
   *
   * @throws Usage if there is no such format, or its options contradict it
   */
  static OutputPlan of(BatchOptions typed, InputOptions input) {
    OutputFormat format = format(typed);
    return switch (format) {
      case JSONL -> new Jsonl(vectors(typed), compression(typed));
      case CSV ->
          new Csv(
              vectors(typed), compression(typed), TextColumns.of(input.metadata(), numbers(typed)));
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
        yield new Npy();
      }
    };
  }

  /**
   * The number columns that the options ask for: a table needs its columns before its first row.
   */
  private static List<NumberColumn> numbers(BatchOptions typed) {
    List<NumberColumn> numbers = new ArrayList<>();
    if (typed.split != null) {
      numbers.addAll(NumberColumn.OF_PIECES);
    }
    if (typed.provider.averages()) {
      numbers.add(NumberColumn.PARTS);
    }
    return numbers;
  }

  private static OutputFormat format(BatchOptions typed) {
    if (typed.outputFormat != null) {
      String word = Compression.stripped(typed.outputFormat.toLowerCase(Locale.ROOT));
      return Arrays.stream(OutputFormat.values())
          .filter(format -> format.word().equals(word))
          .findFirst()
          .orElseThrow(
              () ->
                  new Usage(
                      "--output-format "
                          + typed.outputFormat
                          + ": "
                          + NameHint.oneOf(typed.outputFormat, words())));
    }
    if (OTHER_FORMAT.matcher(typed.output).find()) {
      throw new Usage(
          "--output "
              + typed.output
              + ": this format cannot be written; choose another name, or pass"
              + " --output-format "
              + String.join(", ", words()));
    }
    return OutputFormat.ofFileName(typed.output).orElse(OutputFormat.JSONL);
  }

  /** The compression in the format's name, otherwise that of the file's name. */
  private static Compression compression(BatchOptions typed) {
    Compression named =
        typed.outputFormat == null ? Compression.NONE : Compression.ofFileName(typed.outputFormat);
    return named == Compression.NONE ? Compression.ofFileName(typed.output) : named;
  }

  private static List<String> words() {
    return Arrays.stream(OutputFormat.values()).map(OutputFormat::word).toList();
  }

  private static VectorFormat vectors(BatchOptions typed) {
    return typed.vectorFormat == null ? VectorFormat.FLOAT : typed.vectorFormat;
  }

  private static void checkBinary(BatchOptions typed, OutputFormat format) {
    if (typed.vectorFormat != null) {
      throw new Usage(
          "--vector-format applies to jsonl and csv only; "
              + format.word()
              + " always holds float32, so drop it");
    }
    if (compression(typed) != Compression.NONE) {
      boolean byFormat = Compression.ofFileName(typed.output) == Compression.NONE;
      throw new Usage(
          (byFormat ? "--output-format " + typed.outputFormat : "--output " + typed.output)
              + ": "
              + format.word()
              + " cannot be compressed as a whole; drop the last ending of the name");
    }
  }
}
