/**
 * Reads records and writes results, one format a class. Start with {@link
 * dev.embedctl.io.RecordSources}, which opens an input as a {@link dev.embedctl.io.RecordSource},
 * and with {@link dev.embedctl.io.RecordSink}, whose bytes go to an {@link dev.embedctl.io.Output}.
 */
package dev.embedctl.io;
