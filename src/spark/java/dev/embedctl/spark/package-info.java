/**
 * The flow on Apache Spark, as a job and as a library: keys, one row a key, a join with the cache
 * table, the misses through {@link dev.embedctl.service.EmbeddingService} in tasks, and a join
 * back. Scheduling, shuffles, commits and files are Spark's. Start with {@link
 * dev.embedctl.spark.EmbedColumn}.
 */
package dev.embedctl.spark;
