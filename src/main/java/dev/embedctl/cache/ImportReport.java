package dev.embedctl.cache;

/**
 * The result of an import.
 *
 * @param added the number of new vectors
 * @param present the number of vectors that existed already and did not change
 */
public record ImportReport(long added, long present) {}
