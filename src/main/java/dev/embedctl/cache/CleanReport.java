package dev.embedctl.cache;

/**
 * The result of pruning, compacting or clearing a part of the cache.
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
