package dev.embedctl.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Writes figures into JSON. */
final class JsonFigures {
  private JsonFigures() {}

  /** Rounds to the given number of decimals. */
  static double rounded(double value, int decimals) {
    return BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP).doubleValue();
  }

  static void latency(JsonGenerator json, Latency latency) throws IOException {
    json.writeStartObject();
    json.writeNumberField("p50", rounded(latency.p50(), 3));
    json.writeNumberField("p90", rounded(latency.p90(), 3));
    json.writeNumberField("p99", rounded(latency.p99(), 3));
    json.writeNumberField("max", rounded(latency.max(), 3));
    json.writeEndObject();
  }
}
