package dev.embedctl.io.input;

import java.util.Set;

/** The fields of one record, whatever its format. */
interface Fields {

  /**
   * What a field holds.
   *
   * @param content a string's text, a number's or boolean's JSON text; else empty
   */
  record Value(JsonKind kind, String content) {
    static final Value MISSING = new Value(JsonKind.MISSING, "");
  }

  /** What the field holds; a value of kind {@link JsonKind#MISSING} where the record has none. */
  Value value(FieldSelector field);

  /** The names of the fields there are where this one should stand, for messages. */
  Set<String> namesNear(FieldSelector field);
}
