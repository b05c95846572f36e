package dev.embedctl.io.input;

import dev.embedctl.model.EmbedctlException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which fields of a record are copied to the output's {@code metadata}. */
public sealed interface MetadataFields {

  /** No field, and so no metadata. */
  record None() implements MetadataFields {}

  /**
   * These fields, where a record has them, in this order; {@code @file} and {@code @line} are the
   * place where it begins, and come last. A JSON Pointer's value is copied under the pointer's last
   * name.
   */
  record Listed(List<FieldSelector> fields) implements MetadataFields {
    /**
     * Checks them.
     *
     * @throws EmbedctlException.Usage where two would have one name
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

    /** The fields that a record itself has; the others are about the place where it begins. */
    List<FieldSelector> ofRecord() {
      return fields.stream().filter(field -> !field.isPlace()).toList();
    }
  }

  /**
   * Every top-level field, in the record's order, but the id, which the output has beside it, and
   * the fields that the text is made of.
   */
  record All() implements MetadataFields {}

  /**
   * Reads what a command line says: names with commas between them, or {@code all}.
   *
   * @throws EmbedctlException.Usage where a name is empty
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
