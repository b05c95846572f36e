package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Reads the vectors of replies: arrays of numbers, or float32 values in base64. */
public final class JsonVectors {
  /** A float64 has fewer digits in any notation. */
  static final int DIGITS = 1100;

  private JsonVectors() {}

  /** A string does not contain float32 values in base64. */
  public static final class NotFloats extends IOException {
    private static final long serialVersionUID = 1L;

    NotFloats(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Reads the vector of numbers at the parser's position; messages contain its item. */
  static Vector read(JsonParser json, int item) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new IOException("the embedding of item " + item + " is not a vector of numbers");
    }
    return listed(json, item);
  }

  /**
   * Reads the vectors in the array that the parser has entered, one for each text.
   *
   * @throws IOException if there are more or fewer
   */
  static List<Vector> inOrder(JsonParser json, int texts) throws IOException {
    List<Vector> vectors = new ArrayList<>(texts);
    while (json.nextToken() != JsonToken.END_ARRAY) {
      vectors.add(read(json, vectors.size()));
    }
    checkCount(vectors, texts);
    return vectors;
  }

  /** Checks that there is one vector for each text. */
  static void checkCount(List<Vector> vectors, int texts) throws IOException {
    if (vectors.size() != texts) {
      throw new IOException("the reply has " + vectors.size() + " vectors for " + texts + " texts");
    }
  }

  /** The vector of little-endian float32 values in base64. */
  static Vector decoded(String base64, int item) throws IOException {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new NotFloats("the embedding of item " + item + " is not base64", e);
    }
    if (bytes.length == 0 || bytes.length % Float.BYTES != 0) {
      throw new NotFloats(
          "the embedding of item "
              + item
              + " is "
              + bytes.length
              + " bytes, which are not float32 values",
          null);
    }
    return Vector.read(
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer(),
        bytes.length / Float.BYTES);
  }

  /** Reads the vector in the array that the parser has entered. */
  static Vector listed(JsonParser json, int item) throws IOException {
    float[] values = new float[1536];
    int length = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (!json.currentToken().isNumeric()) {
        throw new IOException(
            "value " + length + " of the embedding of item " + item + " is not a number");
      }
      if (length == values.length) {
        values = Arrays.copyOf(values, length * 2);
      }
      if (json.getTextLength() > DIGITS) {
        throw new IOException(
            "value " + length + " of the embedding of item " + item + " has too many digits");
      }
      values[length++] = json.getFloatValue();
    }
    if (length == 0) {
      throw new IOException("the embedding of item " + item + " is empty");
    }
    return Vector.wrap(Arrays.copyOf(values, length));
  }
}
