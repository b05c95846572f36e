package dev.embedctl.io.input;

import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.NameHint;
import dev.embedctl.model.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The fields that the options name and that no record has had yet. Only the records of an input
 * without a header show its fields, and a misspelt name would otherwise go unnoticed.
 */
final class NamedFields {
  private static final int KEPT_NAMES = 1000;

  /**
   * A field that no record has had yet.
   *
   * @param option the option that named it
   * @param names the names of the fields beside it
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
   * Ends the run if one is missing in all first records.
   *
   * @param records the number of first records
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
