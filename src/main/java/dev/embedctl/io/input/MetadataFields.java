package dev.embedctl.io.input;

import dev.embedctl.model.EmbedctlException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which fields of a record are copied to the output's {@code metadata}. */
public sealed interface MetadataFields {

  /** No fields, so no metadata. */
  record None() implements MetadataFields {}

  /**
   * These fields, if a record has them, in this order. {@code @file} and {@code @line} are the
   * place where the record begins, and come last. The value of a JSON Pointer gets the pointer's
   * last name.
   */
  record Listed(List<FieldSelector> fields) implements MetadataFields {
    /**
     * Checks them.
     *
     * @throws EmbedctlException.Usage if two would have the same name
     */
    public Listed {
      fields = List.copyOf(fields);
      Set<String> labels = new HashSet<>();
      for (FieldSelector field : fields) {
        if (!labels.add(field.label())) {
          throw new EmbedctlException.Usage(
              "two metadata fields would both be called '" + field.label() + "'");
        }
      }
    }

    /** The fields of the record itself, without those of its place. */
    List<FieldSelector> ofRecord() {
      return fields.stream().filter(field -> !field.isPlace()).toList();
    }
  }

  /**
   * All top-level fields in the order of the record, except the id, which the output contains
   * anyway, and the fields of the text.
   */
  record All() implements MetadataFields {}

  /**
   * Parses names separated by commas, or {@code all}.
   *
   * @throws EmbedctlException.Usage if a name is empty
   */
  static MetadataFields parse(String given) {
    if (given.equals("all")) {
      return new All();
    }
    List<FieldSelector> fields = new ArrayList<>();
    int from = 0;
    for (int comma = given.indexOf(','); comma >= 0; comma = given.indexOf(',', from)) {
      fields.add(new FieldSelector(given.substring(from, comma)));
      from = comma + 1;
    }
    fields.add(new FieldSelector(given.substring(from)));
    return new Listed(fields);
  }
}
