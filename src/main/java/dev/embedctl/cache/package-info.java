/**
 * Remembers vectors between runs. The vector log is the truth, the MapDB index is derived from it,
 * Caffeine stands in front. Start with {@link dev.embedctl.cache.VectorCache}.
 */
package dev.embedctl.cache;
