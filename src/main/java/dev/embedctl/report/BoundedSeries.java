package dev.embedctl.report;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Amounts along an axis that grows, in a bounded number of intervals: when they are used up, each
 * two become one of twice the width. Adding allocates nothing. Not safe for many threads.
 *
 * @param <A> what is added up
 */
final class BoundedSeries<A extends Enum<A>> {
  /** Intervals, at most: more than a chart shows apart. */
  static final int INTERVALS = 240;

  private final Map<A, long[]> amounts;
  private long width;
  private int used;

  /** An empty series whose intervals are so wide at first. */
  BoundedSeries(Class<A> kinds, long firstWidth) {
    this.amounts = new EnumMap<>(kinds);
    for (A kind : kinds.getEnumConstants()) {
      amounts.put(kind, new long[INTERVALS]);
    }
    this.width = firstWidth;
  }

  /** Adds an amount that came about evenly from one place on the axis to another; none is lost. */
  void spread(A kind, long amount, long from, long until) {
    long last = Math.max(from, until - 1);
    reach(last);
    long[] row = amounts.get(kind);
    long given = 0;
    for (int i = (int) (from / width); i < last / width; i++) {
      double share = (double) ((i + 1) * width - from) / (until - from);
      long due = (long) (amount * share);
      row[i] += due - given;
      given = due;
    }
    row[(int) (last / width)] += amount - given;
  }

  private void reach(long place) {
    while (place / width >= INTERVALS) {
      for (long[] row : amounts.values()) {
        for (int i = 0; i < INTERVALS; i++) {
          row[i] = 2 * i < INTERVALS ? row[2 * i] + row[2 * i + 1] : 0;
        }
      }
      used = (used + 1) / 2;
      width *= 2;
    }
    used = Math.max(used, (int) (place / width) + 1);
  }

  /** How wide an interval is now. */
  long width() {
    return width;
  }

  /** The amounts of each kind, an interval each, up to the last that was added to. */
  Map<A, List<Long>> amounts() {
    Map<A, List<Long>> all = new LinkedHashMap<>();
    amounts.forEach((kind, row) -> all.put(kind, Arrays.stream(row, 0, used).boxed().toList()));
    return all;
  }
}
