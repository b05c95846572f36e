/**
 * The flow of a batch: records are read in chunks, validated and looked up; misses of all chunks
 * share one queue, from which free permits take requests; chunks are written in the order they were
 * read. Start with {@link dev.embedctl.pipeline.BatchPipeline}.
 */
package dev.embedctl.pipeline;
