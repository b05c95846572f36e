package dev.embedctl.cache;

import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.BitSet;

/** Passes the live rows of logs on to a receiver. */
public final class RowExport {
  /**
   * Receives the rows of a cache. A spec may begin several times, since it may have several logs.
   */
  public interface Receiver {

    /** Begins the rows of a log. */
    void begin(EmbeddingSpec spec, KnownKeys known) throws IOException;

    /** Receives a row of the spec that began last. */
    void row(EmbeddingSpec spec, Row row) throws IOException;

    /** Ends the rows of all specs. Not called if the cache fails before. */
    void end() throws IOException;
  }

  /** Takes the keys of rows that the receiver has already; they are not passed on again. */
  @FunctionalInterface
  public interface KnownKeys {
    void add(CacheKey key);
  }

  /** The receiver failed, not the cache. */
  static final class ReceiverFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ReceiverFailed(Exception failure) {
      super(failure);
    }

    /** The failure of the receiver, if it is not a failed run, which is thrown. */
    IOException failure() {
      if (getCause() instanceof RunFailed failed) {
        throw failed;
      }
      return (IOException) getCause();
    }
  }

  /** Something that a receiver does. */
  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  private final Receiver receiver;
  private CopyReport report = CopyReport.NOTHING;

  RowExport(Receiver receiver) {
    this.receiver = receiver;
  }

  /** Passes on the rows of a log that was read. */
  void add(EmbeddingSpec spec, Survey survey, RowScanner rows) throws IOException {
    BitSet wanted = (BitSet) survey.live().clone();
    try {
      receive(() -> receiver.begin(spec, key -> drop(key, survey, wanted)));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    rows.scan(
        (slot, buffer, index) -> {
          if (wanted.get(slot)) {
            Row row = buffer.row(index);
            receive(() -> receiver.row(spec, row));
          }
        });
    long added = wanted.cardinality();
    report = report.plus(new CopyReport(added, survey.live().cardinality() - added));
  }

  /** Ends the export. */
  CopyReport end() {
    receive(receiver::end);
    return report;
  }

  private static void drop(CacheKey key, Survey survey, BitSet wanted) {
    try {
      int slot = survey.find(key);
      if (slot != KeyTable.NONE) {
        wanted.clear(slot);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void receive(Step step) {
    try {
      step.run();
    } catch (IOException | RunFailed e) {
      throw new ReceiverFailed(e);
    }
  }
}
