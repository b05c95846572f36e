package dev.embedctl.io.input;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the requested fields in one line of JSON after another. It keeps their raw form, so that
 * values are copied unchanged. Its findings are valid until the next line.
 */
public final class JsonLine implements Fields {

  /** A place in a record that is requested, or is on the path to a requested one. */
  private static final class Node {
    final Map<String, Node> children = new HashMap<>();

    /** The names in the object at this place, if a child of it is requested. */
    final Set<String> names = new LinkedHashSet<>();

    boolean wanted;
    JsonKind kind = JsonKind.MISSING;
    String content = "";
    int start;
    int end;
  }

  private final JsonFactory factory = newFactoryOfAnyNames();
  private final JsonFactory strict = newFactory();
  private final Node top = new Node();
  private final List<Node> nodes = new ArrayList<>(List.of(top));

  /** Keyed by the names as given, since the hash of a record is slow when a run starts. */
  private final Map<String, Node> selected = new HashMap<>();

  /** The place of the text of a bare string. */
  private final FieldSelector text;

  /** Top-level fields that are not among the others. */
  private final Set<String> apart = new HashSet<>();

  private final boolean keepsOthers;
  private final StringBuilder others = new StringBuilder();

  private final FlatObject flat = new FlatObject();

  /** The requested top-level fields. */
  private final List<String> topNames;

  private String line = "";
  private JsonKind kind = JsonKind.MISSING;

  JsonLine(InputOptions options) {
    text = options.text();
    List<FieldSelector> apartFromOthers = new ArrayList<>(options.textFields());
    apartFromOthers.add(options.id().field());
    List<FieldSelector> wanted = new ArrayList<>(apartFromOthers);
    if (options.metadata() instanceof MetadataFields.Listed listed) {
      wanted.addAll(listed.ofRecord());
    }
    wanted.forEach(this::select);
    topNames = List.copyOf(top.children.keySet());
    keepsOthers = options.metadata() instanceof MetadataFields.All;
    for (FieldSelector field : apartFromOthers) {
      if (field.path().size() == 1) {
        apart.add(field.label());
      }
    }
  }

  /** Makes parsers that refuse everything but strict JSON, and fields that occur twice. */
  public static JsonFactory newFactory() {
    return newFactoryOfAnyNames()
        .rebuild()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .build();
  }

  /** Makes parsers that refuse everything but strict JSON, but allow fields that occur twice. */
  public static JsonFactory newFactoryOfAnyNames() {
    return JsonFactory.builder()
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        // Field names come from users' files; unusual ones must not end a run.
        .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
        .streamReadConstraints(
            // Strings are limited only by the limit for a line.
            StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
        .build();
  }

  private void select(FieldSelector field) {
    Node node = top;
    for (String name : field.path()) {
      node = node.children.computeIfAbsent(name, n -> newNode());
    }
    node.wanted = true;
    selected.put(field.given(), node);
  }

  private Node newNode() {
    Node node = new Node();
    nodes.add(node);
    return node;
  }

  /**
   * Reads a line, which is also in an array.
   *
   * @return why it is not one complete JSON value; empty if it is one
   */
  Optional<String> read(String line, char[] chars, int offset) throws IOException {
    reset(line);
    if (!keepsOthers && flat.read(chars, offset, line.length()) && takeFlat()) {
      return Optional.empty();
    }
    reset(line);
    if (flat.readString(chars, offset, line.length())) {
      takeFlatString();
      return Optional.empty();
    }
    try (JsonParser parser = factory.createParser(chars, offset, line.length())) {
      kind = kindOf(parser.nextToken());
      switch (kind) {
        case OBJECT -> object(parser, top);
        case STRING -> value(parser, nodeOfBareString());
        case ARRAY -> parser.skipChildren();
        case NUMBER, BOOLEAN, NULL, MISSING -> {}
      }
      return rest(parser);
    } catch (JsonProcessingException e) {
      return Optional.of(JsonReason.of(e));
    }
  }

  /** Takes the values of a flat object; false if a requested field occurs twice in it. */
  private boolean takeFlat() {
    kind = JsonKind.OBJECT;
    int found = 0;
    for (int field = 0; field < flat.fields(); field++) {
      Node node = nodeOf(field);
      if (node == null) {
        continue;
      }
      if (node.kind != JsonKind.MISSING) {
        return false;
      }
      found++;
      node.kind = flat.kind(field);
      if (node.wanted) {
        take(field, node);
      }
    }
    for (int field = 0; found < topNames.size() && field < flat.fields(); field++) {
      top.names.add(flat.name(field)); // for the message that a field is missing
    }
    return true;
  }

  private void takeFlatString() {
    kind = JsonKind.STRING;
    Node node = nodeOfBareString();
    node.kind = JsonKind.STRING;
    if (node.wanted) {
      take(0, node);
    }
  }

  /** Takes the value of a flat field. */
  private void take(int field, Node node) {
    node.content = flat.content(field);
    node.start = flat.start(field);
    node.end = flat.end(field);
  }

  private Node nodeOf(int field) {
    for (String name : topNames) {
      if (flat.isNamed(field, name)) {
        return top.children.get(name);
      }
    }
    return null;
  }

  private static Optional<String> rest(JsonParser parser) throws IOException {
    long column = parser.currentLocation().getCharOffset() + 1;
    try {
      if (parser.nextToken() == null) {
        return Optional.empty();
      }
      column = parser.currentTokenLocation().getCharOffset() + 1;
    } catch (JsonProcessingException e) {
      // Whatever it is: nothing is allowed there.
      column = e.getLocation() == null ? column : e.getLocation().getCharOffset() + 1;
    }
    return Optional.of("there is more after the JSON value, at column " + column);
  }

  private void reset(String next) {
    line = next;
    kind = JsonKind.MISSING;
    others.setLength(0);
    for (Node node : nodes) {
      node.kind = JsonKind.MISSING;
      node.names.clear();
    }
  }

  /** A bare string is a record with one field, its text. */
  private Node nodeOfBareString() {
    top.names.add(text.path().getFirst());
    return selected.getOrDefault(text.given(), new Node());
  }

  private void object(JsonParser parser, Node node) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      Node child = node.children.get(name);
      boolean other = node == top && keepsOthers && !apart.contains(name);
      boolean first = node.children.isEmpty() || node.names.add(name);
      if (!first && (other || child != null)) {
        throw new JsonParseException(parser, "Duplicate field '" + name + "'");
      }
      int start = other ? at(parser.currentTokenLocation()) : 0;
      parser.nextToken();
      int valueStart = other ? at(parser.currentTokenLocation()) : 0;
      JsonToken found = parser.currentToken();
      value(parser, child);
      if (other) {
        parser.finishToken();
        int end = at(parser.currentLocation());
        checkNames(found, valueStart, end);
        others.append(others.isEmpty() ? "{" : ",");
        others.append(line, start, end);
      }
    }
  }

  /** Refuses a name that occurs twice in an object within a copied value. */
  private void checkNames(JsonToken first, int start, int end) throws IOException {
    if (first == null || first.isScalarValue()) {
      return;
    }
    try (JsonParser copied = strict.createParser(line.substring(start, end))) {
      JsonToken token = copied.nextToken();
      while (token != null) {
        token = copied.nextToken();
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
    JsonToken first = parser.currentToken();
    JsonKind found = kindOf(first);
    int start = at(parser.currentTokenLocation());
    String content = "";
    switch (found) {
      case OBJECT -> object(parser, node);
      case ARRAY -> array(parser, node);
      case STRING, NUMBER, BOOLEAN -> content = parser.getText();
      case NULL, MISSING -> {}
    }
    node.kind = found;
    if (node.wanted) {
      node.content = content;
      node.start = start;
      node.end = at(parser.currentLocation());
      checkNames(first, start, node.end);
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

  /** The type of the whole line. */
  JsonKind kind() {
    return kind;
  }

  @Override
  public Value value(FieldSelector field) {
    Node node = selected.get(field.given());
    return node.kind == JsonKind.MISSING ? Value.MISSING : new Value(node.kind, node.content);
  }

  /** The raw value of the field. */
  String raw(FieldSelector field) {
    Node node = selected.get(field.given());
    return line.substring(node.start, node.end);
  }

  /** An object of all other fields with their raw values; empty if there are none. */
  Optional<String> others() {
    return others.isEmpty() ? Optional.empty() : Optional.of(others + "}");
  }

  @Override
  public Set<String> namesNear(FieldSelector field) {
    Node node = top;
    StringBuilder pointer = new StringBuilder();
    for (String name : field.path()) {
      Node child = node.children.get(name);
      if (child == null || child.kind == JsonKind.MISSING) {
        break;
      }
      node = child;
      pointer.append('/').append(FieldSelector.escaped(name));
    }
    if (!field.isPointer()) {
      return node.names;
    }
    Set<String> pointers = new LinkedHashSet<>();
    node.names.forEach(name -> pointers.add(pointer + "/" + FieldSelector.escaped(name)));
    return pointers;
  }
}
