package dev.embedctl.io.input;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Picks the fields that are wanted out of one line of JSON after another, and keeps their raw form,
 * so that what is copied is copied as it stands. What it found is valid until the next line.
 */
public final class JsonLine implements Fields {

  /** A place in a record that is wanted, or lies on the way to one. */
  private static final class Node {
    final Map<String, Node> children = new HashMap<>();
    boolean wanted;
    JsonKind kind = JsonKind.MISSING;
    String content = "";
    int start;
    int end;
  }

  private final JsonFactory factory;
  private final Node top = new Node();

  /** By the names as they were given: the JDK makes a record's hash at the run's start, slowly. */
  private final Map<String, Node> selected = new HashMap<>();

  private final List<String> names = new ArrayList<>();

  /** Top-level fields that are not among the others. */
  private final Set<String> apart = new HashSet<>();

  private final boolean keepsOthers;
  private final StringBuilder others = new StringBuilder();

  private String line = "";
  private JsonKind kind = JsonKind.MISSING;
  private String bare = "";

  JsonLine(InputOptions options) {
    factory = newFactory();
    List<FieldSelector> apartFromOthers = new ArrayList<>(options.textFields());
    apartFromOthers.add(options.id().field());
    List<FieldSelector> wanted = new ArrayList<>(apartFromOthers);
    if (options.metadata() instanceof MetadataFields.Listed listed) {
      wanted.addAll(listed.fields());
    }
    wanted.forEach(this::select);
    keepsOthers = options.metadata() instanceof MetadataFields.All;
    for (FieldSelector field : apartFromOthers) {
      if (field.path().size() == 1) {
        apart.add(field.label());
      }
    }
  }

  /**
   * The factory all lines share: what is no strict JSON is refused, a field that stands twice too.
   */
  public static JsonFactory newFactory() {
    return JsonFactory.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        // Field names come from users' files; odd ones must not end a run.
        .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
        .streamReadConstraints(
            // The line's own bound is the only one for strings.
            StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
        .build();
  }

  private void select(FieldSelector field) {
    Node node = top;
    for (String name : field.path()) {
      node = node.children.computeIfAbsent(name, n -> new Node());
    }
    node.wanted = true;
    selected.put(field.given(), node);
  }

  /**
   * Reads a line, which stands in an array too.
   *
   * @return why it is not one whole JSON value; empty where it is
   */
  Optional<String> read(String line, char[] chars, int offset) throws IOException {
    reset(line);
    try (JsonParser parser = factory.createParser(chars, offset, line.length())) {
      kind = kindOf(parser.nextToken());
      switch (kind) {
        case OBJECT -> object(parser, top);
        case STRING -> bare = parser.getText();
        case ARRAY -> parser.skipChildren();
        case NUMBER, BOOLEAN, NULL, MISSING -> {}
      }
      return rest(parser);
    } catch (JsonProcessingException e) {
      return Optional.of(JsonReason.of(e));
    }
  }

  private static Optional<String> rest(JsonParser parser) throws IOException {
    long column = parser.currentLocation().getCharOffset() + 1;
    try {
      if (parser.nextToken() == null) {
        return Optional.empty();
      }
      column = parser.currentTokenLocation().getCharOffset() + 1;
    } catch (JsonProcessingException e) {
      // No matter what is wrong with it: nothing may stand there.
      column = e.getLocation() == null ? column : e.getLocation().getCharOffset() + 1;
    }
    return Optional.of("something stands after the JSON value, at column " + column);
  }

  private void reset(String next) {
    line = next;
    bare = "";
    kind = JsonKind.MISSING;
    names.clear();
    others.setLength(0);
    selected.values().forEach(node -> node.kind = JsonKind.MISSING);
  }

  private void object(JsonParser parser, Node node) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      boolean other = false;
      int start = 0;
      if (node == top) {
        names.add(name);
        other = keepsOthers && !apart.contains(name);
        start = other ? at(parser.currentTokenLocation()) : 0;
      }
      parser.nextToken();
      value(parser, node.children.get(name));
      if (other) {
        parser.finishToken();
        others.append(others.isEmpty() ? "{" : ",");
        others.append(line, start, at(parser.currentLocation()));
      }
    }
  }

  private void array(JsonParser parser, Node node) throws IOException {
    for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
      value(parser, node.children.get(Integer.toString(i)));
    }
  }

  private void value(JsonParser parser, Node node) throws IOException {
    if (node == null) {
      parser.skipChildren();
      return;
    }
    JsonKind found = kindOf(parser.currentToken());
    int start = at(parser.currentTokenLocation());
    String content = "";
    switch (found) {
      case OBJECT -> object(parser, node);
      case ARRAY -> array(parser, node);
      case STRING, NUMBER, BOOLEAN -> content = parser.getText();
      case NULL, MISSING -> {}
    }
    if (node.wanted) {
      node.kind = found;
      node.content = content;
      node.start = start;
      node.end = at(parser.currentLocation());
    }
  }

  private static int at(JsonLocation location) {
    return Math.toIntExact(location.getCharOffset());
  }

  private static JsonKind kindOf(JsonToken token) {
    if (token == null) {
      return JsonKind.MISSING;
    }
    return switch (token) {
      case START_OBJECT -> JsonKind.OBJECT;
      case START_ARRAY -> JsonKind.ARRAY;
      case VALUE_STRING -> JsonKind.STRING;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> JsonKind.NUMBER;
      case VALUE_TRUE, VALUE_FALSE -> JsonKind.BOOLEAN;
      case VALUE_NULL -> JsonKind.NULL;
      case END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
          throw new IllegalStateException("a value cannot begin with " + token);
    };
  }

  /** What the line as a whole is. */
  JsonKind kind() {
    return kind;
  }

  /** The text of a line that is nothing but a string. */
  String bare() {
    return bare;
  }

  @Override
  public Value value(FieldSelector field) {
    Node node = selected.get(field.given());
    return node.kind == JsonKind.MISSING ? Value.MISSING : new Value(node.kind, node.content);
  }

  /** The field's value as it stands in the line. */
  String raw(FieldSelector field) {
    Node node = selected.get(field.given());
    return line.substring(node.start, node.end);
  }

  /** An object of all other fields, as they stand; empty where there are none. */
  Optional<String> others() {
    return others.isEmpty() ? Optional.empty() : Optional.of(others + "}");
  }

  @Override
  public List<String> names() {
    return names;
  }
}
