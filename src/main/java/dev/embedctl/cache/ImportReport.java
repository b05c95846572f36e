package dev.embedctl.cache;

/**
 * What an import did.
 *
 * @param added vectors that were not there
 * @param present vectors that were there already and stayed as they were
 */
public record ImportReport(long added, long present) {}
