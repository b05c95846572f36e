package dev.embedctl.cache;

/**
 * What pruning, compacting or clearing did to the part of the cache that it was for.
 *
 * @param namespaces specs whose vectors were rewritten or removed
 */
public record CleanReport(
    int namespaces, long rowsBefore, long rowsAfter, long bytesBefore, long bytesAfter) {
  static final CleanReport NOTHING = new CleanReport(0, 0, 0, 0, 0);

  CleanReport plus(CleanReport other) {
    return new CleanReport(
        namespaces + other.namespaces,
        rowsBefore + other.rowsBefore,
        rowsAfter + other.rowsAfter,
        bytesBefore + other.bytesBefore,
        bytesAfter + other.bytesAfter);
  }
}
