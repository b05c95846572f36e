package dev.embedctl.report;

import dev.embedctl.report.RunDetail.LatencyHistogram;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/** Counts latencies in the buckets of a chart: ten buckets for each power of ten. */
final class LatencyBuckets {
  private static final double NANOS_PER_MILLISECOND = 1e6;
  private static final int BUCKETS_PER_DECADE = 10;

  /** Bucket 0 ends at a microsecond, and contains all shorter latencies. */
  private static final int FIRST_DECADE = -3;

  /** Enough buckets for a hundred days. */
  private static final int MAX_BUCKETS = 130;

  private LatencyBuckets() {}

  /** The buckets from the first to the last that is not empty. */
  static LatencyHistogram of(Map<TextOrigin, Histogram> nanos) {
    Map<TextOrigin, long[]> counts = new EnumMap<>(TextOrigin.class);
    nanos.keySet().forEach(origin -> counts.put(origin, new long[MAX_BUCKETS]));
    int first = MAX_BUCKETS;
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
    nanos.keySet().forEach(origin -> shown.put(origin, new ArrayList<>()));
    for (int i = first; i <= last; i++) {
      upTo.add(
          JsonFigures.rounded(Math.pow(10, (double) i / BUCKETS_PER_DECADE + FIRST_DECADE), 5));
      for (Map.Entry<TextOrigin, List<Long>> each : shown.entrySet()) {
        each.getValue().add(counts.get(each.getKey())[i]);
      }
    }
    return new LatencyHistogram(upTo, shown);
  }

  private static int bucketOf(long nanos) {
    double exponent = Math.log10(Math.max(1, nanos) / NANOS_PER_MILLISECOND) - FIRST_DECADE;
    return Math.clamp((int) Math.ceil(exponent * BUCKETS_PER_DECADE - 1e-9), 0, MAX_BUCKETS - 1);
  }
}
