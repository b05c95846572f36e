/**
 * Stores vectors between runs. The vector log is the primary data, the MapDB index is derived from
 * it. Start with {@link dev.embedctl.cache.VectorCache} and {@link dev.embedctl.cache.LogCache};
 * operations on a whole cache are in {@link dev.embedctl.cache.CacheMaintenance}.
 */
package dev.embedctl.cache;
