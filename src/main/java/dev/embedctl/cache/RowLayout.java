package dev.embedctl.cache;

/**
 * Where rows lie in the segments of one namespace: all rows have one width, so a row is found by
 * its number. A slot counts rows through all segments.
 *
 * @param dimensions floats of each vector
 * @param rowsPerSegment rows of a full segment
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

  /** The layout whose segments stay below a size. */
  static RowLayout within(int segmentBytes, int dimensions) {
    return new RowLayout(dimensions, (int) Math.max(1, segmentBytes / bytesOf(dimensions)));
  }

  /** Bytes of a row that holds so many floats. */
  static long bytesOf(int dimensions) {
    return HEADER_BYTES + (long) dimensions * Float.BYTES;
  }

  int rowBytes() {
    return HEADER_BYTES + dimensions * Float.BYTES;
  }

  /** Where a row begins in its segment. */
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
