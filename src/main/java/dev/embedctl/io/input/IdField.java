package dev.embedctl.io.input;

import java.util.Objects;

/**
 * The field that is copied to the output as {@code id}.
 *
 * @param presence whether the header of an input must have it; a record of JSONL never needs it
 */
public record IdField(FieldSelector field, Presence presence) {

  /** Whether a column of this name must be there. */
  public enum Presence {
    IF_PRESENT,
    REQUIRED
  }

  public IdField {
    Objects.requireNonNull(field);
    Objects.requireNonNull(presence);
  }

  /** A field that the options do not name, used if it is present. */
  public static IdField ifPresent(String name) {
    return new IdField(new FieldSelector(name), Presence.IF_PRESENT);
  }

  /** A field that the options name. */
  public static IdField required(String name) {
    return new IdField(new FieldSelector(name), Presence.REQUIRED);
  }
}
