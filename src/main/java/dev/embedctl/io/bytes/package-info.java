/**
 * Bytes in and out: outputs that get their name only when they are whole, part files, compression,
 * readers of lines and of UTF-8, and floats as text. Imports none of the other rooms but the
 * vocabulary. Start with {@link dev.embedctl.io.bytes.Output}.
 */
package dev.embedctl.io.bytes;
