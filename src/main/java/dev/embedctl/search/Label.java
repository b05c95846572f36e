package dev.embedctl.search;

import dev.embedctl.io.readback.OutputId;
import java.util.Objects;
import java.util.Optional;

/**
 * The index, the id and the metadata of a row.
 *
 * @param index the index of its record in the input
 * @param metadata a JSON object
 */
public record Label(long index, OutputId id, Optional<String> metadata) {
  public Label {
    Objects.requireNonNull(id);
    Objects.requireNonNull(metadata);
  }

  /** Its id, or its index if it has no id. */
  public String name() {
    return id.text().orElseGet(() -> Long.toString(index));
  }
}
