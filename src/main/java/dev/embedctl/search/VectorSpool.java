package dev.embedctl.search;

import dev.embedctl.io.readback.OutputReader;
import dev.embedctl.io.readback.OutputRow;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.Vector;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * All vectors of an output in a temporary file, which is deleted when it is closed or the process
 * ends. In memory are four bytes a row: the scale of its vector.
 */
final class VectorSpool implements AutoCloseable {
  private static final int WRITTEN_AT_ONCE = 1 << 20;

  private final FileChannel channel;
  private final int dimensions;
  private final float[] scales;

  private VectorSpool(FileChannel channel, int dimensions, float... scales) {
    this.channel = channel;
    this.dimensions = dimensions;
    this.scales = scales;
  }

  /**
   * Copies all vectors.
   *
   * @param folder where the temporary file is
   * @throws InvalidInput if a row is invalid, or has other dimensions than the first
   */
  static VectorSpool of(OutputReader reader, Path folder) throws IOException {
    Path file = Files.createTempFile(folder, "embedctl-search-", ".vectors");
    // On most systems the file's name is deleted at once, so that a killed process leaves no file.
    FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    boolean done = false;
    try {
      VectorSpool spool = filled(reader, channel);
      done = true;
      return spool;
    } finally {
      if (!done) {
        channel.close();
      }
    }
  }

  private static VectorSpool filled(OutputReader reader, FileChannel channel) throws IOException {
    float[] scales = new float[1 << 10];
    int rows = 0;
    int dimensions = 0;
    ByteBuffer bytes = ByteBuffer.allocate(0);
    for (Optional<OutputRow> next = reader.next(); next.isPresent(); next = reader.next()) {
      OutputRow.Whole row = RowsPart.whole(next.get());
      if (rows == 0) {
        dimensions = row.vector().dimensions();
        int rowBytes = dimensions * Float.BYTES;
        bytes =
            ByteBuffer.allocateDirect(Math.max(1, WRITTEN_AT_ONCE / rowBytes) * rowBytes)
                .order(ByteOrder.LITTLE_ENDIAN);
      }
      check(row, dimensions);
      if (rows == scales.length) {
        scales = Arrays.copyOf(scales, Math.addExact(rows, rows / 2));
      }
      float[] values = row.vector().toArray();
      scales[rows] = QuickCosine.scale(values, 0, dimensions);
      rows++;
      bytes.asFloatBuffer().put(values);
      bytes.position(bytes.position() + dimensions * Float.BYTES);
      if (!bytes.hasRemaining()) {
        write(bytes, channel);
      }
    }
    write(bytes, channel);
    return new VectorSpool(channel, dimensions, Arrays.copyOf(scales, rows));
  }

  private static void check(OutputRow.Whole row, int dimensions) {
    Vector vector = row.vector();
    if (vector.dimensions() != dimensions) {
      throw new InvalidInput(
          row.place()
              + ": "
              + vector.dimensions()
              + " dimensions, but the first row has "
              + dimensions);
    }
    if (vector.defect().isPresent()) {
      throw new InvalidInput(row.place() + ": " + vector.defect().get());
    }
  }

  private static void write(ByteBuffer bytes, FileChannel channel) throws IOException {
    bytes.flip();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    bytes.clear();
  }

  int rows() {
    return scales.length;
  }

  int dimensions() {
    return dimensions;
  }

  /** The scale of a row's vector, see {@link QuickCosine#scale}. */
  float scale(int row) {
    return scales[row];
  }

  /** Reads the vectors of some rows. */
  void read(int firstRow, int rows, float[] into) throws IOException {
    int rowBytes = dimensions * Float.BYTES;
    ByteBuffer bytes = ByteBuffer.allocate(rows * rowBytes).order(ByteOrder.LITTLE_ENDIAN);
    long position = (long) firstRow * rowBytes;
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw new EOFException("the temporary file was truncated");
      }
    }
    FloatBuffer floats = bytes.flip().asFloatBuffer();
    floats.get(into, 0, rows * dimensions);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
