package dev.embedctl.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.embedctl.report.RunDetail.Activity;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The numbers behind a page's charts, as the JSON that its script reads. It holds nothing but
 * numbers and names of our own, so it may stand in a page as it is.
 */
final class ChartData {
  private static final int DIGITS = 3;
  private static final int LEAST_INTERVALS = 24;
  private static final double TEXTS_AN_INTERVAL = 8;

  private final RunRecord run;
  private final Optional<ChunkTimes> events;

  ChartData(RunRecord run, Optional<ChunkTimes> events) {
    this.run = run;
    this.events = events;
  }

  /** The JSON. */
  String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("workers", run.amount("concurrent_workers"));
      timeLine(json);
      latencies(json);
      chunks(json);
      times(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.toString();
  }

  /**
   * A time line: where its intervals begin and, last, where the run ended; and what was in each.
   */
  record TimeLine(List<Double> seconds, Map<Activity, List<Double>> values) {
    /** All texts a second, whatever became of them. */
    List<Double> texts() {
      List<Double> sums = new ArrayList<>();
      for (int i = 0; i + 1 < seconds.size(); i++) {
        double sum = 0;
        for (TextOrigin fate : TextOrigin.values()) {
          sum += values.get(fate.onTimeLine()).get(i);
        }
        sums.add(sum);
      }
      return sums;
    }
  }

  /**
   * Texts a second and permits on the mean, an interval each. Intervals are as wide as it takes for
   * some texts to fall into one; the last may be a short one.
   */
  Optional<TimeLine> timeLine() {
    Optional<RunRecord> told = run.part("time_line");
    double unit = told.map(known -> known.amount("interval_ms") / 1e3).orElse(0.0);
    if (told.isEmpty() || unit == 0) {
      return Optional.empty();
    }
    int units = told.get().column(Activity.CACHED.word()).size();
    double wanted = Math.max(LEAST_INTERVALS, run.amount("batch_size") / TEXTS_AN_INTERVAL);
    int width = (int) Math.max(1, Math.ceil(units / wanted));
    List<Double> edges = edges(units, width, unit);
    Map<Activity, List<Double>> values = new EnumMap<>(Activity.class);
    for (Activity activity : Activity.values()) {
      List<Double> amounts = told.get().column(activity.word(), units);
      List<Double> shown = new ArrayList<>();
      for (int i = 0; i + 1 < edges.size(); i++) {
        double sum = 0;
        for (double each : amounts.subList(i * width, Math.min(units, (i + 1) * width))) {
          sum += activity.countsTexts() ? each : each * unit;
        }
        shown.add(sum / (edges.get(i + 1) - edges.get(i)));
      }
      values.put(activity, shown);
    }
    return Optional.of(new TimeLine(edges, values));
  }

  /** Where intervals of so many units begin and, last, where the run ended. */
  private List<Double> edges(int units, int width, double unit) {
    List<Double> edges = new ArrayList<>();
    for (int i = 0; i < units; i += width) {
      edges.add(i * unit);
    }
    double end = run.amount("processing_time_seconds");
    double last = Math.max(0, units - 1) * unit;
    edges.add(units == 0 ? 0 : last + Math.clamp(end - last, unit / 100, unit));
    return edges;
  }

  private void timeLine(JsonGenerator json) throws IOException {
    Optional<TimeLine> line = timeLine();
    if (line.isEmpty()) {
      return;
    }
    json.writeObjectFieldStart("time");
    array(json, "seconds", line.get().seconds());
    json.writeNumberField("axis", SummaryJson.rounded(Peak.of(line.get()).axis(), DIGITS));
    for (Activity activity : Activity.values()) {
      array(json, activity.word(), line.get().values().get(activity));
    }
    json.writeEndObject();
  }

  private void latencies(JsonGenerator json) throws IOException {
    Optional<RunRecord> histogram = run.part("latency_histogram");
    if (histogram.isEmpty()) {
      return;
    }
    List<Double> upTo = histogram.get().column("up_to_ms");
    json.writeObjectFieldStart("latency");
    array(json, "up_to_ms", upTo);
    texts(json, histogram.get(), upTo.size());
    json.writeObjectFieldStart("marks");
    Optional<RunRecord> percentiles =
        run.part("embedded_latency_ms").or(() -> run.part("latency_ms"));
    for (String name : List.of("p50", "p90", "p99")) {
      OptionalDouble at =
          percentiles.map(known -> known.number(name)).orElse(OptionalDouble.empty());
      if (at.isPresent()) {
        json.writeNumberField(name, at.getAsDouble());
      }
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private void chunks(JsonGenerator json) throws IOException {
    Optional<RunRecord> chunks = run.part("chunk_line");
    if (chunks.isPresent()) {
      json.writeObjectFieldStart("chunks");
      json.writeNumberField("per_point", Math.max(1, chunks.get().amount("chunks_per_point")));
      texts(json, chunks.get(), chunks.get().column(TextOrigin.CACHED.word()).size());
      json.writeEndObject();
    }
  }

  private static void texts(JsonGenerator json, RunRecord part, int length) throws IOException {
    for (TextOrigin fate : TextOrigin.values()) {
      array(json, fate.word(), part.column(fate.word(), length));
    }
  }

  private void times(JsonGenerator json) throws IOException {
    if (events.isEmpty()) {
      return;
    }
    List<Double> mean = new ArrayList<>();
    Map<ChunkTimes.Amount, List<Long>> amounts = events.get().amounts();
    List<Long> chunks = amounts.get(ChunkTimes.Amount.CHUNKS);
    for (int i = 0; i < chunks.size(); i++) {
      double sum = amounts.get(ChunkTimes.Amount.MICROSECONDS).get(i) / 1e3;
      mean.add(chunks.get(i) == 0 ? 0 : sum / chunks.get(i));
    }
    json.writeObjectFieldStart("times");
    json.writeNumberField("per_point", events.get().chunksPerPoint());
    array(json, "mean_ms", mean);
    array(json, "calls", amounts.get(ChunkTimes.Amount.CALLS));
    json.writeEndObject();
  }

  private static void array(JsonGenerator json, String name, List<? extends Number> numbers)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (Number number : numbers) {
      if (number instanceof Long whole) {
        json.writeNumber(whole);
      } else {
        json.writeNumber(SummaryJson.rounded(number.doubleValue(), DIGITS + 2));
      }
    }
    json.writeEndArray();
  }
}
