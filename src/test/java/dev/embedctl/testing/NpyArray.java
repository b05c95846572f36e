package dev.embedctl.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An array file read as NumPy's format 1.0 says, which knows nothing of how we write it.
 *
 * @param dataOffset where the rows begin
 */
public record NpyArray(int dataOffset, List<float[]> rows) {
  private static final Pattern HEADER =
      Pattern.compile(
          "\\{'descr': '<f4', 'fortran_order': False, 'shape': \\((\\d+), (\\d+)\\), \\} *\n");

  /** Reads a two-dimensional array of little-endian float32, and nothing else. */
  public static NpyArray read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[6];
    bytes.get(magic);
    if (!new String(magic, StandardCharsets.ISO_8859_1).equals("\u0093NUMPY")
        || bytes.get() != 1
        || bytes.get() != 0) {
      throw new IOException("no array of format 1.0: " + file);
    }
    byte[] header = new byte[bytes.getShort() & 0xFFFF];
    bytes.get(header);
    Matcher fields = HEADER.matcher(new String(header, StandardCharsets.US_ASCII));
    if (!fields.matches()) {
      throw new IOException("another header: " + new String(header, StandardCharsets.US_ASCII));
    }
    int offset = bytes.position();
    int columns = Integer.parseInt(fields.group(2));
    List<float[]> rows = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(fields.group(1)); i++) {
      float[] row = new float[columns];
      for (int j = 0; j < columns; j++) {
        row[j] = bytes.getFloat();
      }
      rows.add(row);
    }
    if (bytes.hasRemaining()) {
      throw new IOException(bytes.remaining() + " bytes after the last row");
    }
    return new NpyArray(offset, rows);
  }
}
