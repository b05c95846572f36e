package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;

/** The model that a reply names. */
final class NamedModel {
  private static final int LONGEST = 500;

  private Optional<String> name = Optional.empty();

  /** Reads the value at the parser's position, if it is a name. */
  void read(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING && json.getTextLength() <= LONGEST) {
      name = Optional.of(json.getText()).filter(found -> !found.isBlank());
    } else {
      json.skipChildren();
    }
  }

  Optional<String> name() {
    return name;
  }
}
