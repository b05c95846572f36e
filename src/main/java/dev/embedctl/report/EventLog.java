package dev.embedctl.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.embedctl.io.bytes.Printable;
import dev.embedctl.model.Outcome;
import dev.embedctl.pipeline.PipelineEvent;
import dev.embedctl.pipeline.PipelineListener;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Writes the events file: one CloudEvents 1.0 JSON object per line, one for each chunk after it was
 * written and one for the end of the run. A write error does not end the run, whose calls are paid
 * for; {@link #failure} returns the first one.
 */
public final class EventLog implements PipelineListener, AutoCloseable {
  private final OutputStream out;
  private final Clock clock;
  private final UUID run;
  private final JsonFactory factory = new JsonFactory();
  private long events;
  private Optional<IOException> failure = Optional.empty();

  /** A log of one run. */
  public EventLog(OutputStream out, Clock clock, UUID run) {
    this.out = out;
    this.clock = clock;
    this.run = run;
  }

  @Override
  public void on(PipelineEvent event) {
    if (event instanceof PipelineEvent.ChunkWritten chunk) {
      generated(part(chunk));
    }
  }

  /**
   * Texts that got their outcomes together.
   *
   * @param number the number of the part of the run, from 0
   * @param texts the number of texts
   * @param hits texts that were in the cache
   * @param calls calls for these texts
   * @param took the time for all of them
   * @param meanLatency the mean time to get a vector, in milliseconds
   */
  public record Generated(
      long number, long texts, long hits, long calls, Duration took, double meanLatency) {
    public Generated {
      Objects.requireNonNull(took);
    }
  }

  /** Writes the event of a part of the run. */
  public void generated(Generated part) {
    append("embedding.batch_generated", json -> data(json, part));
  }

  /** Writes the last event: the run has ended. */
  public void ended(RunSummary summary) {
    append("embedding.run_" + summary.status().word(), json -> SummaryJson.write(json, summary));
  }

  /** The first error of writing an event, if there was one. */
  public Optional<IOException> failure() {
    return failure;
  }

  private static Generated part(PipelineEvent.ChunkWritten chunk) {
    double nanos = 0;
    int hits = 0;
    for (Outcome outcome : chunk.outcomes()) {
      nanos += outcome.latency().toNanos();
      hits += outcome instanceof Outcome.Hit ? 1 : 0;
    }
    int total = chunk.outcomes().size();
    return new Generated(
        chunk.chunk(), total, hits, chunk.calls(), chunk.took(), nanos / 1e6 / total);
  }

  private static void data(JsonGenerator json, Generated part) throws IOException {
    json.writeStartObject();
    json.writeNumberField("total_count", part.texts());
    json.writeNumberField("cache_hits", part.hits());
    json.writeNumberField("api_calls", part.calls());
    json.writeNumberField("processing_time_ms", part.took().toMillis());
    json.writeNumberField("avg_latency_ms", JsonFigures.rounded(part.meanLatency(), 3));
    json.writeNumberField("chunk", part.number());
    json.writeEndObject();
  }

  /** The data of an event. */
  @FunctionalInterface
  private interface Data {
    void write(JsonGenerator json) throws IOException;
  }

  private void append(String type, Data data) {
    if (failure.isPresent()) {
      return;
    }
    try {
      StringWriter line = new StringWriter();
      try (JsonGenerator json = factory.createGenerator(line)) {
        json.writeStartObject();
        json.writeStringField("specversion", "1.0");
        json.writeStringField("id", run + "/" + events++);
        json.writeStringField("source", "/embedctl/batch");
        json.writeStringField("type", type);
        json.writeStringField("time", clock.instant().toString());
        json.writeStringField("datacontenttype", "application/json");
        json.writeFieldName("data");
        data.write(json);
        json.writeEndObject();
      }
      out.write((Printable.json(line.toString()) + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      failure = Optional.of(e);
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
