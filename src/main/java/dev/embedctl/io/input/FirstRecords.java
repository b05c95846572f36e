package dev.embedctl.io.input;

import dev.embedctl.model.InputRecord;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Reads ahead until each field that was asked for by name has stood in a record, before it gives
 * the first: most inputs show them all at once, and one that never does ends the run unpaid.
 */
final class FirstRecords extends ForwardingSource {
  /** As many as a chunk has: none of them is sent before all were read. */
  static final int MOST = 250;

  private static final long MOST_CHARS = 16 << 20;

  private final NamedFields named;
  private final Deque<InputRecord> ahead = new ArrayDeque<>();
  private boolean begun;

  /**
   * Reads a source.
   *
   * @param named to which the source shows each record
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
