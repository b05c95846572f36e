package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.OptionalLong;

/** The number of tokens in a reply: the first valid one. */
public final class Counted {
  private OptionalLong tokens = OptionalLong.empty();

  /** Reads a field of a reply's object. */
  @FunctionalInterface
  interface Member {
    void read(JsonParser json, String name, Counted tokens) throws IOException;
  }

  /** The tokens in a body whose vectors are rejected, if they can be read. */
  static OptionalLong in(byte[] body, Member member) {
    Counted counted = new Counted();
    try (JsonParser json = WireJson.parser(body)) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        WireJson.members(json, name -> member.read(json, name, counted));
      }
    } catch (IOException e) {
      return counted.tokens; // keeps the count read so far
    }
    return counted.tokens;
  }

  /** Reads the number at the parser's position, if it is a count. */
  void read(JsonParser json) throws IOException {
    OptionalLong found = Counts.at(json);
    tokens = tokens.isPresent() ? tokens : found;
  }

  OptionalLong tokens() {
    return tokens;
  }
}
