package dev.embedctl.report;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.embedctl.model.FailureCode;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.catalog.Price;
import dev.embedctl.report.RunDetail.ChunkLine;
import dev.embedctl.report.RunDetail.LatencyHistogram;
import dev.embedctl.report.RunDetail.Saved;
import dev.embedctl.report.RunDetail.Spent;
import dev.embedctl.report.RunDetail.TimeLine;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the details of a run as the last fields of its summary. The report page is made from them.
 */
final class DetailJson {
  private DetailJson() {}

  static void write(JsonGenerator json, RunDetail detail, RunStatus status) throws IOException {
    json.writeObjectFieldStart("time_ms");
    for (Spent on : Spent.values()) {
      double nanos = detail.timeSpent().get(on).toNanos();
      json.writeNumberField(on.word(), JsonFigures.rounded(nanos / 1e6, 3));
    }
    json.writeEndObject();
    json.writeObjectFieldStart("retries_by_kind");
    for (Transient.Kind kind : Transient.Kind.values()) {
      counted(json, kind.name().toLowerCase(Locale.ROOT), detail.retries().get(kind));
    }
    json.writeEndObject();
    json.writeObjectFieldStart("errors_by_code");
    for (FailureCode code : FailureCode.values()) {
      counted(json, code.word(), detail.errors().get(code));
    }
    if (status == RunStatus.FAILED) {
      json.writeNumberField("run_failed", 1);
    }
    json.writeEndObject();
    money(json, detail);
    json.writeFieldName("embedded_latency_ms");
    JsonFigures.meanLatency(json, detail.embeddedLatency());
    json.writeFieldName("cached_latency_ms");
    JsonFigures.meanLatency(json, detail.cachedLatency());
    histogram(json, detail.latencies());
    timeLine(json, detail.timeLine());
    chunks(json, detail.chunks());
  }

  /** Writes a field only if there is a count. */
  private static void counted(JsonGenerator json, String field, Long count) throws IOException {
    if (count != null) {
      json.writeNumberField(field, count);
    }
  }

  private static void money(JsonGenerator json, RunDetail detail) throws IOException {
    json.writeFieldName("price");
    if (detail.price().isPresent()) {
      Price price = detail.price().get();
      json.writeStartObject();
      dollars(json, "usd_per_million_tokens", Optional.of(price.usdPerMillionTokens()));
      json.writeFieldName("as_of");
      if (price.asOf().isPresent()) {
        json.writeString(price.asOf().get());
      } else {
        json.writeNull();
      }
      json.writeStringField("source", price.source());
      json.writeEndObject();
    } else {
      json.writeNull();
    }
    json.writeObjectFieldStart("saved_estimate");
    json.writeStringField("tokens_a_character", detail.savedTokens().word());
    saved(json, "cache", detail.savedByCache());
    saved(json, "duplicates", detail.savedByDuplicates());
    json.writeEndObject();
  }

  private static void saved(JsonGenerator json, String by, Saved saved) throws IOException {
    json.writeObjectFieldStart(by);
    json.writeNumberField("texts", saved.texts());
    json.writeNumberField("tokens", saved.tokens());
    dollars(json, "usd", saved.usd());
    json.writeEndObject();
  }

  private static void dollars(JsonGenerator json, String field, Optional<BigDecimal> usd)
      throws IOException {
    json.writeFieldName(field);
    if (usd.isPresent()) {
      json.writeNumber(usd.get().stripTrailingZeros().toPlainString());
    } else {
      json.writeNull();
    }
  }

  private static void histogram(JsonGenerator json, LatencyHistogram latencies) throws IOException {
    json.writeObjectFieldStart("latency_histogram");
    json.writeArrayFieldStart("up_to_ms");
    for (double bound : latencies.upTo()) {
      json.writeNumber(bound);
    }
    json.writeEndArray();
    texts(json, latencies.counts());
    json.writeEndObject();
  }

  private static void timeLine(JsonGenerator json, TimeLine line) throws IOException {
    json.writeObjectFieldStart("time_line");
    double width = line.interval().toNanos();
    json.writeNumberField("interval_ms", line.interval().toMillis());
    for (Activity activity : Activity.values()) {
      json.writeArrayFieldStart(activity.word());
      for (long amount : line.amounts().get(activity)) {
        if (activity.countsTexts()) {
          json.writeNumber(amount);
        } else { // mean number of permits
          json.writeNumber(JsonFigures.rounded(amount / width, 3));
        }
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static void chunks(JsonGenerator json, ChunkLine chunks) throws IOException {
    json.writeObjectFieldStart("chunk_line");
    json.writeNumberField("chunks_per_point", chunks.chunksPerPoint());
    texts(json, chunks.texts());
    json.writeEndObject();
  }

  private static void texts(JsonGenerator json, Map<TextOrigin, List<Long>> counts)
      throws IOException {
    for (TextOrigin origin : TextOrigin.values()) {
      json.writeArrayFieldStart(origin.word());
      for (long count : counts.get(origin)) {
        json.writeNumber(count);
      }
      json.writeEndArray();
    }
  }
}
