package dev.embedctl.provider.catalog;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.NameHint;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.Collection;

/**
 * Reads a JSON file that people write. Anything invalid is a {@link Usage} error that names file
 * and line.
 */
public final class StrictJson {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final String name;
  private final JsonParser json;

  private StrictJson(String name, JsonParser json) {
    this.name = name;
    this.json = json;
  }

  /** Reads the value at the parser's position. */
  @FunctionalInterface
  public interface Reading<T> {
    T read(StrictJson json) throws IOException;
  }

  /** Reads a member of an object; the parser is at its value. */
  @FunctionalInterface
  public interface Member {
    void read(String name) throws IOException;
  }

  /**
   * Reads a file.
   *
   * @param name the file's name in messages
   * @throws Usage if the file is invalid
   */
  public static <T> T read(String name, InputStream in, Reading<T> reading) throws IOException {
    try (JsonParser parser = JSON.createParser(in)) {
      parser.nextToken();
      StrictJson json = new StrictJson(name, parser);
      T read = reading.read(json);
      if (parser.nextToken() != null) {
        throw json.wrong("there is text after the object");
      }
      return read;
    } catch (JsonProcessingException e) {
      throw notJson(name, e);
    }
  }

  private static Usage notJson(String name, JsonProcessingException e) {
    boolean twice = e.getOriginalMessage().startsWith("Duplicate field");
    return new Usage(
        name
            + ":"
            + e.getLocation().getLineNr()
            + ": "
            + (twice
                ? e.getOriginalMessage()
                : "not valid JSON, at column " + e.getLocation().getColumnNr()));
  }

  /** The name of the file. */
  String name() {
    return name;
  }

  /** Reads an object, member by member. */
  public void object(String what, Member member) throws IOException {
    expect(JsonToken.START_OBJECT, what);
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String found = json.currentName();
      json.nextToken();
      member.read(found);
    }
  }

  /** Reads an array, item by item. */
  public void array(String what, Item item) throws IOException {
    expect(JsonToken.START_ARRAY, what);
    while (json.nextToken() != JsonToken.END_ARRAY) {
      item.read();
    }
  }

  /** Reads one item. */
  @FunctionalInterface
  public interface Item {
    void read() throws IOException;
  }

  /** Checks that a name is a known one; if not, the message lists them and suggests the nearest. */
  public String known(String found, String what, Collection<String> names) {
    if (!names.contains(found)) {
      throw wrong("no " + what + " '" + found + "'" + NameHint.among(found, names));
    }
    return found;
  }

  public int count(String member) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NUMBER_INT
        && json.getNumberType() == JsonParser.NumberType.INT
        && json.getIntValue() > 0) {
      return json.getIntValue();
    }
    throw wrong(member + " must be an integer greater than 0");
  }

  boolean truth(String member) throws IOException {
    if (json.currentToken().isBoolean()) {
      return json.getBooleanValue();
    }
    throw wrong(member + " must be true or false");
  }

  public String string(String member) throws IOException {
    expect(JsonToken.VALUE_STRING, "a string for " + member);
    return json.getText();
  }

  BigDecimal decimal(String member) throws IOException {
    if (json.currentToken().isNumeric() && json.getDecimalValue().signum() >= 0) {
      return json.getDecimalValue();
    }
    throw wrong(member + " must be a number of at least 0");
  }

  private void expect(JsonToken token, String what) {
    if (json.currentToken() != token) {
      throw wrong("expected " + what);
    }
  }

  /** An error at the parser's position. */
  public Usage wrong(String what) {
    return new Usage(name + ":" + json.currentTokenLocation().getLineNr() + ": " + what);
  }
}
