/**
 * Writes results, one output format a class. Start with {@link dev.embedctl.io.output.RecordSink};
 * failed texts go to a {@link dev.embedctl.io.output.FailureSink}.
 */
package dev.embedctl.io.output;
