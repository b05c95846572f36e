/**
 * Reads records and writes results, one format a class. Start with {@link
 * dev.embedctl.io.RecordSources}, which opens an input as a {@link dev.embedctl.io.RecordSource},
 * and with {@link dev.embedctl.io.RecordSink}, whose bytes go to an {@link dev.embedctl.io.Output}.
 * {@link dev.embedctl.io.OutputReaders} reads outputs back.
 */
package dev.embedctl.io;
