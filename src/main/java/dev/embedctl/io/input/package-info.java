/**
 * Reads records; each input format has a class. Start with {@link
 * dev.embedctl.io.input.RecordSources}, which opens an input as a {@link
 * dev.embedctl.io.input.RecordSource}; which field of a record is its text, its id and its metadata
 * is in {@link dev.embedctl.io.input.InputOptions}.
 */
package dev.embedctl.io.input;
