package dev.embedctl.io.input;

import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.NameHint;
import dev.embedctl.model.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The fields that were asked for by name and stood in no record yet. An input without a header
 * shows only by its records which fields it has, and a misspelt one would be missing in silence.
 */
final class NamedFields {
  private static final int KEPT_NAMES = 1000;

  /**
   * A field that was in no record yet.
   *
   * @param option the option that named it
   * @param names the names that stood in its place
   */
  private record Missing(FieldSelector field, String option, Set<String> names) {}

  private final List<Missing> missing = new ArrayList<>();
  private boolean anyRecord;

  NamedFields(InputOptions options) {
    if (options.namesText()) {
      options.textFields().forEach(field -> add(field, options.textOption()));
    }
    if (options.id().presence() == IdField.Presence.REQUIRED) {
      add(options.id().field(), Parameter.ID_FIELD.toString());
    }
    if (options.metadata() instanceof MetadataFields.Listed listed) {
      listed.ofRecord().forEach(field -> add(field, Parameter.METADATA.toString()));
    }
  }

  private void add(FieldSelector field, String option) {
    missing.add(new Missing(field, option, new LinkedHashSet<>()));
  }

  boolean allFound() {
    return missing.isEmpty();
  }

  /** Looks for them in a record. */
  void look(Fields record) {
    if (missing.isEmpty()) {
      return;
    }
    anyRecord = true;
    missing.removeIf(m -> record.value(m.field()).kind() != JsonKind.MISSING);
    for (Missing m : missing) {
      if (m.names().size() < KEPT_NAMES) {
        m.names().addAll(record.namesNear(m.field()));
      }
    }
  }

  /**
   * Ends the reading where one was in none of the input's first records.
   *
   * @param records how many they were
   */
  void check(String source, int records) {
    if (missing.isEmpty() || !anyRecord) {
      return;
    }
    Missing first = missing.getFirst();
    throw new InvalidInput(
        source
            + ": no field '"
            + first.field().given()
            + "' in "
            + (records == 1 ? "the first record" : "any of the first " + records + " records")
            + NameHint.among(first.field().given(), first.names())
            + " ("
            + first.option()
            + " names another)");
  }
}
