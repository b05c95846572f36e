package dev.embedctl.io.readback;

import dev.embedctl.model.Vector;
import java.util.Objects;
import java.util.OptionalLong;

/** A row of an output that is read back. */
public sealed interface OutputRow {

  /** File and line (in an array: the row), for messages. */
  String place();

  /**
   * A row as a run writes it.
   *
   * @param index the record it says that it is of
   */
  record Whole(String place, long index, OutputId id, Vector vector) implements OutputRow {
    public Whole {
      Objects.requireNonNull(place);
      Objects.requireNonNull(id);
      Objects.requireNonNull(vector);
    }
  }

  /**
   * A row that cannot be what a run wrote.
   *
   * @param index the record it says that it is of, where that much can be told
   * @param reason what is wrong with it
   */
  record Broken(String place, OptionalLong index, String reason) implements OutputRow {
    public Broken {
      Objects.requireNonNull(place);
      Objects.requireNonNull(index);
      Objects.requireNonNull(reason);
    }
  }
}
