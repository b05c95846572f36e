package dev.embedctl.io.input;

import dev.embedctl.model.InputRecord;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Reads ahead until each field that the options name has occurred in a record. Usually the first
 * record has them all; an input that lacks one ends the run before anything is paid for.
 */
final class FirstRecords extends ForwardingSource {
  /** The size of a chunk, since a chunk is read before any of its texts is sent. */
  static final int MOST = 250;

  private static final long MOST_CHARS = 16 << 20;

  private final NamedFields named;
  private final Deque<InputRecord> ahead = new ArrayDeque<>();
  private boolean begun;

  /**
   * Reads a source.
   *
   * @param named receives each record from the source
   */
  FirstRecords(RecordSource source, NamedFields named) {
    super(source);
    this.named = named;
  }

  @Override
  public Optional<InputRecord> next() throws IOException {
    if (!begun) {
      begun = true;
      readAhead();
    }
    return ahead.isEmpty() ? source().next() : Optional.of(ahead.remove());
  }

  private void readAhead() throws IOException {
    long chars = 0;
    while (!named.allFound() && ahead.size() < MOST && chars < MOST_CHARS) {
      Optional<InputRecord> record = source().next();
      if (record.isEmpty()) {
        break;
      }
      ahead.add(record.get());
      chars += record.get().textChars() + record.get().otherChars();
    }
    named.check(source().name(), ahead.size());
  }
}
