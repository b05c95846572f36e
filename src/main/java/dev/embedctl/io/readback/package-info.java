/**
 * Reads outputs, one format in a class. Start with {@link dev.embedctl.io.readback.OutputReaders},
 * which opens an output as an {@link dev.embedctl.io.readback.OutputReader}.
 */
package dev.embedctl.io.readback;
