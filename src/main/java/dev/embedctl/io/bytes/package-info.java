/**
 * Bytes in and out: outputs that get their name when they are complete, part files, compression,
 * readers of lines and UTF-8, and floats as text. Imports no other room but {@code model}. Start
 * with {@link dev.embedctl.io.bytes.Output}.
 */
package dev.embedctl.io.bytes;
