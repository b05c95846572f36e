package dev.embedctl.report;

import static dev.embedctl.report.JsonFigures.rounded;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.embedctl.pipeline.Findings;
import dev.embedctl.pipeline.Findings.Certainty;
import dev.embedctl.pipeline.Findings.InvalidRecord;
import dev.embedctl.pipeline.Findings.LimitEnd;
import dev.embedctl.pipeline.Findings.Longest;
import dev.embedctl.provider.Tokens;
import dev.embedctl.provider.catalog.Price;
import dev.embedctl.provider.catalog.TokenMeter.Precision;
import dev.embedctl.provider.jobs.JobLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;

/** A dry run's report for programs: one JSON object, indented. */
public final class EstimateJson {
  private EstimateJson() {}

  /** The whole report. */
  public static byte[] of(Estimate estimate) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.setPrettyPrinter(new DefaultPrettyPrinter());
      json.writeStartObject();
      json.writeBooleanField("dry_run", true);
      json.writeStringField("provider", estimate.spec().provider());
      json.writeStringField("model", estimate.spec().model());
      json.writeStringField("key", word(estimate.key()));
      records(json, estimate.findings());
      work(json, estimate);
      money(json, estimate);
      time(json, estimate.time());
      jobs(json, estimate);
      limit(json, estimate);
      json.writeArrayFieldStart("assumptions");
      for (String assumption : Assumptions.of(estimate)) {
        json.writeString(assumption);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    text.write('\n');
    return text.toByteArray();
  }

  private static void records(JsonGenerator json, Findings found) throws IOException {
    json.writeNumberField("records", found.records());
    json.writeNumberField("invalid", found.invalid());
    json.writeArrayFieldStart("invalid_records");
    for (InvalidRecord invalid : found.firstInvalid()) {
      json.writeStartObject();
      json.writeStringField("file", invalid.place().source());
      json.writeNumberField("line", invalid.place().line());
      json.writeStringField("code", invalid.code().word());
      json.writeStringField("message", invalid.message());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNumberField("not_cached", found.notCached());
    json.writeNumberField("cache_hits", found.cacheHits());
    json.writeNumberField("duplicates", found.duplicates());
    json.writeBooleanField("duplicates_exact", found.certainty() == Certainty.ALL);
  }

  private static void work(JsonGenerator json, Estimate estimate) throws IOException {
    Findings found = estimate.findings();
    json.writeNumberField("texts_to_embed", found.textsToEmbed());
    json.writeNumberField("truncated", found.truncated());
    json.writeNumberField("averaged", found.averaged());
    json.writeNumberField("windows", found.windows());
    json.writeFieldName("longest_text");
    if (found.longest().isPresent()) {
      Longest longest = found.longest().get();
      json.writeStartObject();
      json.writeStringField("file", longest.place().source());
      json.writeNumberField("line", longest.place().line());
      json.writeNumberField("tokens", longest.tokens().likely());
      json.writeEndObject();
    } else {
      json.writeNull();
    }
    json.writeObjectFieldStart("tokens");
    json.writeBooleanField("counted", estimate.precision() == Precision.COUNTED);
    json.writeNumberField("low", found.tokens().low());
    json.writeNumberField("likely", found.tokens().likely());
    json.writeNumberField("high", found.tokens().high());
    json.writeEndObject();
    json.writeNumberField("requests", found.requests());
    json.writeNumberField("requests_at_most", found.requestsAtMost());
    json.writeNumberField("texts_per_request", found.textsPerRequest());
  }

  private static void money(JsonGenerator json, Estimate estimate) throws IOException {
    if (estimate.price().isEmpty()) {
      json.writeNullField("cost_usd");
      json.writeNullField("price");
      return;
    }
    Price price = estimate.price().get();
    Tokens tokens = estimate.findings().tokens();
    json.writeObjectFieldStart("cost_usd");
    dollars(json, "low", price.of(tokens.low()));
    dollars(json, "likely", price.of(tokens.likely()));
    dollars(json, "high", price.of(tokens.high()));
    json.writeEndObject();
    json.writeObjectFieldStart("price");
    dollars(json, "usd_per_million_tokens", price.usdPerMillionTokens());
    json.writeFieldName("as_of");
    if (price.asOf().isPresent()) {
      json.writeString(price.asOf().get());
    } else {
      json.writeNull();
    }
    json.writeStringField("source", price.source());
    json.writeEndObject();
  }

  private static void dollars(JsonGenerator json, String field, BigDecimal usd) throws IOException {
    json.writeFieldName(field);
    json.writeNumber(usd.stripTrailingZeros().toPlainString());
  }

  private static void time(JsonGenerator json, Optional<Estimate.Time> time) throws IOException {
    json.writeObjectFieldStart("seconds");
    if (time.isPresent()) {
      json.writeNumberField("likely", rounded(time.get().likely().toNanos() / 1e9, 1));
      json.writeStringField("limited_by", word(time.get().limitedBy()));
    } else {
      json.writeNumberField("likely", 0);
      json.writeNullField("limited_by");
    }
    json.writeEndObject();
  }

  /** The same run in jobs. */
  private static void jobs(JsonGenerator json, Estimate estimate) throws IOException {
    json.writeFieldName("jobs");
    if (estimate.jobs().isEmpty()) {
      json.writeNull();
      return;
    }
    JobLimits limits = estimate.jobs().get();
    Tokens tokens = estimate.findings().tokens();
    json.writeStartObject();
    dollars(json, "price_share", limits.priceShare());
    json.writeFieldName("cost_usd");
    if (estimate.priceInJobs().isPresent()) {
      Price price = estimate.priceInJobs().get();
      json.writeStartObject();
      dollars(json, "low", price.of(tokens.low()));
      dollars(json, "likely", price.of(tokens.likely()));
      dollars(json, "high", price.of(tokens.high()));
      json.writeEndObject();
    } else {
      json.writeNull();
    }
    json.writeNumberField("hours_at_most", limits.window().toHours());
    json.writeEndObject();
  }

  private static void limit(JsonGenerator json, Estimate estimate) throws IOException {
    json.writeFieldName("limit");
    if (estimate.limit().isEmpty()) {
      json.writeNull();
      return;
    }
    json.writeStartObject();
    json.writeStringField("setting", estimate.limit().get().setting());
    json.writeNumberField("tokens", estimate.limit().get().tokens());
    json.writeFieldName("ends_run_at");
    Optional<LimitEnd> end = estimate.findings().limitEnd();
    if (end.isPresent()) {
      json.writeStartObject();
      json.writeNumberField("texts", end.get().texts());
      json.writeNumberField("index", end.get().index());
      json.writeStringField("file", end.get().place().source());
      json.writeNumberField("line", end.get().place().line());
      json.writeEndObject();
    } else {
      json.writeNull();
    }
    json.writeEndObject();
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
