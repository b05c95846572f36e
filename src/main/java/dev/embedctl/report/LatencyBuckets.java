package dev.embedctl.report;

import dev.embedctl.report.RunDetail.LatencyHistogram;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/** Counts latencies in buckets that a chart shows side by side: ten to a power of ten. */
final class LatencyBuckets {
  private static final double NANOS_A_MILLISECOND = 1e6;
  private static final int BUCKETS_A_DECADE = 10;

  /** Bucket 0 ends here; what is sooner is in it too: a microsecond. */
  private static final int FIRST_DECADE = -3;

  /** Up to a hundred days. */
  private static final int MOST = 130;

  private LatencyBuckets() {}

  /** From the first bucket that holds any to the last. */
  static LatencyHistogram of(Map<TextOrigin, Histogram> nanos) {
    Map<TextOrigin, long[]> counts = new EnumMap<>(TextOrigin.class);
    nanos.keySet().forEach(fate -> counts.put(fate, new long[MOST]));
    int first = MOST;
    int last = -1;
    for (Map.Entry<TextOrigin, Histogram> each : nanos.entrySet()) {
      for (HistogramIterationValue value : each.getValue().recordedValues()) {
        int bucket = bucketOf(value.getValueIteratedTo());
        counts.get(each.getKey())[bucket] += value.getCountAtValueIteratedTo();
        first = Math.min(first, bucket);
        last = Math.max(last, bucket);
      }
    }
    List<Double> upTo = new ArrayList<>();
    Map<TextOrigin, List<Long>> shown = new EnumMap<>(TextOrigin.class);
    nanos.keySet().forEach(fate -> shown.put(fate, new ArrayList<>()));
    for (int i = first; i <= last; i++) {
      upTo.add(SummaryJson.rounded(Math.pow(10, (double) i / BUCKETS_A_DECADE + FIRST_DECADE), 5));
      for (Map.Entry<TextOrigin, List<Long>> each : shown.entrySet()) {
        each.getValue().add(counts.get(each.getKey())[i]);
      }
    }
    return new LatencyHistogram(upTo, shown);
  }

  private static int bucketOf(long nanos) {
    double place = Math.log10(Math.max(1, nanos) / NANOS_A_MILLISECOND) - FIRST_DECADE;
    return Math.clamp((int) Math.ceil(place * BUCKETS_A_DECADE - 1e-9), 0, MOST - 1);
  }
}
