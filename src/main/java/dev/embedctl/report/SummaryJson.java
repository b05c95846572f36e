package dev.embedctl.report;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.embedctl.jobs.LaneFigures;
import dev.embedctl.model.UtcTime;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.catalog.Price;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Writes the JSON object that is the metrics file and the data of the last event. */
final class SummaryJson {
  private SummaryJson() {}

  static void write(JsonGenerator json, RunSummary run) throws IOException {
    json.writeStartObject();
    json.writeNumberField("batch_size", run.batchSize());
    json.writeNumberField("cache_hits", run.cacheHits());
    json.writeNumberField("cache_hit_rate", JsonFigures.rounded(run.cacheHitRate(), 6));
    json.writeNumberField("api_calls", run.apiCalls());
    json.writeNumberField(
        "processing_time_seconds", JsonFigures.rounded(run.processingTime().toNanos() / 1e9, 3));
    json.writeNumberField("avg_latency_ms", JsonFigures.rounded(run.latency().mean(), 3));
    json.writeNumberField("errors", run.errors());
    json.writeNumberField("concurrent_workers", run.concurrentWorkers());
    json.writeFieldName("worker_utilization");
    optional(json, run.workerUtilization());
    json.writeNumberField("texts_embedded", run.textsEmbedded());
    json.writeNumberField("duplicates", run.duplicates());
    json.writeNumberField("truncated", run.truncated());
    json.writeNumberField("averaged", run.averaged());
    json.writeNumberField("windows", run.windows());
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
    JsonFigures.latency(json, run.latency());
    json.writeNumberField("texts_per_second", JsonFigures.rounded(run.textsPerSecond(), 1));
    json.writeStringField("provider", run.provider());
    json.writeStringField("model", run.model());
    json.writeFieldName("dimensions");
    if (run.dimensions().isPresent()) {
      json.writeNumber(run.dimensions().getAsInt());
    } else {
      json.writeNull();
    }
    asked(json, run.asked());
    json.writeBooleanField("normalized", run.normalization() == Normalization.UNIT_LENGTH);
    json.writeFieldName("vector_length");
    if (run.lengths().isPresent()) {
      json.writeStartObject();
      json.writeNumberField("min", JsonFigures.rounded(run.lengths().get().shortest(), 6));
      json.writeNumberField("max", JsonFigures.rounded(run.lengths().get().longest(), 6));
      json.writeEndObject();
    } else {
      json.writeNull();
    }
    json.writeStringField("status", run.status().word());
    json.writeStringField("error", run.error().orElse(null));
    json.writeStringField("started_at", UtcTime.text(run.startedAt()));
    json.writeStringField("version", run.version());
    DetailJson.write(json, run.detail(), run.status());
    json.writeStringField("lane", run.lane().isPresent() ? "async" : "sync");
    json.writeFieldName("jobs");
    if (run.lane().isPresent()) {
      jobs(json, run.lane().get(), run.detail().price());
    } else {
      json.writeNull();
    }
    json.writeEndObject();
  }

  private static void jobs(JsonGenerator json, LaneFigures jobs, Optional<Price> price)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("created", jobs.jobs());
    json.writeNumberField("completed", jobs.completed());
    json.writeNumberField("pending", jobs.pending());
    json.writeNumberField("texts", jobs.texts());
    json.writeNumberField("texts_embedded", jobs.embedded());
    json.writeNumberField("tokens", jobs.tokens());
    json.writeNumberField("reserved_tokens", jobs.reserved());
    json.writeNumberField(
        "queue_time_seconds", JsonFigures.rounded(jobs.queueTime().toMillis() / 1e3, 3));
    dollars(json, "cost_usd", price.map(jobs::cost));
    dollars(json, "saved_usd", price.map(jobs::saved));
    json.writeEndObject();
  }

  private static void dollars(JsonGenerator json, String field, Optional<BigDecimal> usd)
      throws IOException {
    json.writeFieldName(field);
    if (usd.isPresent()) {
      json.writeNumber(
          usd.get()
              .setScale(RunProfile.USD_DIGITS, RoundingMode.HALF_UP)
              .stripTrailingZeros()
              .toPlainString());
    } else {
      json.writeNull();
    }
  }

  private static void asked(JsonGenerator json, RunSummary.Asked asked) throws IOException {
    json.writeObjectFieldStart("asked");
    if (asked.inputType().isPresent()) {
      json.writeStringField("input_type", asked.inputType().get().name().toLowerCase(Locale.ROOT));
    }
    if (asked.dimensions().isPresent()) {
      json.writeNumberField("dimensions", asked.dimensions().getAsInt());
    }
    if (asked.baseUrl().isPresent()) {
      json.writeStringField("base_url", asked.baseUrl().get());
    }
    if (asked.prefix().isPresent()) {
      json.writeStringField("prefix", asked.prefix().get());
    }
    if (asked.split().isPresent()) {
      json.writeStringField("split", asked.split().get());
    }
    json.writeEndObject();
  }

  private static void optional(JsonGenerator json, OptionalDouble value) throws IOException {
    if (value.isPresent()) {
      json.writeNumber(JsonFigures.rounded(value.getAsDouble(), 4));
    } else {
      json.writeNull();
    }
  }
}
