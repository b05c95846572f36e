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

/** Rows whose vectors are in the file as in memory: they are read by the block, without labels. */
final class FlatPart implements ScannedPart {
  private final FlatVectors vectors;
  private final FlatVectors.Range range;
  private final ThreadLocal<ByteBuffer> room;

  /**
   * A part.
   *
   * @param room where the threads that read parts have room for one
   */
  FlatPart(FlatVectors vectors, FlatVectors.Range range, ThreadLocal<ByteBuffer> room) {
    this.vectors = vectors;
    this.range = range;
    this.room = room;
  }

  /** Room for the largest of the parts, for each thread. */
  static ThreadLocal<ByteBuffer> room(int bytes) {
    return ThreadLocal.withInitial(
        () -> ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN));
  }

  @Override
  public long scan(int part, Query query, Nearest nearest) throws IOException {
    int dimensions = vectors.dimensions();
    if (dimensions != query.dimensions()) {
      throw query.otherDimensions(vectors.name(), dimensions);
    }
    ByteBuffer bytes = room.get();
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
