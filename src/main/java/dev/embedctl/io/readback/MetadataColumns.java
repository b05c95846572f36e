package dev.embedctl.io.readback;

import dev.embedctl.io.input.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * The columns of a table that hold metadata, as texts. A row's cells become one JSON object; a
 * column with the name {@code metadata} alone holds such an object already.
 */
final class MetadataColumns {
  private static final Set<String> OTHERS = Set.of("index", "id", "embedding", "cached");
  private static final String WHOLE = "metadata";

  private final List<String> names;
  private final List<Integer> places = new ArrayList<>();

  /** The columns among all columns of a table. */
  MetadataColumns(List<String> names) {
    this.names = List.copyOf(names);
    for (int i = 0; i < names.size(); i++) {
      if (!OTHERS.contains(names.get(i))) {
        places.add(i);
      }
    }
  }

  /**
   * A row's metadata; empty if it has none.
   *
   * @param cells the cell at a place among all columns, if it has a value
   */
  Optional<String> object(IntFunction<Optional<String>> cells) {
    if (places.size() == 1 && names.get(places.getFirst()).equals(WHOLE)) {
      return cells.apply(places.getFirst()).filter(cell -> cell.startsWith("{"));
    }
    StringBuilder json = new StringBuilder();
    for (int place : places) {
      cells
          .apply(place)
          .ifPresent(
              cell -> {
                json.append(json.isEmpty() ? '{' : ',');
                json.append(JsonText.quoted(names.get(place)))
                    .append(':')
                    .append(JsonText.quoted(cell));
              });
    }
    return json.isEmpty() ? Optional.empty() : Optional.of(json.append('}').toString());
  }
}
