package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;

/** The model that a reply says it is from. */
final class NamedModel {
  private static final int LONGEST = 500;

  private Optional<String> name = Optional.empty();

  /** Takes the name at the parser's place, where it is one. */
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
