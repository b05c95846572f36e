package dev.embedctl.bench;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.CacheKeys;
import dev.embedctl.cache.CaffeineCache;
import dev.embedctl.cache.LogCache;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.cache.files.LockTerms;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Compares the cache with a baseline: reading the same floats at known positions of a mapped file.
 * Absolute figures depend on the machine and its load; the ratios hardly do, since both are
 * measured in turns within one run.
 *
 * <p>Arguments: a folder with 4 GB of free space, and optionally the number of rows (200000) and of
 * dimensions (384).
 */
public final class CacheBench {
  private static final EmbeddingSpec SPEC =
      new EmbeddingSpec(
          "bench", "", "m", OptionalInt.empty(), Optional.empty(), Oversize.ERROR, "");
  private static final LockTerms TERMS = new LockTerms("bench", Duration.ZERO, notice -> {});
  private static final int CHUNK = 500;
  private static final int ROUNDS = 9;
  private static final int BIG = 1_000_000;

  private final Path folder;
  private final int rows;
  private final int dimensions;
  private final List<CacheKey> keys = new ArrayList<>();
  private float sink;

  private CacheBench(Path folder, int rows, int dimensions) {
    this.folder = folder;
    this.rows = rows;
    this.dimensions = dimensions;
  }

  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createTempDirectory(Path.of(arguments[0]), "cache-bench");
    int rows = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 200_000;
    int dimensions = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 384;
    try {
      new CacheBench(folder, rows, dimensions).run();
    } finally {
      deleteTree(folder);
    }
  }

  private void run() throws IOException {
    System.out.printf("%d rows of %d dimensions%n", rows, dimensions);
    makeKeys(Math.max(rows, BIG));
    measureOpening("empty, first in this JVM", folder.resolve("empty"));
    measureOpening("empty", folder.resolve("empty"));
    Path cache = folder.resolve("cache");
    measureStoring(cache, rows);
    Path flat = writeFlat();
    measureLookups(cache, flat);
    Path big = folder.resolve("big");
    measureStoring(big, BIG);
    measureOpening(BIG + " rows", big);
    measureTinyRun(big);
  }

  private void makeKeys(int count) {
    CacheKeys maker = new CacheKeys(SPEC);
    for (int i = 0; i < count; i++) {
      keys.add(maker.keyOf("text " + i));
    }
  }

  private static LogCache open(Path cache) {
    return LogCache.open(cache, SPEC, TERMS, InstantSource.system());
  }

  private void measureStoring(Path cache, int count) throws IOException {
    Random random = new Random(1);
    List<Long> acks = new ArrayList<>();
    long start = System.nanoTime();
    long closing;
    try (LogCache log = open(cache)) {
      for (int from = 0; from < count; from += 100) {
        Map<CacheKey, Vector> batch = new HashMap<>();
        for (CacheKey key : keys.subList(from, from + 100)) {
          batch.put(key, vector(random));
        }
        long before = System.nanoTime();
        log.store(batch);
        acks.add(System.nanoTime() - before);
      }
      closing = System.nanoTime();
    }
    Collections.sort(acks);
    System.out.printf(
        "store %d rows in batches of 100: %.1f s, per batch p50 %.3f ms p99 %.3f ms; close and seal"
            + " %.2f s%n",
        count,
        (closing - start) / 1e9,
        acks.get(acks.size() / 2) / 1e6,
        acks.get(acks.size() * 99 / 100) / 1e6,
        (System.nanoTime() - closing) / 1e9);
  }

  private Vector vector(Random random) {
    float[] values = new float[dimensions];
    for (int i = 0; i < dimensions; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return Vector.wrap(values);
  }

  private Path writeFlat() throws IOException {
    Path flat = folder.resolve("flat");
    Random random = new Random(2);
    ByteBuffer row = ByteBuffer.allocate(dimensions * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel =
        FileChannel.open(flat, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int i = 0; i < rows; i++) {
        vector(random).writeTo(row.clear().asFloatBuffer());
        channel.write(row.clear(), (long) i * row.capacity());
      }
    }
    return flat;
  }

  private void measureLookups(Path cache, Path flat) throws IOException {
    int[] inOrder = new int[rows];
    Arrays.setAll(inOrder, i -> i);
    int[] shuffled = shuffled();
    try (LogCache log = open(cache);
        FileChannel channel = FileChannel.open(flat, StandardOpenOption.READ)) {
      List<FloatBuffer> floats = mapped(channel);
      VectorCache fronted = new CaffeineCache(log, CaffeineCache.USUAL_BYTES);
      for (int[] order : List.of(inOrder, shuffled)) {
        String name = Arrays.equals(order, inOrder) ? "insertion order" : "random order";
        double[][] rates = new double[4][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
          rates[0][round] = rate(() -> readFlat(floats, order));
          rates[1][round] = rate(() -> readFlatAsVectors(floats, order));
          rates[2][round] = rate(() -> lookUp(log, order));
          rates[3][round] = rate(() -> lookUp(fronted, order));
        }
        double bare = median(rates[0]);
        double made = median(rates[1]);
        double log2 = median(rates[2]);
        System.out.printf(
            "%s, warm, %d keys per look-up: %.0f/s; flat %.0f/s, ratio %.2f; "
                + "flat into a map of new vectors %.0f/s, ratio %.2f; behind Caffeine %.0f/s%n",
            name, CHUNK, log2, bare, log2 / bare, made, log2 / made, median(rates[3]));
      }
    }
    System.out.println("(" + sink + ")");
  }

  private int[] shuffled() {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(3));
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  private List<FloatBuffer> mapped(FileChannel channel) throws IOException {
    List<FloatBuffer> parts = new ArrayList<>();
    long partBytes = (long) partRows() * dimensions * Float.BYTES;
    for (long at = 0; at < channel.size(); at += partBytes) {
      long size = Math.min(partBytes, channel.size() - at);
      parts.add(
          channel.map(MapMode.READ_ONLY, at, size).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer());
    }
    return parts;
  }

  private int partRows() {
    return (256 << 20) / (dimensions * Float.BYTES);
  }

  private void readFlat(List<FloatBuffer> floats, int[] order) {
    float[] values = new float[dimensions];
    for (int row : order) {
      floats.get(row / partRows()).get(row % partRows() * dimensions, values);
      sink += values[0];
    }
  }

  private void readFlatAsVectors(List<FloatBuffer> floats, int[] order) {
    for (int from = 0; from < order.length; from += CHUNK) {
      Map<CacheKey, Vector> found = HashMap.newHashMap(CHUNK);
      for (int i = from; i < Math.min(from + CHUNK, order.length); i++) {
        float[] values = new float[dimensions];
        floats.get(order[i] / partRows()).get(order[i] % partRows() * dimensions, values);
        found.put(keys.get(order[i]), Vector.wrap(values));
      }
      sink += found.size();
    }
  }

  private void lookUp(VectorCache cache, int[] order) throws IOException {
    List<CacheKey> chunk = new ArrayList<>(CHUNK);
    for (int from = 0; from < order.length; from += CHUNK) {
      chunk.clear();
      for (int i = from; i < Math.min(from + CHUNK, order.length); i++) {
        chunk.add(keys.get(order[i]));
      }
      Map<CacheKey, Vector> found = cache.lookup(chunk);
      if (found.size() != chunk.size()) {
        throw new IllegalStateException("lost " + (chunk.size() - found.size()));
      }
      sink += found.size();
    }
  }

  private void measureOpening(String what, Path cache) throws IOException {
    for (int i = 0; i < 3; i++) {
      long start = System.nanoTime();
      LogCache log = open(cache);
      double opened = (System.nanoTime() - start) / 1e6;
      log.close();
      System.out.printf("open %s: %.1f ms%n", what, opened);
    }
  }

  private void measureTinyRun(Path big) throws IOException {
    long start = System.nanoTime();
    try (LogCache log = open(big)) {
      int found = log.lookup(keys.subList(BIG / 2, BIG / 2 + 20)).size();
      System.out.printf("open and look up %d: %.1f ms%n", found, (System.nanoTime() - start) / 1e6);
    }
    long all = System.nanoTime();
    try (LogCache log = open(big)) {
      for (int from = 0; from < BIG; from += CHUNK) {
        sink += log.lookup(keys.subList(from, from + CHUNK)).size();
      }
    }
    System.out.printf("open and look up all: %.0f ms%n", (System.nanoTime() - all) / 1e6);
  }

  /** One round of a measurement. */
  private interface Round {
    void run() throws IOException;
  }

  private double rate(Round round) throws IOException {
    long start = System.nanoTime();
    round.run();
    return rows / ((System.nanoTime() - start) / 1e9);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void deleteTree(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
