package dev.embedctl.io.input;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The only field of a record that consists of a text alone. */
record BareText(FieldSelector field, String text) implements Fields {
  @Override
  public Value value(FieldSelector wanted) {
    return wanted.equals(field) ? new Value(JsonKind.STRING, text) : Value.MISSING;
  }

  @Override
  public Set<String> namesNear(FieldSelector wanted) {
    return Set.of(field.given());
  }

  /** The requested metadata, which can contain only the text. */
  Optional<String> metadata(MetadataFields fields) {
    return fields instanceof MetadataFields.Listed listed && listed.fields().contains(field)
        ? Optional.of(JsonText.nested(List.of(field.label()), JsonText.quoted(text)))
        : Optional.empty();
  }
}
