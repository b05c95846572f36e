package dev.embedctl.bench;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.CacheKeys;
import dev.embedctl.cache.LockTerms;
import dev.embedctl.cache.LogCache;
import dev.embedctl.io.ShortestFloat;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How fast a run is whose texts are all in the cache, against the least that must be done: reading
 * the vectors from a mapped file, formatting them, writing the bytes. Each run is the launcher's,
 * from start to exit; the yardsticks are taken in this process between the runs.
 *
 * <p>Arguments: rows (1000000) and dimensions (384) if others than these; {@code --folder FOLDER},
 * with room for four times the vectors, where the system's temporary one is not to be used; {@code
 * --json FILE} to append each row of the table to, as a line.
 */
public final class WarmBench {
  private static final String URL = "http://127.0.0.1:9/v1";
  private static final EmbeddingSpec SPEC =
      new EmbeddingSpec(
          "openai", URL, "bench", OptionalInt.empty(), Optional.empty(), Oversize.ERROR, "");
  private static final LockTerms TERMS = new LockTerms("bench", Duration.ZERO, notice -> {});
  private static final int ROUNDS = 3;
  private static final int BATCH = 500;
  private static final int SAMPLE = 20_000;
  private static final int WRITTEN_AT_ONCE = 1 << 18;
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  private final Path folder;
  private final int rows;
  private final int dimensions;
  private final Optional<Path> json;
  private final float[][] sample;
  private final LongAdder sink = new LongAdder();

  private WarmBench(Path folder, int rows, int dimensions, Optional<Path> json) {
    this.folder = folder;
    this.rows = rows;
    this.dimensions = dimensions;
    this.json = json;
    this.sample = sample(dimensions);
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<String> numbers = new ArrayList<>();
    Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    Optional<Path> json = Optional.empty();
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--folder" -> parent = Path.of(arguments[++i]);
        case "--json" -> json = Optional.of(Path.of(arguments[++i]));
        default -> numbers.add(arguments[i]);
      }
    }
    int rows = numbers.isEmpty() ? 1_000_000 : Integer.parseInt(numbers.get(0));
    int dimensions = numbers.size() < 2 ? 384 : Integer.parseInt(numbers.get(1));
    Path folder = Files.createTempDirectory(parent, "warm-bench");
    try {
      new WarmBench(folder, rows, dimensions, json).run();
    } finally {
      deleteTree(folder);
    }
  }

  private void run() throws IOException, InterruptedException {
    System.out.printf("%d rows of %d dimensions, %d cores%n", rows, dimensions, CORES);
    fillCache();
    writeInput();
    writeFlat();
    double mapped = best(this::readMapped);
    tell("flat mapped reads, 1 thread", mapped, mapped, "texts/s");
    double builder = best(() -> timed(SAMPLE, this::formatWithStringBuilder));
    double one = best(() -> timed(SAMPLE, this::formatDigits));
    tell("digits into bytes, 1 thread, to StringBuilder", builder, one, "texts/s");
    double digits = best(() -> timed(CORES * SAMPLE, onAllCores(this::formatDigits)));
    tell(
        "digits into bytes, all cores at once, to 1 thread x cores",
        one * CORES,
        digits,
        "texts/s");
    double base64 = best(() -> timed(CORES * SAMPLE, onAllCores(this::formatBase64)));
    tell("base64 into bytes, all cores at once", base64, base64, "texts/s");
    measureOpening();
    measure("warm jsonl", "out.jsonl", List.of(), digits);
    measure("warm jsonl base64", "out64.jsonl", List.of("--vector-format", "base64"), base64);
    measure("warm npy", "out.npy", List.of(), mapped * CORES);
    System.out.println("(" + sink + ")");
  }

  private static float[][] sample(int dimensions) {
    Random random = new Random(1);
    float[][] sample = new float[SAMPLE][dimensions];
    double norm = Math.sqrt(dimensions);
    for (float[] row : sample) {
      for (int i = 0; i < dimensions; i++) {
        row[i] = (float) (random.nextGaussian() / norm);
      }
    }
    return sample;
  }

  /** A vector for each row, no two alike. */
  private Vector vector(int row) {
    float[] values = sample[row % SAMPLE].clone();
    values[0] = row / (float) rows;
    return Vector.wrap(values);
  }

  private static String text(int row) {
    return "Text number " + row + " is about as long as the title of a product in a shop's list.";
  }

  private void fillCache() throws IOException {
    CacheKeys keys = new CacheKeys(SPEC);
    long start = System.nanoTime();
    try (LogCache cache =
        LogCache.open(folder.resolve("cache"), SPEC, TERMS, InstantSource.system())) {
      for (int from = 0; from < rows; from += BATCH) {
        Map<CacheKey, Vector> batch = HashMap.newHashMap(BATCH);
        for (int row = from; row < Math.min(rows, from + BATCH); row++) {
          batch.put(keys.keyOf(text(row)), vector(row));
        }
        cache.store(batch);
      }
    }
    System.out.printf(
        Locale.ROOT, "cache filled at %.0f rows/s%n", rows / ((System.nanoTime() - start) / 1e9));
  }

  private void writeInput() throws IOException {
    try (BufferedWriter input = Files.newBufferedWriter(folder.resolve("in.jsonl"))) {
      for (int row = 0; row < rows; row++) {
        input.write("{\"id\":" + row + ",\"text\":\"" + text(row) + "\"}\n");
      }
    }
  }

  private void writeFlat() throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            folder.resolve("flat"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer some =
          ByteBuffer.allocateDirect(BATCH * dimensions * Float.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN);
      for (int from = 0; from < rows; from += BATCH) {
        int count = Math.min(BATCH, rows - from);
        some.clear();
        for (int i = 0; i < count; i++) {
          some.slice(i * dimensions * Float.BYTES, dimensions * Float.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .asFloatBuffer()
              .put(sample[(from + i) % SAMPLE]);
        }
        some.limit(count * dimensions * Float.BYTES);
        while (some.hasRemaining()) {
          channel.write(some);
        }
      }
    }
  }

  private double readMapped() throws IOException {
    float[] values = new float[dimensions];
    int partRows = (256 << 20) / (dimensions * Float.BYTES);
    try (FileChannel channel = FileChannel.open(folder.resolve("flat"), StandardOpenOption.READ)) {
      long start = System.nanoTime();
      for (int from = 0; from < rows; from += partRows) {
        int count = Math.min(partRows, rows - from);
        long rowBytes = (long) dimensions * Float.BYTES;
        var floats =
            channel
                .map(MapMode.READ_ONLY, from * rowBytes, count * rowBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        for (int i = 0; i < count; i++) {
          floats.get(i * dimensions, values);
          sink.add((long) values[0]);
        }
      }
      return rows / ((System.nanoTime() - start) / 1e9);
    }
  }

  private static Runnable onAllCores(Runnable work) {
    return () -> {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < CORES; i++) {
        threads.add(Thread.ofPlatform().start(work));
      }
      for (Thread thread : threads) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    };
  }

  /** How much longer a full cache takes to open, and to find ten texts in, than an empty one. */
  private void measureOpening() throws IOException {
    double empty = Double.MAX_VALUE;
    double full = Double.MAX_VALUE;
    for (int round = 0; round < 5 * ROUNDS; round++) {
      empty = Math.min(empty, millisToOpen(folder.resolve("empty")));
      full = Math.min(full, millisToOpen(folder.resolve("cache")));
    }
    tell("open the cache and find ten texts, to an empty one plus 100 ms", empty + 100, full, "ms");
  }

  private static double millisToOpen(Path cache) throws IOException {
    CacheKeys keys = new CacheKeys(SPEC);
    List<CacheKey> ten = IntStream.range(0, 10).mapToObj(row -> keys.keyOf(text(row))).toList();
    long start = System.nanoTime();
    try (LogCache log = LogCache.open(cache, SPEC, TERMS, InstantSource.system())) {
      log.lookup(ten);
      return (System.nanoTime() - start) / 1e6;
    }
  }

  private void formatDigits() {
    byte[] line = new byte[(dimensions + 1) * ShortestFloat.MAX_BYTES];
    for (float[] row : sample) {
      int at = 0;
      for (float value : row) {
        at = ShortestFloat.write(value, line, at);
        line[at++] = ',';
      }
      sink.add(at);
    }
  }

  private void formatWithStringBuilder() {
    StringBuilder line = new StringBuilder();
    for (float[] row : sample) {
      line.setLength(0);
      for (float value : row) {
        line.append(value).append(',');
      }
      sink.add(line.length());
    }
  }

  private void formatBase64() {
    ByteBuffer floats =
        ByteBuffer.allocate(dimensions * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    byte[] text = new byte[(dimensions * Float.BYTES + 2) / 3 * 4];
    for (float[] row : sample) {
      floats.asFloatBuffer().put(row);
      sink.add(Base64.getEncoder().encode(floats.array(), text));
    }
  }

  /** Runs the launcher and writes the same bytes again, in turns. */
  private void measure(String name, String file, List<String> options, double formatting)
      throws IOException, InterruptedException {
    Path output = folder.resolve(file);
    double[] ran = new double[ROUNDS];
    double[] wrote = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      ran[round] = launch(output, options);
      wrote[round] = writeAgain(output);
    }
    double texts = median(ran);
    tell(name + ", to its formatting on all cores", formatting, texts, "texts/s");
    tell(name + ", to write() and force() of its bytes", median(wrote), texts, "texts/s");
    try (Stream<Path> made = Files.list(folder)) {
      for (Path path : made.filter(p -> p.getFileName().toString().startsWith("out")).toList()) {
        Files.delete(path);
      }
    }
  }

  private double launch(Path output, List<String> options)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                System.getProperty("embedctl.basedir") + "/bin/embedctl",
                "batch",
                folder.resolve("in.jsonl").toString(),
                "-o",
                output.toString(),
                "--provider",
                "openai",
                "--base-url",
                URL,
                "--model",
                "bench",
                "--cache",
                folder.resolve("cache").toString(),
                "--cache-only"));
    command.addAll(options);
    long start = System.nanoTime();
    int code = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IllegalStateException("exit code " + code + " of " + command);
    }
    return rows / ((System.nanoTime() - start) / 1e9);
  }

  private double writeAgain(Path output) throws IOException {
    Path copy = folder.resolve("out.copy");
    try (FileChannel from = FileChannel.open(output, StandardOpenOption.READ);
        FileChannel to =
            FileChannel.open(
                copy,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
      ByteBuffer some = ByteBuffer.allocateDirect(WRITTEN_AT_ONCE);
      while (some.hasRemaining() && from.read(some) >= 0) {
        // All that is written below are these bytes, again and again.
      }
      long start = System.nanoTime();
      for (long left = from.size(); left > 0; ) {
        some.position(0).limit((int) Math.min(left, some.capacity()));
        left -= to.write(some);
      }
      to.force(true);
      return rows / ((System.nanoTime() - start) / 1e9);
    }
  }

  /** Something to time. */
  @FunctionalInterface
  private interface Rate {
    double measure() throws IOException;
  }

  private static double timed(int texts, Runnable work) {
    long start = System.nanoTime();
    work.run();
    return texts / ((System.nanoTime() - start) / 1e9);
  }

  /** The best of some rounds: a yardstick is what the machine can do. */
  private static double best(Rate rate) throws IOException {
    double best = 0;
    for (int round = 0; round < 5 * ROUNDS; round++) {
      best = Math.max(best, rate.measure());
    }
    return best;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private void tell(String row, double ideal, double measured, String unit) throws IOException {
    String name = row + " (" + rows + " x " + dimensions + ")";
    System.out.printf(
        Locale.ROOT,
        "%-75s ideal %12.0f  measured %12.0f %s  ratio %.2f%n",
        name,
        ideal,
        measured,
        unit,
        measured / ideal);
    if (json.isPresent()) {
      String line =
          String.format(
              Locale.ROOT,
              "{\"row\":\"%s\",\"ideal\":%.0f,\"measured\":%.0f,\"ratio\":%.3f,\"unit\":\"%s\"}%n",
              name,
              ideal,
              measured,
              measured / ideal,
              unit);
      try (OutputStream out =
          Files.newOutputStream(json.get(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        out.write(line.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static void deleteTree(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
