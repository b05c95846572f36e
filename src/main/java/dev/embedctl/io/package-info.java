/**
 * Reads records and writes results, one format a class. Start with {@link
 * dev.embedctl.io.RecordSource} and {@link dev.embedctl.io.RecordSink}.
 */
package dev.embedctl.io;
