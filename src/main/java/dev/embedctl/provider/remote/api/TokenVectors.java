package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Replies of models without pooling: a list of vectors for each text, one for each token. */
public final class TokenVectors {
  private TokenVectors() {}

  /**
   * Whether the first number of a body is in more lists than it should be.
   *
   * @param lists the lists around a vector's numbers, within the innermost object
   */
  public static boolean areIn(byte[] body, int lists) {
    try (JsonParser json = WireJson.parser(body)) {
      int depth = 0;
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        switch (token) {
          case START_ARRAY -> depth++;
          case END_ARRAY -> depth--;
          case START_OBJECT, FIELD_NAME -> depth = 0;
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
            if (depth > 0) {
              return depth > lists;
            }
          }
          default -> {} // neither a list nor a number
        }
      }
      return false;
    } catch (IOException e) {
      return false; // reading its vectors reports the error
    }
  }
}
