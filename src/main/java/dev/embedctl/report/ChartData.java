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
        for (Fate fate : Fate.values()) {
          sum += values.get(fate.onTimeLine()).get(i);
        }
        sums.add(sum);
      }
      return sums;
    }
  }

  /** Texts a second and permits on the mean, an interval each; the last one may be a short one. */
  Optional<TimeLine> timeLine() {
    Optional<RunRecord> line = run.part("time_line");
    double interval = line.map(known -> known.amount("interval_ms") / 1e3).orElse(0.0);
    if (line.isEmpty() || interval == 0) {
      return Optional.empty();
    }
    List<Double> first = line.get().column(Activity.CACHED.word());
    List<Double> starts = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      starts.add(i * interval);
    }
    double lastStart = Math.max(0, first.size() - 1) * interval;
    double whole = run.amount("processing_time_seconds");
    double lastLength = Math.clamp(whole - lastStart, interval / 100, interval);
    Map<Activity, List<Double>> values = new EnumMap<>(Activity.class);
    for (Activity activity : Activity.values()) {
      List<Double> amounts = line.get().column(activity.word(), first.size());
      List<Double> shown = new ArrayList<>();
      for (int i = 0; i < amounts.size(); i++) {
        double length = i == amounts.size() - 1 ? lastLength : interval;
        shown.add(amounts.get(i) / (activity.countsTexts() ? length : length / interval));
      }
      values.put(activity, shown);
    }
    starts.add(first.isEmpty() ? 0 : lastStart + lastLength);
    return Optional.of(new TimeLine(starts, values));
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
      texts(json, chunks.get(), chunks.get().column(Fate.CACHED.word()).size());
      json.writeEndObject();
    }
  }

  private static void texts(JsonGenerator json, RunRecord part, int length) throws IOException {
    for (Fate fate : Fate.values()) {
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
