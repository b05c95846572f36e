package dev.embedctl.io.output;

import dev.embedctl.io.bytes.Block;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.Parameter;
import dev.embedctl.model.Vector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Writes vectors as JSON values in one format. Not thread-safe. */
interface VectorWriter {

  static VectorWriter of(VectorFormat format) {
    return switch (format) {
      case FLOAT -> VectorWriter::putArray;
      case BASE64 -> new Encoded(Float.BYTES, VectorWriter::putFloats);
      case FLOAT16 -> new Encoded(Short.BYTES, VectorWriter::putHalves);
    };
  }

  void put(Vector vector, Block lines);

  private static void putArray(Vector vector, Block lines) {
    lines.put("[");
    lines.putNumbers(vector);
    lines.put("]");
  }

  private static void putFloats(Vector vector, ByteBuffer littleEndian) {
    vector.writeTo(littleEndian.asFloatBuffer());
  }

  private static void putHalves(Vector vector, ByteBuffer littleEndian) {
    for (int i = 0; i < vector.dimensions(); i++) {
      short half = Float.floatToFloat16(vector.at(i));
      if (Float.isInfinite(Float.float16ToFloat(half))) {
        throw new RunFailed(
            "half precision cannot represent "
                + vector.at(i)
                + "; use "
                + Parameter.VECTOR_FORMAT
                + " float or base64");
      }
      littleEndian.putShort(half);
    }
  }

  /** Writes all floats of a vector into a buffer of exactly their size. */
  @FunctionalInterface
  interface Encoding {
    void put(Vector vector, ByteBuffer littleEndian);
  }

  /** Writes vectors as base64 strings; the buffers are reused for each line. */
  final class Encoded implements VectorWriter {
    private static final Base64.Encoder BASE64 = Base64.getEncoder();
    private static final byte[] QUOTE = "\"".getBytes(StandardCharsets.US_ASCII);

    private final int bytesPerFloat;
    private final Encoding encoding;
    private byte[] floats = {};
    private byte[] text = {};

    private Encoded(int bytesPerFloat, Encoding encoding) {
      this.bytesPerFloat = bytesPerFloat;
      this.encoding = encoding;
    }

    @Override
    public void put(Vector vector, Block lines) {
      int size = Math.multiplyExact(vector.dimensions(), bytesPerFloat);
      if (floats.length != size) {
        floats = new byte[size];
        text = new byte[(size + 2) / 3 * 4];
      }
      encoding.put(vector, ByteBuffer.wrap(floats).order(ByteOrder.LITTLE_ENDIAN));
      int length = BASE64.encode(floats, text);
      lines.put(QUOTE);
      lines.put(text, length);
      lines.put(QUOTE);
    }
  }
}
