package dev.embedctl.cache;

/**
 * The places of rows in the segments of one namespace. All rows have the same width, so a row is
 * found by its number. A slot is the number of a row across all segments.
 *
 * @param dimensions the dimensions of the vectors
 * @param rowsPerSegment the number of rows in a full segment
 */
record RowLayout(int dimensions, int rowsPerSegment) {
  /** magic 4, crc 4, created 4, row number 4, key 32. */
  static final int HEADER_BYTES = 48;

  RowLayout {
    if (dimensions < 1 || rowsPerSegment < 1) {
      throw new IllegalArgumentException("no rows of " + dimensions + " x " + rowsPerSegment);
    }
    if (bytesOf(dimensions) * rowsPerSegment > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("an offset within a segment is an int: below 2 GB");
    }
  }

  /** The layout with segments below a size. */
  static RowLayout within(int segmentBytes, int dimensions) {
    return new RowLayout(dimensions, (int) Math.max(1, segmentBytes / bytesOf(dimensions)));
  }

  /** The bytes of a row with this number of floats. */
  static long bytesOf(int dimensions) {
    return HEADER_BYTES + (long) dimensions * Float.BYTES;
  }

  int rowBytes() {
    return HEADER_BYTES + dimensions * Float.BYTES;
  }

  /** The offset of a row in its segment. */
  int offsetOf(int row) {
    return row * rowBytes();
  }

  int segmentOf(int slot) {
    return slot / rowsPerSegment;
  }

  int rowOf(int slot) {
    return slot % rowsPerSegment;
  }

  int slotOf(int segment, int row) {
    return Math.addExact(Math.multiplyExact(segment, rowsPerSegment), row);
  }
}
