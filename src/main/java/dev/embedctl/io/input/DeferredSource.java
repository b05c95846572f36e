package dev.embedctl.io.input;

import dev.embedctl.model.InputRecord;
import java.io.IOException;
import java.util.Optional;

/**
 * A source over something that may keep a reader waiting for its first byte, as a pipe does: opened
 * when the first record is asked for, by the thread that asks. It closes nothing, since that thread
 * may stand in a read for ever and closing would wait for it; the process's end closes it.
 */
final class DeferredSource implements RecordSource {
  private final String name;
  private final Opening opening;
  private Optional<RecordSource> opened = Optional.empty();

  /** Opens the source. */
  @FunctionalInterface
  interface Opening {
    RecordSource open() throws IOException;
  }

  DeferredSource(String name, Opening opening) {
    this.name = name;
    this.opening = opening;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<InputRecord> next() throws IOException {
    if (opened.isEmpty()) {
      opened = Optional.of(opening.open());
    }
    return opened.get().next();
  }

  @Override
  public void close() {
    // See above.
  }
}
