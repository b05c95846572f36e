package dev.embedctl.report;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.embedctl.provider.Normalization;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.OptionalDouble;

/** Writes the JSON object that is the metrics file and the data of the last event. */
final class SummaryJson {
  private SummaryJson() {}

  static void write(JsonGenerator json, RunSummary run) throws IOException {
    json.writeStartObject();
    json.writeNumberField("batch_size", run.batchSize());
    json.writeNumberField("cache_hits", run.cacheHits());
    json.writeNumberField("cache_hit_rate", rounded(run.cacheHitRate(), 6));
    json.writeNumberField("api_calls", run.apiCalls());
    json.writeNumberField(
        "processing_time_seconds", rounded(run.processingTime().toNanos() / 1e9, 3));
    json.writeNumberField("avg_latency_ms", rounded(run.latency().mean(), 3));
    json.writeNumberField("errors", run.errors());
    json.writeNumberField("concurrent_workers", run.concurrentWorkers());
    json.writeFieldName("worker_utilization");
    optional(json, run.workerUtilization());
    json.writeNumberField("texts_embedded", run.textsEmbedded());
    json.writeNumberField("duplicates", run.duplicates());
    json.writeNumberField("truncated", run.truncated());
    json.writeNumberField("retries", run.retries());
    json.writeNumberField("rate_limited", run.rateLimited());
    json.writeFieldName("tokens");
    if (run.tokens().isPresent()) {
      json.writeNumber(run.tokens().getAsLong());
    } else {
      json.writeNull();
    }
    json.writeFieldName("estimated_cost_usd");
    if (run.estimatedCostUsd().isPresent()) {
      json.writeNumber(run.estimatedCostUsd().get().stripTrailingZeros().toPlainString());
    } else {
      json.writeNull();
    }
    json.writeFieldName("latency_ms");
    latency(json, run.latency());
    json.writeNumberField("texts_per_second", rounded(run.textsPerSecond(), 1));
    json.writeStringField("provider", run.provider());
    json.writeStringField("model", run.model());
    json.writeFieldName("dimensions");
    if (run.dimensions().isPresent()) {
      json.writeNumber(run.dimensions().getAsInt());
    } else {
      json.writeNull();
    }
    json.writeBooleanField("normalized", run.normalization() == Normalization.UNIT_LENGTH);
    json.writeFieldName("vector_length");
    if (run.lengths().isPresent()) {
      json.writeStartObject();
      json.writeNumberField("min", rounded(run.lengths().get().shortest(), 6));
      json.writeNumberField("max", rounded(run.lengths().get().longest(), 6));
      json.writeEndObject();
    } else {
      json.writeNull();
    }
    json.writeStringField("status", run.status().word());
    json.writeStringField("error", run.error().orElse(null));
    json.writeStringField("started_at", run.startedAt().toString());
    json.writeStringField("version", run.version());
    DetailJson.write(json, run.detail());
    json.writeEndObject();
  }

  static void latency(JsonGenerator json, RunSummary.Latency latency) throws IOException {
    json.writeStartObject();
    json.writeNumberField("p50", rounded(latency.p50(), 3));
    json.writeNumberField("p90", rounded(latency.p90(), 3));
    json.writeNumberField("p99", rounded(latency.p99(), 3));
    json.writeNumberField("max", rounded(latency.max(), 3));
    json.writeEndObject();
  }

  private static void optional(JsonGenerator json, OptionalDouble value) throws IOException {
    if (value.isPresent()) {
      json.writeNumber(rounded(value.getAsDouble(), 4));
    } else {
      json.writeNull();
    }
  }

  /** Rounds to the given number of decimals. */
  static double rounded(double value, int decimals) {
    return BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP).doubleValue();
  }
}
