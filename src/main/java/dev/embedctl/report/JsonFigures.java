package dev.embedctl.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/** Writes figures into JSON. */
final class JsonFigures {
  private JsonFigures() {}

  /** Rounds to the given number of decimals. */
  static double rounded(double value, int decimals) {
    return BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP).doubleValue();
  }

  static void latency(JsonGenerator json, Latency latency) throws IOException {
    json.writeStartObject();
    percentiles(json, latency);
    json.writeEndObject();
  }

  /** An object with the mean before the percentiles; null if there is nothing to describe. */
  static void meanLatency(JsonGenerator json, Optional<Latency> latency) throws IOException {
    if (latency.isEmpty()) {
      json.writeNull();
      return;
    }
    json.writeStartObject();
    json.writeNumberField("mean", rounded(latency.get().mean(), 3));
    percentiles(json, latency.get());
    json.writeEndObject();
  }

  private static void percentiles(JsonGenerator json, Latency latency) throws IOException {
    json.writeNumberField("p50", rounded(latency.p50(), 3));
    json.writeNumberField("p90", rounded(latency.p90(), 3));
    json.writeNumberField("p99", rounded(latency.p99(), 3));
    json.writeNumberField("max", rounded(latency.max(), 3));
  }
}
