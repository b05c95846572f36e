package dev.embedctl.cache;

/**
 * The result of an export or an import.
 *
 * @param added the number of vectors that were new at the destination
 * @param present the number of vectors that were there already and did not change
 */
public record CopyReport(long added, long present) {
  static final CopyReport NOTHING = new CopyReport(0, 0);

  CopyReport plus(CopyReport other) {
    return new CopyReport(added + other.added, present + other.present);
  }
}
