package dev.embedctl.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
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
 * The numbers of a page's charts, as the JSON that its script reads. It contains only numbers and
 * fixed names, so it needs no escaping in the page.
 */
final class ChartData {
  private static final int DIGITS = 3;
  private static final int MIN_INTERVALS = 24;
  private static final double TEXTS_PER_INTERVAL = 8;

  private final RunRecord run;
  private final Optional<ChunkTimes> events;

  ChartData(RunRecord run, Optional<ChunkTimes> events) {
    this.run = run;
    this.events = events;
  }

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
   * Texts per second and the mean number of permits, for each interval. Intervals are wide enough
   * to contain several texts; the last one may be shorter.
   */
  Optional<TimeLine> timeLine() {
    Optional<RunRecord> recorded = run.part("time_line");
    double unit = recorded.map(part -> part.amount("interval_ms") / 1e3).orElse(0.0);
    if (recorded.isEmpty() || unit == 0) {
      return Optional.empty();
    }
    int units = recorded.get().column(Activity.CACHED.word()).size();
    double wanted = Math.max(MIN_INTERVALS, run.amount("batch_size") / TEXTS_PER_INTERVAL);
    int width = (int) Math.max(1, Math.ceil(units / wanted));
    List<Double> edges = edges(units, width, unit);
    Map<Activity, List<Double>> values = new EnumMap<>(Activity.class);
    for (Activity activity : Activity.values()) {
      List<Double> amounts = recorded.get().column(activity.word(), units);
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

  /** The start of each interval and, as the last element, the end of the run. */
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
    json.writeNumberField("axis", JsonFigures.rounded(Peak.of(line.get()).axis(), DIGITS));
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
      OptionalDouble at = percentiles.map(part -> part.number(name)).orElse(OptionalDouble.empty());
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
    for (TextOrigin origin : TextOrigin.values()) {
      array(json, origin.word(), part.column(origin.word(), length));
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
        json.writeNumber(JsonFigures.rounded(number.doubleValue(), DIGITS + 2));
      }
    }
    json.writeEndArray();
  }
}
