package dev.embedctl.io.input;

import java.util.Objects;

/**
 * The field that is copied to the output as {@code id}.
 *
 * @param presence whether an input whose header lacks it is one; in JSONL a record may always do
 *     without
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

  /** A field nobody asked for by name, taken where it happens to be. */
  public static IdField ifPresent(String name) {
    return new IdField(new FieldSelector(name), Presence.IF_PRESENT);
  }

  /** A field that was asked for. */
  public static IdField required(String name) {
    return new IdField(new FieldSelector(name), Presence.REQUIRED);
  }
}
