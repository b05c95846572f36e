/**
 * Remembers vectors between runs. The vector log is the truth, the MapDB index is derived from it,
 * Caffeine stands in front. Start with {@link dev.embedctl.cache.VectorCache} and {@link
 * dev.embedctl.cache.LogCache}; what is done to a cache as a whole is in {@link
 * dev.embedctl.cache.CacheMaintenance}.
 */
package dev.embedctl.cache;
