package dev.embedctl.io.input;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The one field of a record that is nothing but a text. */
record BareText(FieldSelector field, String text) implements Fields {
  @Override
  public Value value(FieldSelector wanted) {
    return wanted.equals(field) ? new Value(JsonKind.STRING, text) : Value.MISSING;
  }

  @Override
  public Set<String> namesNear(FieldSelector wanted) {
    return Set.of(field.given());
  }

  /** The metadata that is asked for: the text itself, at most. */
  Optional<String> metadata(MetadataFields fields) {
    return fields instanceof MetadataFields.Listed listed && listed.fields().contains(field)
        ? Optional.of(JsonText.nested(List.of(field.label()), JsonText.quoted(text)))
        : Optional.empty();
  }
}
