package dev.embedctl.cache;

import java.util.Optional;

/**
 * What a cache can tell about its own health in a run.
 *
 * @param rowsAtOpen rows that were there when it was opened
 * @param damaged times that a row turned out not to be what was written; each was a miss
 * @param indexFailure why no new index could be made at the end; nothing is lost by it
 */
public record CacheCounts(int rowsAtOpen, long damaged, Optional<String> indexFailure) {}
