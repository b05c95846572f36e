package dev.embedctl.io.readback;

import dev.embedctl.model.Vector;
import java.util.Objects;
import java.util.OptionalLong;

/** A row of an output. */
public sealed interface OutputRow {

  /** File and line, or file and row, for messages. */
  String place();

  /**
   * A valid row.
   *
   * @param index the index of its record
   */
  record Whole(String place, long index, OutputId id, Vector vector) implements OutputRow {
    public Whole {
      Objects.requireNonNull(place);
      Objects.requireNonNull(id);
      Objects.requireNonNull(vector);
    }
  }

  /**
   * An invalid row.
   *
   * @param index the index of its record, if it can be read
   * @param reason why it is invalid
   */
  record Broken(String place, OptionalLong index, String reason) implements OutputRow {
    public Broken {
      Objects.requireNonNull(place);
      Objects.requireNonNull(index);
      Objects.requireNonNull(reason);
    }
  }
}
