package dev.embedctl.io.input;

import java.util.Set;

/** The fields of one record, whatever its format. */
interface Fields {

  /**
   * The value of a field.
   *
   * @param content the text of a string, or the JSON of a number or boolean; otherwise empty
   */
  record Value(JsonKind kind, String content) {
    static final Value MISSING = new Value(JsonKind.MISSING, "");
  }

  /** The value of a field; its kind is {@link JsonKind#MISSING} if the record lacks the field. */
  Value value(FieldSelector field);

  /** The names of the existing fields beside this one, for messages. */
  Set<String> namesNear(FieldSelector field);
}
