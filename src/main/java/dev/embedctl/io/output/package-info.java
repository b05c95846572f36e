/**
 * Writes results, one format in a class. Start with {@link dev.embedctl.io.output.RecordSink};
 * failed texts go to a {@link dev.embedctl.io.output.FailureSink}.
 */
package dev.embedctl.io.output;
