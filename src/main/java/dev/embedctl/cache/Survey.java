package dev.embedctl.cache;

import dev.embedctl.cache.files.CacheFiles;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongBinaryOperator;

/** The result of reading a whole log: its live rows and its damaged rows. */
final class Survey implements Closeable {
  private final VectorLog log;
  private final int end;
  private final KeyTable table = new KeyTable(0);
  private final BitSet damaged = new BitSet();
  private final BitSet vacant = new BitSet();
  private final BitSet live = new BitSet();

  private Survey(VectorLog log, int end) {
    this.log = log;
    this.end = end;
  }

  /** Reads all rows below a slot. */
  static Survey of(LogFiles files, RowLayout layout, CacheFiles.Opener opener, int below)
      throws IOException {
    VectorLog log = VectorLog.forReading(files, layout, opener);
    try {
      Survey survey = new Survey(log, Math.min(log.end(), below));
      survey.scan(new RowScanner(files, layout, opener));
      return survey;
    } catch (IOException | RuntimeException e) {
      log.close();
      throw e;
    }
  }

  static Survey of(LogFiles files, RowLayout layout, CacheFiles.Opener opener) throws IOException {
    return of(files, layout, opener, Integer.MAX_VALUE);
  }

  /** The slot after the last row. */
  int end() {
    return end;
  }

  /** The number of all rows, without those that were set aside. */
  int rows() {
    return end - vacant.cardinality();
  }

  /** The newest slot of each key. */
  BitSet live() {
    return live;
  }

  BitSet damaged() {
    return damaged;
  }

  /** Whether an index may point to a slot whose row is damaged. */
  boolean isLost(int slot) {
    return damaged.get(slot) || vacant.get(slot);
  }

  /** Whether all rows of the log are intact. */
  boolean isComplete() {
    return damaged.isEmpty() && vacant.isEmpty();
  }

  /** Whether copying the live rows would free no space. */
  boolean isDense() {
    return live.cardinality() == end;
  }

  /** The time when an intact row was paid for. */
  long created(int slot) throws IOException {
    return log.created(slot);
  }

  /** The time when the oldest live row was paid for. */
  Optional<Instant> oldest() throws IOException {
    return paidFor(Math::min);
  }

  /** The time when the newest live row was paid for. */
  Optional<Instant> newest() throws IOException {
    return paidFor(Math::max);
  }

  private Optional<Instant> paidFor(LongBinaryOperator choice) throws IOException {
    OptionalLong chosen = OptionalLong.empty();
    for (int slot = live.nextSetBit(0); slot >= 0; slot = live.nextSetBit(slot + 1)) {
      long second = created(slot);
      chosen = OptionalLong.of(choice.applyAsLong(chosen.orElse(second), second));
    }
    return chosen.isPresent()
        ? Optional.of(Instant.ofEpochSecond(chosen.getAsLong()))
        : Optional.empty();
  }

  /** The slot of a key, or {@link KeyTable#NONE}. */
  int find(CacheKey key) throws IOException {
    return table.find(key, log::holds);
  }

  @Override
  public void close() throws IOException {
    log.close();
  }

  private void scan(RowScanner scanner) throws IOException {
    scanner.scan(
        0,
        end,
        new RowScanner.Visitor() {
          @Override
          public void intact(int slot, RowBuffer rows, int index) throws IOException {
            table.put(rows.key(index), slot, log::holds);
          }

          @Override
          public void damaged(int slot) {
            damaged.set(slot);
          }

          @Override
          public void vacant(int slot) {
            vacant.set(slot);
          }
        });
    table.forEach((prefix, slot) -> live.set(slot));
  }
}
