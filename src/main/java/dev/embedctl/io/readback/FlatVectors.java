package dev.embedctl.io.readback;

import dev.embedctl.model.EmbedctlException.InvalidInput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The vectors of an output whose file has them as memory has: little-endian float32, row after row.
 * Several threads may read them at the same time.
 */
public final class FlatVectors implements AutoCloseable {
  private final String name;
  private final FileChannel channel;
  private final int dimensions;
  private final List<Range> ranges;

  private FlatVectors(String name, FileChannel channel, int dimensions, List<Range> ranges) {
    this.name = name;
    this.channel = channel;
    this.dimensions = dimensions;
    this.ranges = List.copyOf(ranges);
  }

  /**
   * Rows whose vectors follow each other.
   *
   * @param first the number of the first row, from 0
   * @param position where its vector begins in the file
   */
  public record Range(long first, int rows, long position) {}

  /** Whether a file is an uncompressed NumPy array. */
  static boolean isArray(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      byte[] first = Channels.newInputStream(channel).readNBytes(NpyHeader.MAGIC.length());
      return new String(first, StandardCharsets.ISO_8859_1).equals(NpyHeader.MAGIC);
    }
  }

  /**
   * The vectors of a NumPy array.
   *
   * @param maxRows the greatest number of rows in a range
   * @throws InvalidInput if it is not such an array, or is truncated
   */
  static FlatVectors ofArray(Path file, int maxRows) throws IOException {
    String name = file.toString();
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    boolean done = false;
    try {
      InputStream bytes = Channels.newInputStream(channel);
      NpyHeader header = NpyHeader.read(name, bytes);
      long whole = Math.multiplyExact(header.rows(), (long) header.dimensions() * Float.BYTES);
      if (channel.size() - header.bytes() < whole) {
        throw new InvalidInput(name + ": truncated; its header says " + header.rows() + " rows");
      }
      List<Range> ranges = new ArrayList<>();
      addRanges(0, header.rows(), header.bytes(), header.dimensions(), maxRows, ranges);
      FlatVectors vectors = new FlatVectors(name, channel, header.dimensions(), ranges);
      done = true;
      return vectors;
    } finally {
      if (!done) {
        channel.close();
      }
    }
  }

  /**
   * The vectors of an Arrow file.
   *
   * @param maxRows the greatest number of rows in a range
   * @throws InvalidInput if it is not an output, or incomplete
   */
  static FlatVectors ofArrow(Path file, int maxRows) throws IOException {
    String name = file.toString();
    ArrowRows.open(file, name).close(); // reports errors in the file
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    boolean done = false;
    try {
      ArrowFile arrow = ArrowFile.of(channel);
      List<Range> ranges = new ArrayList<>();
      long row = 0;
      for (int i = 0; i < arrow.batches(); i++) {
        ArrowFile.Columns batch = arrow.batch(i);
        addRanges(row, batch.rows(), batch.floats().start(), arrow.dimensions(), maxRows, ranges);
        row += batch.rows();
      }
      FlatVectors vectors = new FlatVectors(name, channel, arrow.dimensions(), ranges);
      done = true;
      return vectors;
    } catch (InvalidInput e) {
      throw new InvalidInput(name + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new InvalidInput(name + ": a batch cannot be decoded; create the file again", e);
    } finally {
      if (!done) {
        channel.close();
      }
    }
  }

  private static void addRanges(
      long first, long rows, long position, int dimensions, int maxRows, List<Range> ranges) {
    for (long from = 0; from < rows; from += maxRows) {
      int count = (int) Math.min(maxRows, rows - from);
      ranges.add(new Range(first + from, count, position + from * dimensions * Float.BYTES));
    }
  }

  public String name() {
    return name;
  }

  /** The number of dimensions; 0 if there are no rows. */
  public int dimensions() {
    return dimensions;
  }

  /** All rows, in their order. */
  public List<Range> ranges() {
    return ranges;
  }

  /** Reads the vectors of a range into a buffer, from its start; the buffer is then flipped. */
  public void read(Range range, ByteBuffer into) throws IOException {
    into.clear().limit(Math.multiplyExact(range.rows(), dimensions * Float.BYTES));
    while (into.hasRemaining()) {
      if (channel.read(into, range.position() + into.position()) < 0) {
        throw new EOFException("the file was truncated while it was read");
      }
    }
    into.flip();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
