package dev.embedctl.search;

import dev.embedctl.io.readback.FlatVectors;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.Vector;
import dev.embedctl.search.Nearest.Candidate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Optional;

/**
 * Rows whose vectors have the same format in the file and in memory; they are read in blocks,
 * without labels.
 */
final class FlatPart implements ScannedPart {
  private final FlatVectors vectors;
  private final FlatVectors.Range range;
  private final ThreadLocal<ByteBuffer> buffer;

  /**
   * One part of an output.
   *
   * @param buffer the buffer of each thread
   */
  FlatPart(FlatVectors vectors, FlatVectors.Range range, ThreadLocal<ByteBuffer> buffer) {
    this.vectors = vectors;
    this.range = range;
    this.buffer = buffer;
  }

  /** A buffer for each thread, large enough for the largest part. */
  static ThreadLocal<ByteBuffer> buffer(int bytes) {
    return ThreadLocal.withInitial(
        () -> ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN));
  }

  @Override
  public long scan(int part, Query query, Nearest nearest) throws IOException {
    int dimensions = vectors.dimensions();
    if (dimensions != query.dimensions()) {
      throw query.otherDimensions(vectors.name(), dimensions);
    }
    ByteBuffer bytes = buffer.get();
    vectors.read(range, bytes);
    FloatBuffer floats = bytes.asFloatBuffer();
    float[] row = new float[dimensions];
    double least = nearest.least();
    for (int i = 0; i < range.rows(); i++) {
      floats.get(row);
      if (query.mayReach(least, row, 0)) {
        double cosine = query.cosine(row, 0);
        if (Double.isNaN(cosine)) {
          throw new InvalidInput(
              vectors.name()
                  + ": row "
                  + (range.first() + i)
                  + ": "
                  + Vector.wrap(row).defect().orElse("no cosine"));
        }
        nearest.offer(new Candidate(cosine, part, i, Optional.empty()));
        least = nearest.least();
      }
    }
    return range.rows();
  }
}
