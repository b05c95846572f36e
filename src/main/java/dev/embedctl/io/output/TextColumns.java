package dev.embedctl.io.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.embedctl.io.input.FieldSelector;
import dev.embedctl.io.input.JsonLine;
import dev.embedctl.io.input.MetadataFields;
import dev.embedctl.io.input.TextRules;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Parameter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The columns of a table for a record's id and for each listed metadata field. All have the type
 * string, since later records may have other types: strings are copied, other values are written as
 * JSON, and missing fields and null have no value. If all fields are requested, one column contains
 * them as a JSON object.
 */
public final class TextColumns {
  private static final JsonFactory JSON = JsonLine.newFactory();
  private static final String OBJECT = "metadata";

  /** The other columns of every table. */
  private static final List<String> RESERVED = List.of("index", "id", "embedding", "cached");

  private final List<FieldSelector> listed;
  private final boolean asObject;
  private final List<NumberColumn> numbers;

  private TextColumns(List<FieldSelector> listed, boolean asObject, List<NumberColumn> numbers) {
    this.listed = listed;
    this.asObject = asObject;
    this.numbers = List.copyOf(numbers);
  }

  /**
   * The columns for these fields.
   *
   * @throws Usage if a field has the name of another column
   */
  public static TextColumns of(MetadataFields fields) {
    return of(fields, List.of());
  }

  /**
   * The same after columns of numbers.
   *
   * @throws Usage if a field has the name of another column
   */
  public static TextColumns of(MetadataFields fields, List<NumberColumn> numbers) {
    Set<String> others = new HashSet<>(RESERVED);
    numbers.forEach(column -> others.add(column.label()));
    return switch (fields) {
      case MetadataFields.None none -> new TextColumns(List.of(), false, numbers);
      case MetadataFields.All all -> new TextColumns(List.of(), true, numbers);
      case MetadataFields.Listed these -> {
        for (FieldSelector field : these.fields()) {
          if (others.contains(field.label())) {
            throw new Usage(
                Parameter.METADATA
                    + " "
                    + field.given()
                    + ": the table already has a column '"
                    + field.label()
                    + "'; omit the field, or write jsonl");
          }
        }
        yield new TextColumns(these.fields(), false, numbers);
      }
    };
  }

  /** The columns of numbers, which are before those of metadata. */
  List<NumberColumn> numbers() {
    return numbers;
  }

  /** The names of the metadata columns. */
  List<String> metadataNames() {
    return asObject ? List.of(OBJECT) : listed.stream().map(FieldSelector::label).toList();
  }

  /** The value of the id column. */
  Optional<String> id(InputRecord record) {
    return record.id().map(TextColumns::text);
  }

  /** The values of the metadata columns, in their order. */
  List<Optional<String>> metadata(InputRecord record) {
    if (asObject) {
      return List.of(record.metadata());
    }
    if (listed.isEmpty()) {
      return List.of();
    }
    Map<String, String> values =
        record.metadata().isPresent() ? members(record.metadata().get()) : Map.of();
    List<Optional<String>> cells = new ArrayList<>(listed.size());
    for (FieldSelector field : listed) {
      // A CSV column may have a name that looks like a JSON pointer.
      cells.add(
          Optional.ofNullable(values.get(field.label()))
              .or(() -> Optional.ofNullable(values.get(field.given()))));
    }
    return cells;
  }

  private static String text(String json) {
    if (!json.startsWith("\"")) {
      return json;
    }
    try (JsonParser parser = JSON.createParser(json)) {
      parser.nextToken();
      return TextRules.wellFormed(parser.getText());
    } catch (IOException e) {
      throw new UncheckedIOException("the reader checked it: " + json, e);
    }
  }

  private static Map<String, String> members(String object) {
    Map<String, String> members = new HashMap<>();
    try (JsonParser parser = JSON.createParser(object.toCharArray())) {
      parser.nextToken();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value != JsonToken.VALUE_NULL) {
          members.put(name, content(parser, value, object));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the reader checked it: " + object, e);
    }
    return members;
  }

  private static String content(JsonParser parser, JsonToken value, String object)
      throws IOException {
    if (!value.isStructStart()) {
      return TextRules.wellFormed(parser.getText());
    }
    int start = Math.toIntExact(parser.currentTokenLocation().getCharOffset());
    parser.skipChildren();
    return object.substring(start, Math.toIntExact(parser.currentLocation().getCharOffset()));
  }
}
