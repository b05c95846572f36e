package dev.embedctl.search;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.embedctl.io.input.JsonLine;
import dev.embedctl.io.input.RecordSource;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Text;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads the texts of rows from the input or from metadata. */
public final class RecordTexts {
  private static final JsonFactory JSON = JsonLine.newFactory();

  private RecordTexts() {}

  /**
   * The texts of records, by their indexes; without the records that have no valid text.
   *
   * @throws InvalidInput if the input ends before the last of them
   */
  public static Map<Long, String> of(RecordSource records, Set<Long> indexes) throws IOException {
    Map<Long, String> texts = new HashMap<>();
    Set<Long> left = new TreeSet<>(indexes);
    while (!left.isEmpty()) {
      InputRecord record =
          records
              .next()
              .orElseThrow(
                  () ->
                      new InvalidInput(
                          records.name()
                              + ": no record "
                              + left.iterator().next()
                              + ", counted from 0: it is not the input of this output"));
      if (left.remove(record.index()) && record.text() instanceof Text.Valid(String text)) {
        texts.put(record.index(), text);
      }
    }
    return texts;
  }

  /** A member of a JSON object that is a string. */
  public static Optional<String> member(String object, String name) {
    try (JsonParser parser = JSON.createParser(object)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = parser.currentName().equals(name);
        if (parser.nextToken() == JsonToken.VALUE_STRING && wanted) {
          return Optional.of(parser.getText());
        }
        parser.skipChildren();
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // a cell of another tool, which looks like an object
    }
  }
}
