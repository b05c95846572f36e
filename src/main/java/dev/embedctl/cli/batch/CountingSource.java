package dev.embedctl.cli.batch;

import dev.embedctl.io.input.ForwardingSource;
import dev.embedctl.io.input.RecordSource;
import dev.embedctl.model.InputRecord;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the records of another source, to estimate their total before the end. */
final class CountingSource extends ForwardingSource {
  private final AtomicLong records = new AtomicLong();
  private volatile boolean ended;

  CountingSource(RecordSource source) {
    super(source);
  }

  @Override
  public Optional<InputRecord> next() throws IOException {
    Optional<InputRecord> next = source().next();
    if (next.isPresent()) {
      records.lazySet(records.getPlain() + 1); // one thread reads
    } else {
      ended = true;
    }
    return next;
  }

  /**
   * The total number of records: counted at the end, and estimated before it from the share of the
   * input that was read.
   */
  OptionalDouble total() {
    long read = records.get();
    if (ended) {
      return OptionalDouble.of((double) read);
    }
    OptionalDouble share = source().shareRead();
    return read == 0 || share.isEmpty() || share.getAsDouble() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) read / share.getAsDouble());
  }
}
