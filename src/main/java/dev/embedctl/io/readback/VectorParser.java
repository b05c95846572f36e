package dev.embedctl.io.readback;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.embedctl.io.output.VectorFormat;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads vectors from text in any {@link VectorFormat}. For base64, the given format decides between
 * float32 and half precision; without one, the known dimensions decide; without both, float32 is
 * assumed. Not thread-safe.
 */
final class VectorParser {
  private static final int FIRST_FLOATS = 1 << 10;

  private final Optional<VectorFormat> format;
  private final OptionalInt dimensions;
  private float[] floats = new float[FIRST_FLOATS];

  /** A value is not a vector; the message is a clause. */
  static final class NoVector extends Exception {
    private static final long serialVersionUID = 1L;

    NoVector(String message) {
      super(message);
    }
  }

  /**
   * A parser of vectors.
   *
   * @param format the format, if given
   * @param dimensions the number of dimensions, if known
   */
  VectorParser(Optional<VectorFormat> format, OptionalInt dimensions) {
    this.format = format;
    this.dimensions = dimensions;
  }

  /**
   * Reads the vector at the parser's position. The parser ends at the end of the value in any case.
   *
   * @throws NoVector if the value is not a vector
   */
  Vector read(JsonParser parser) throws IOException, NoVector {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_STRING) {
      return decoded(parser.getText());
    }
    if (token != JsonToken.START_ARRAY) {
      parser.skipChildren();
      throw new NoVector("the embedding is neither an array of numbers nor base64");
    }
    int count = 0;
    boolean numbers = true;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      numbers &= parser.currentToken().isNumeric();
      parser.skipChildren();
      if (numbers) {
        if (count == floats.length) {
          floats = Arrays.copyOf(floats, 2 * count);
        }
        floats[count++] = parser.getFloatValue();
      }
    }
    if (!numbers) {
      throw new NoVector("value " + count + " of the embedding is not a number");
    }
    return vector(Arrays.copyOf(floats, count));
  }

  /**
   * Decodes a vector from base64.
   *
   * @throws NoVector if the string is not a vector
   */
  Vector decoded(String base64) throws NoVector {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw noBase64(e);
    }
    ByteBuffer littleEndian = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int bytesPerFloat = holdsHalves(bytes.length) ? Short.BYTES : Float.BYTES;
    if (bytes.length % bytesPerFloat != 0) {
      throw new NoVector(
          "the embedding's " + bytes.length + " bytes are not a multiple of the size of a float");
    }
    float[] values = new float[bytes.length / bytesPerFloat];
    if (bytesPerFloat == Float.BYTES) {
      littleEndian.asFloatBuffer().get(values);
    } else {
      ShortBuffer halves = littleEndian.asShortBuffer();
      for (int i = 0; i < values.length; i++) {
        values[i] = Float.float16ToFloat(halves.get(i));
      }
    }
    return vector(values);
  }

  private static NoVector noBase64(IllegalArgumentException cause) {
    NoVector failure = new NoVector("the embedding is a string that is not base64");
    failure.initCause(cause);
    return failure;
  }

  private boolean holdsHalves(int bytes) {
    return format
        .map(given -> given == VectorFormat.FLOAT16)
        .orElse(dimensions.isPresent() && bytes == dimensions.getAsInt() * Short.BYTES);
  }

  private static Vector vector(float... values) throws NoVector {
    if (values.length == 0) {
      throw new NoVector("the embedding is empty");
    }
    return Vector.wrap(values);
  }
}
