package dev.embedctl.io.readback;

import dev.embedctl.model.EmbedctlException.InvalidInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of a NumPy array of format 1.0 with rows of float32.
 *
 * @param bytes the size of the header, after which the array begins
 */
record NpyHeader(long rows, int dimensions, int bytes) {
  /** The first bytes of the format, as characters of Latin-1. */
  static final String MAGIC = "\u0093NUMPY\u0001\u0000";

  private static final Pattern FORM =
      Pattern.compile(
          "\\{'descr': '<f4', 'fortran_order': False,"
              + " 'shape': \\(([0-9]{1,18}), ([0-9]{1,9})\\),? *\\} *\n");

  /**
   * Reads a header.
   *
   * @param array the array's file, from its beginning
   * @throws InvalidInput if this is not such an array
   */
  static NpyHeader read(String name, InputStream array) throws IOException {
    byte[] magic = array.readNBytes(MAGIC.length());
    byte[] length = array.readNBytes(Short.BYTES);
    if (!new String(magic, StandardCharsets.ISO_8859_1).equals(MAGIC)
        || length.length < Short.BYTES) {
      throw other(name);
    }
    int bytes = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getShort() & 0xFFFF;
    Matcher form = FORM.matcher(new String(array.readNBytes(bytes), StandardCharsets.ISO_8859_1));
    if (!form.matches()) {
      throw other(name);
    }
    long rows = Long.parseLong(form.group(1));
    int dimensions = Integer.parseInt(form.group(2));
    if (rows > 0 && dimensions == 0) {
      throw other(name);
    }
    return new NpyHeader(rows, dimensions, MAGIC.length() + Short.BYTES + bytes);
  }

  private static InvalidInput other(String name) {
    return new InvalidInput(
        name
            + ": not an output of embedctl, which is a NumPy array of format 1.0 with rows"
            + " of float32");
  }
}
