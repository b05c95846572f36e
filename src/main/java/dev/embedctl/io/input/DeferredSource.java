package dev.embedctl.io.input;

import dev.embedctl.model.InputRecord;
import java.io.IOException;
import java.util.Optional;

/**
 * A source over an input that may block before its first byte, such as a pipe. It is opened by the
 * thread that requests the first record. Closing it does nothing: that thread may be blocked in a
 * read, and closing would wait for it. The input is closed when the process ends.
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
