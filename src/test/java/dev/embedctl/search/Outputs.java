package dev.embedctl.search;

import dev.embedctl.io.bytes.Compression;
import dev.embedctl.io.bytes.OutputFile;
import dev.embedctl.io.input.MetadataFields;
import dev.embedctl.io.output.ArrowSink;
import dev.embedctl.io.output.CsvSink;
import dev.embedctl.io.output.JsonlSink;
import dev.embedctl.io.output.NpySink;
import dev.embedctl.io.output.ParquetSink;
import dev.embedctl.io.output.RecordSink;
import dev.embedctl.io.output.TextColumns;
import dev.embedctl.io.output.VectorFormat;
import dev.embedctl.io.readback.OutputReaders.Reading;
import dev.embedctl.model.Outcome.Embedding;
import dev.embedctl.testing.Embeddings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;

/** Outputs to search, and what a search in plain loops finds. */
final class Outputs {
  /** A name of each format that batch writes. */
  static final List<String> NAMES =
      List.of(
          "out.jsonl",
          "base64.jsonl",
          "out.jsonl.gz",
          "out.jsonl.zst",
          "out.csv",
          "base64.csv.gz",
          "out.npy",
          "out.parquet",
          "out.arrow");

  static final Reading READING =
      new Reading(Optional.empty(), Optional.empty(), OptionalInt.empty());

  private Outputs() {}

  /**
   * Rows with ids and texts as metadata; every third repeats an earlier vector, and some are very
   * long or short.
   */
  static List<Embedding> random(int rows, int dimensions, Random random) {
    List<Embedding> embeddings = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      float[] values = new float[dimensions];
      float size = i % 7 == 5 ? 1e-20f : i % 7 == 6 ? 1e15f : 1;
      for (int j = 0; j < dimensions; j++) {
        values[j] = (float) random.nextGaussian() * size;
      }
      if (i % 3 == 2) {
        values = embeddings.get(random.nextInt(i)).vector().toArray();
      }
      embeddings.add(
          Embeddings.of(
              i,
              Optional.of("\"r" + i + "\""),
              Optional.of("{\"text\":\"text " + i + ", \\\"quoted\\\"\"}"),
              values));
    }
    return embeddings;
  }

  static Path write(Path file, List<Embedding> embeddings) throws IOException {
    String name = file.getFileName().toString();
    VectorFormat format = name.startsWith("base64") ? VectorFormat.BASE64 : VectorFormat.FLOAT;
    Compression compression =
        name.endsWith(".gz")
            ? Compression.GZIP
            : name.endsWith(".zst") ? Compression.ZSTD : Compression.NONE;
    TextColumns columns = TextColumns.of(MetadataFields.parse("text"));
    RecordSink sink =
        switch (name.replaceFirst("\\.(gz|zst)$", "").replaceFirst(".*\\.", "")) {
          case "jsonl" -> new JsonlSink(OutputFile.open(file), format, compression);
          case "csv" -> new CsvSink(OutputFile.open(file), format, compression, columns);
          case "npy" -> NpySink.open(file, file.resolveSibling(name + ".ids.jsonl"));
          case "parquet" -> new ParquetSink(OutputFile.open(file), columns);
          case "arrow" -> new ArrowSink(OutputFile.open(file), columns);
          default -> throw new IllegalArgumentException(name);
        };
    try (sink) {
      Embeddings.write(sink, embeddings, 100);
      sink.commit();
    }
    return file;
  }

  /** The cosine in float64. */
  static double cosine(float[] a, float... b) {
    double product = 0;
    double squareA = 0;
    double squareB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      squareA += (double) a[i] * a[i];
      squareB += (double) b[i] * b[i];
    }
    return product / Math.sqrt(squareA) / Math.sqrt(squareB);
  }
}
