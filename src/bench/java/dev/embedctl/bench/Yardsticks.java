package dev.embedctl.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.embedctl.io.bytes.ShortestFloat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * Baselines for a run whose texts are all cached: each necessary step alone, with minimal code. The
 * steps are reading and hashing texts, reading vectors from a mapped file, formatting them, and
 * writing bytes. All times are in seconds.
 */
final class Yardsticks {
  static final int CORES = Runtime.getRuntime().availableProcessors();

  private static final int WRITTEN_AT_ONCE = 1 << 18;
  private static final int SAMPLE = 20_000;

  private final Path flat;
  private final Path copy;
  private final int rows;
  private final int dimensions;
  private final float[][] sample;
  private final LongAdder sink = new LongAdder();

  /**
   * Baselines for a number of vectors.
   *
   * @param program provides their files
   */
  Yardsticks(Program program, int rows, int dimensions) {
    this.flat = program.file("flat");
    this.copy = program.file("copy");
    this.rows = rows;
    this.dimensions = dimensions;
    this.sample = new float[SAMPLE][dimensions];
    Random random = new Random(1);
    double norm = Math.sqrt(dimensions);
    for (float[] row : sample) {
      for (int i = 0; i < dimensions; i++) {
        row[i] = (float) (random.nextGaussian() / norm);
      }
    }
  }

  /** The vector of a row; all vectors are different. */
  float[] values(int row) {
    float[] values = sample[row % SAMPLE].clone();
    values[0] = row / (float) rows;
    return values;
  }

  /** Appends the vectors to a file in writes of this size, and forces it once. */
  double writeFlat(int rowsAtOnce) throws IOException {
    long start = System.nanoTime();
    try (FileChannel channel =
        FileChannel.open(
            flat,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer some =
          ByteBuffer.allocateDirect(rowsAtOnce * dimensions * Float.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN);
      for (int from = 0; from < rows; from += rowsAtOnce) {
        some.clear();
        var floats = some.asFloatBuffer();
        int count = Math.min(rowsAtOnce, rows - from);
        for (int i = 0; i < count; i++) {
          floats.put(sample[(from + i) % SAMPLE]);
        }
        some.limit(count * dimensions * Float.BYTES);
        while (some.hasRemaining()) {
          channel.write(some);
        }
      }
      channel.force(true);
    }
    return since(start);
  }

  /** Reads the texts of JSON Lines and hashes each, on one thread. */
  double readTexts(Path input) throws IOException {
    long start = System.nanoTime();
    try (JsonParser json = new JsonFactory().createParser(input.toFile())) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.VALUE_STRING) {
          sink.add(digest.digest(json.getText().getBytes(StandardCharsets.UTF_8))[0]);
        }
      }
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    return since(start);
  }

  /** Copies each vector out of a mapping of that file, in order, on one thread. */
  double readMapped() throws IOException {
    return readMapped(row -> {});
  }

  /** The same with a checksum of each vector. */
  double readMappedAndCheck() throws IOException {
    CRC32 crc = new CRC32();
    return readMapped(
        row -> {
          crc.reset();
          crc.update(row);
          sink.add(crc.getValue());
        });
  }

  private double readMapped(Consumer<ByteBuffer> check) throws IOException {
    float[] values = new float[dimensions];
    long rowBytes = (long) dimensions * Float.BYTES;
    int partRows = (int) ((256 << 20) / rowBytes);
    long start = System.nanoTime();
    try (FileChannel channel = FileChannel.open(flat, StandardOpenOption.READ)) {
      for (int from = 0; from < rows; from += partRows) {
        int count = Math.min(partRows, rows - from);
        ByteBuffer part =
            channel
                .map(MapMode.READ_ONLY, from * rowBytes, count * rowBytes)
                .order(ByteOrder.LITTLE_ENDIAN);
        var floats = part.asFloatBuffer();
        for (int i = 0; i < count; i++) {
          check.accept(part.slice((int) (i * rowBytes), (int) rowBytes));
          floats.get(i * dimensions, values);
          sink.add((long) values[0]);
        }
      }
    }
    return since(start);
  }

  /** Formats all vectors with the fewest digits, on all cores. */
  double formatDigits() throws InterruptedException {
    return onAllCores(this::digits);
  }

  /** Formats all vectors as base64, on all cores. */
  double formatBase64() throws InterruptedException {
    return onAllCores(this::base64);
  }

  /** The speed of writing digits as a multiple of the JDK's, on one thread. */
  double digitsToJdks() {
    double ours = Double.MAX_VALUE;
    double jdks = Double.MAX_VALUE;
    for (int round = 0; round < 9; round++) {
      long start = System.nanoTime();
      digits();
      ours = Math.min(ours, since(start));
      start = System.nanoTime();
      jdksDigits();
      jdks = Math.min(jdks, since(start));
    }
    return jdks / ours;
  }

  /** The time of writing, and of forcing the data to the disk after that. */
  record Written(double toSystem, double toDisk) {}

  /** Writes the bytes of a file again, and forces them. */
  Written writeAgain(Path file) throws IOException {
    try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ);
        FileChannel to =
            FileChannel.open(
                copy,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
      ByteBuffer some = ByteBuffer.allocateDirect(WRITTEN_AT_ONCE);
      while (some.hasRemaining() && from.read(some) >= 0) {
        // The code below writes these bytes repeatedly.
      }
      long start = System.nanoTime();
      for (long left = from.size(); left > 0; ) {
        some.position(0).limit((int) Math.min(left, some.capacity()));
        left -= to.write(some);
      }
      double system = since(start);
      to.force(true);
      return new Written(system, since(start));
    } finally {
      Files.delete(copy);
    }
  }

  /** The sum of the results, so that the JVM cannot skip the computation. */
  long sink() {
    return sink.sum();
  }

  private double onAllCores(Runnable sampled) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    long start = System.nanoTime();
    for (int i = 0; i < CORES; i++) {
      threads.add(Thread.ofPlatform().start(sampled));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return since(start) * rows / ((double) CORES * SAMPLE);
  }

  private void digits() {
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

  private void jdksDigits() {
    StringBuilder line = new StringBuilder();
    for (float[] row : sample) {
      line.setLength(0);
      for (float value : row) {
        line.append(value).append(',');
      }
      sink.add(line.length());
    }
  }

  private void base64() {
    ByteBuffer floats =
        ByteBuffer.allocate(dimensions * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    byte[] text = new byte[(dimensions * Float.BYTES + 2) / 3 * 4];
    for (float[] row : sample) {
      floats.asFloatBuffer().put(row);
      sink.add(Base64.getEncoder().encode(floats.array(), text));
    }
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
