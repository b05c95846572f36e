package dev.embedctl.bench;

import dev.embedctl.io.bytes.OutputFile;
import dev.embedctl.io.output.JsonlSink;
import dev.embedctl.io.output.NpySink;
import dev.embedctl.io.output.RecordSink;
import dev.embedctl.io.output.VectorFormat;
import dev.embedctl.io.readback.OutputReaders.Reading;
import dev.embedctl.model.InputPlace;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome.Embedding;
import dev.embedctl.model.Outcome.Fresh;
import dev.embedctl.model.Text;
import dev.embedctl.model.Vector;
import dev.embedctl.search.NearDuplicates;
import dev.embedctl.search.OutputSearch;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.atomic.DoubleAdder;

/**
 * Measures the search in an output against reading its vectors alone, and against NumPy's product
 * of the same matrix and vector, in turns. NumPy is that of the Python that the variable PYTHON
 * names; without it there is no such row.
 *
 * <p>Argument: the number of rows (one million).
 */
public final class SearchBench {
  private static final int DIMENSIONS = 384;
  private static final int ROUNDS = 9;
  private static final int HITS = 10;
  private static final int CORES = Runtime.getRuntime().availableProcessors();
  private static final int CHUNK = 250;
  private static final Reading READING =
      new Reading(Optional.empty(), Optional.empty(), OptionalInt.empty());

  private static final String NUMPY =
      """
      import sys, time, numpy as np
      matrix = np.load(sys.argv[1], mmap_mode='r')
      query = np.random.default_rng(1).standard_normal(matrix.shape[1]).astype('f4')
      times = []
      for _ in range(int(sys.argv[2])):
        start = time.perf_counter()
        scores = matrix @ query
        times.append(time.perf_counter() - start)
      print(sorted(times)[len(times) // 2] * 1000)
      """;

  private SearchBench() {}

  /** Something that is measured; returns milliseconds. */
  @FunctionalInterface
  private interface Measured {
    double run() throws IOException, InterruptedException;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Table table = new Table(SearchBench.class, arguments);
    List<String> own = table.arguments();
    int rows = own.isEmpty() ? 1_000_000 : Integer.parseInt(own.get(0));
    try (Program program = new Program()) {
      Path npy = program.file("out.npy");
      write(NpySink.open(npy, program.file("out.npy.ids.jsonl")), rows);
      Vector query = vector(new Random(2));
      Measured search = () -> search(npy, query);
      Measured sum = () -> sum(npy);
      List<Double> searches = new ArrayList<>();
      List<Double> sums = new ArrayList<>();
      List<Double> products = new ArrayList<>();
      Optional<String> python = Optional.ofNullable(System.getenv("PYTHON"));
      for (int round = 0; round < ROUNDS; round++) {
        sums.add(sum.run());
        searches.add(search.run());
        if (python.isPresent()) {
          products.add(numpy(python.get(), npy));
        }
      }
      String what = String.format(Locale.ROOT, "search in %,d x %d, npy", rows, DIMENSIONS);
      String speed =
          String.format(Locale.ROOT, "%.1f GB/s", 1e-6 * Files.size(npy) / median(searches));
      table.add(
          what,
          median(sums),
          median(searches),
          "ms",
          "the sum of all floats of the mapped file, on all cores; the search reads " + speed);
      if (python.isPresent()) {
        table.add(
            what, median(products), median(searches), "ms", "NumPy's matrix @ query, no lengths");
      }
      int fewer = rows / 10;
      for (VectorFormat format : List.of(VectorFormat.FLOAT, VectorFormat.BASE64)) {
        Path lines = program.file(format + ".jsonl");
        write(new JsonlSink(OutputFile.open(lines), format), fewer);
        table.add(
            String.format(Locale.ROOT, "search in %,d x %d, jsonl, %s", fewer, DIMENSIONS, format)
                .toLowerCase(Locale.ROOT),
            median(repeated(() -> read(lines))),
            median(repeated(() -> search(lines, query))),
            "ms",
            "reading the file's bytes, on one core");
      }
      Path few = program.file("few.npy");
      int paired = rows / 50;
      write(NpySink.open(few, program.file("few.npy.ids.jsonl")), paired);
      double pairs = median(repeated(() -> pairs(few)));
      table.add(
          String.format(Locale.ROOT, "pairs of %,d x %d, npy", paired, DIMENSIONS),
          0.5 * paired * paired * DIMENSIONS / 1e6 / CORES / 4,
          pairs,
          "ms",
          "four products of floats a nanosecond on each core");
    }
  }

  private static void write(RecordSink sink, int rows) throws IOException {
    Random random = new Random(1);
    try (sink) {
      List<Embedding> chunk = new ArrayList<>();
      for (int i = 0; i < rows; i++) {
        InputRecord record =
            new InputRecord(
                i,
                new InputPlace("input", i + 1),
                new Text.Valid("x"),
                Optional.of("\"r" + i + "\""),
                Optional.empty(),
                () -> "{}");
        chunk.add(new Fresh(record, vector(random), Duration.ZERO));
        if (chunk.size() == CHUNK || i == rows - 1) {
          sink.render(List.copyOf(chunk)).write();
          chunk.clear();
        }
      }
      sink.commit();
    }
  }

  private static Vector vector(Random random) {
    float[] values = new float[DIMENSIONS];
    for (int i = 0; i < DIMENSIONS; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return Vector.wrap(values).ofUnitLength();
  }

  private static double search(Path output, Vector query) throws IOException, InterruptedException {
    long start = System.nanoTime();
    int hits = new OutputSearch(output, READING, CORES).nearest(query, HITS).size();
    double took = since(start);
    if (hits != HITS) {
      throw new IllegalStateException("hits: " + hits);
    }
    return took;
  }

  private static double pairs(Path output) throws IOException, InterruptedException {
    long start = System.nanoTime();
    new NearDuplicates(output, READING, output.getParent(), CORES).atLeast(0.98);
    return since(start);
  }

  /** Adds all floats of a mapped file, each core a part of them. */
  private static double sum(Path file) throws IOException, InterruptedException {
    DoubleAdder total = new DoubleAdder();
    long start = System.nanoTime();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long part = channel.size() / CORES / Float.BYTES * Float.BYTES;
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < CORES; i++) {
        FloatBuffer floats =
            channel
                .map(MapMode.READ_ONLY, i * part, part)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        threads.add(Thread.ofPlatform().start(() -> total.add(sum(floats))));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    double took = since(start);
    if (total.sum() == 0) {
      throw new IllegalStateException("nothing was read");
    }
    return took;
  }

  private static double sum(FloatBuffer floats) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    float e = 0;
    float f = 0;
    float g = 0;
    float h = 0;
    for (int i = 0; i <= floats.limit() - 8; i += 8) {
      a += floats.get(i);
      b += floats.get(i + 1);
      c += floats.get(i + 2);
      d += floats.get(i + 3);
      e += floats.get(i + 4);
      f += floats.get(i + 5);
      g += floats.get(i + 6);
      h += floats.get(i + 7);
    }
    return (double) a + b + c + d + e + f + g + h;
  }

  private static double read(Path file) throws IOException {
    byte[] some = new byte[1 << 18];
    long start = System.nanoTime();
    try (var in = Files.newInputStream(file)) {
      while (in.read(some) >= 0) {
        // Only the time counts.
      }
    }
    return since(start);
  }

  private static double numpy(String python, Path array) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(python, "-c", NUMPY, array.toString(), "3")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(python + " failed");
    }
    return Double.parseDouble(out.strip());
  }

  private static List<Double> repeated(Measured measured) throws IOException, InterruptedException {
    List<Double> times = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      times.add(measured.run());
    }
    return times;
  }

  private static double median(List<Double> times) {
    double[] sorted = times.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e6;
  }
}
