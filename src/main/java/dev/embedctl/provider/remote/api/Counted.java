package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.OptionalLong;

/** The tokens that a reply says were counted: the first count of them that can be one. */
public final class Counted {
  private OptionalLong tokens = OptionalLong.empty();

  /** Reads a member of a reply's object. */
  @FunctionalInterface
  interface Member {
    void read(JsonParser json, String name, Counted tokens) throws IOException;
  }

  /** The tokens in a body, as far as it can be read: it is one whose vectors are not believed. */
  static OptionalLong in(byte[] body, Member member) {
    Counted counted = new Counted();
    try (JsonParser json = WireJson.parser(body)) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        WireJson.members(json, name -> member.read(json, name, counted));
      }
    } catch (IOException e) {
      return counted.tokens; // what came before counts
    }
    return counted.tokens;
  }

  /** Takes the count at the parser's place, where it is one. */
  void read(JsonParser json) throws IOException {
    OptionalLong found = Counts.at(json);
    tokens = tokens.isPresent() ? tokens : found;
  }

  OptionalLong tokens() {
    return tokens;
  }
}
