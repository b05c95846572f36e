package dev.embedctl.report;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sums amounts along a growing axis in a bounded number of intervals. When all intervals are used,
 * neighbours are merged in pairs, so that each is twice as wide. Adding allocates nothing. Not
 * thread-safe.
 *
 * @param <A> the kinds of amounts
 */
final class BoundedSeries<A extends Enum<A>> {
  /** The maximum number of intervals: more than a chart can show separately. */
  static final int INTERVALS = 240;

  private final Map<A, long[]> amounts;
  private long width;
  private int used;

  /** An empty series whose intervals have the added width at first. */
  BoundedSeries(Class<A> kinds, long firstWidth) {
    this.amounts = new EnumMap<>(kinds);
    for (A kind : kinds.getEnumConstants()) {
      amounts.put(kind, new long[INTERVALS]);
    }
    this.width = firstWidth;
  }

  /** Spreads an amount evenly over a part of the axis. Rounding loses nothing. */
  void spread(A kind, long amount, long from, long until) {
    long last = Math.max(from, until - 1);
    extendTo(last);
    long[] row = amounts.get(kind);
    long added = 0;
    for (int i = (int) (from / width); i < last / width; i++) {
      double share = (double) ((i + 1) * width - from) / (until - from);
      long target = (long) (amount * share);
      row[i] += target - added;
      added = target;
    }
    row[(int) (last / width)] += amount - added;
  }

  private void extendTo(long position) {
    while (position / width >= INTERVALS) {
      for (long[] row : amounts.values()) {
        for (int i = 0; i < INTERVALS; i++) {
          row[i] = 2 * i < INTERVALS ? row[2 * i] + row[2 * i + 1] : 0;
        }
      }
      used = (used + 1) / 2;
      width *= 2;
    }
    used = Math.max(used, (int) (position / width) + 1);
  }

  /** The current width of an interval. */
  long width() {
    return width;
  }

  /** The amounts of each kind, one for each interval up to the last used one. */
  Map<A, List<Long>> amounts() {
    Map<A, List<Long>> all = new LinkedHashMap<>();
    amounts.forEach((kind, row) -> all.put(kind, Arrays.stream(row, 0, used).boxed().toList()));
    return all;
  }
}
