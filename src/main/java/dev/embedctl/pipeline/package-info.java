/**
 * The flow of a batch: records are read in chunks, validated and looked up; the misses of all
 * chunks share one queue, from which free permits take requests; chunks are written in the order in
 * which they were read. Start with {@link dev.embedctl.pipeline.BatchPipeline}.
 */
package dev.embedctl.pipeline;
