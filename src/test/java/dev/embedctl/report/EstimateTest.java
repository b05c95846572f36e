package dev.embedctl.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.FailureCode;
import dev.embedctl.model.InputPlace;
import dev.embedctl.model.Oversize;
import dev.embedctl.pipeline.Findings;
import dev.embedctl.pipeline.Findings.Certainty;
import dev.embedctl.pipeline.Findings.InvalidRecord;
import dev.embedctl.pipeline.Findings.Longest;
import dev.embedctl.provider.KeyState;
import dev.embedctl.provider.ProviderLimits.Counted;
import dev.embedctl.provider.Tokens;
import dev.embedctl.provider.catalog.Price;
import dev.embedctl.provider.catalog.TokenMeter.Precision;
import dev.embedctl.report.Estimate.Limit;
import dev.embedctl.report.Estimate.Memory;
import dev.embedctl.report.Estimate.Pace;
import dev.embedctl.report.Estimate.Time;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EstimateTest {
  private static final EmbeddingSpec SPEC =
      new EmbeddingSpec(
          "openai", "", "some-model", OptionalInt.empty(), Optional.empty(), Oversize.ERROR, "");

  private static Findings findings(long requests, Tokens tokens, Certainty certainty) {
    return new Findings(
        1000,
        1,
        List.of(
            new InvalidRecord(
                new InputPlace("a.jsonl", 7), FailureCode.BLANK_TEXT, "the text is blank")),
        0,
        90,
        9,
        certainty,
        900,
        0,
        0,
        0,
        tokens,
        Optional.of(new Longest(new InputPlace("a.jsonl", 3), new Tokens(10, 20, 40))),
        requests,
        requests + 1,
        390);
  }

  private static Estimate estimate(
      Findings findings, Precision precision, Memory memory, Optional<Price> price, Pace pace) {
    return new Estimate(findings, SPEC, precision, KeyState.MISSING, memory, price, pace);
  }

  private static Estimate estimate(long requests, long tokens, Pace pace) {
    return estimate(
        findings(requests, new Tokens(tokens, tokens, tokens), Certainty.ALL),
        Precision.COUNTED,
        Memory.CACHE,
        Optional.empty(),
        pace);
  }

  private static Pace pace(String rpm, String tpm) {
    return new Pace(
        rpm.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(rpm)),
        tpm.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(tpm)),
        10,
        Counted.REQUESTS);
  }

  @Test
  void aLimitOnTextsCountsTexts() {
    Pace pace = new Pace(OptionalInt.of(90), OptionalLong.empty(), 10, Counted.TEXTS);

    Time time = estimate(95, 1000, pace).time().orElseThrow();

    assertEquals(new Time(Duration.ofMinutes(10), Limit.RPM), time, "900 texts at 90 a minute");
  }

  @ParameterizedTest
  @CsvSource({
    "95, 1000, '', '', 10, CONCURRENCY",
    "1, 1, '', '', 1, CONCURRENCY",
    "95, 1000, 60, '', 95, RPM",
    "95, 1000, 60000, '', 10, CONCURRENCY",
    "95, 3000000, 6000, 1000000, 180, TPM",
    "95, 3000000, 3, 1000000, 1900, RPM"
  })
  void theSlowestLimitDecidesTheTime(
      long requests, long tokens, String rpm, String tpm, long seconds, Limit limit) {
    assertEquals(
        Optional.of(new Time(Duration.ofSeconds(seconds), limit)),
        estimate(requests, tokens, pace(rpm, tpm)).time());
  }

  @Test
  void thereIsNoTimeIfNothingIsSent() {
    assertEquals(Optional.empty(), estimate(0, 0, pace("1", "1")).time());
  }

  @Test
  void theReportIsOneObjectWithTheseFields() throws IOException {
    Estimate estimate =
        estimate(
            findings(95, new Tokens(1_000_000, 2_000_000, 8_000_000), Certainty.AT_LEAST),
            Precision.ESTIMATED,
            Memory.NONE,
            Optional.of(new Price(new BigDecimal("0.02"), Optional.of("2026-01"), "the page")),
            pace("60", ""));

    assertEquals(
        new ObjectMapper()
            .readTree(
                """
                {"dry_run": true, "provider": "openai", "model": "some-model", "key": "missing",
                 "records": 1000, "invalid": 1,
                 "invalid_records":
                   [{"file": "a.jsonl", "line": 7, "code": "blank_text", "message": "the text is blank"}],
                 "not_cached": 0, "cache_hits": 90, "duplicates": 9, "duplicates_exact": false,
                 "texts_to_embed": 900, "truncated": 0, "averaged": 0, "windows": 0,
                 "longest_text": {"file": "a.jsonl", "line": 3, "tokens": 20},
                 "tokens":
                   {"counted": false, "low": 1000000, "likely": 2000000, "high": 8000000},
                 "requests": 95, "requests_at_most": 96, "texts_per_request": 390,
                 "cost_usd": {"low": 0.02, "likely": 0.04, "high": 0.16},
                 "price":
                   {"usd_per_million_tokens": 0.02, "as_of": "2026-01", "source": "the page"},
                 "seconds": {"likely": 95.0, "limited_by": "rpm"}}
                """),
        withoutAssumptions(estimate));
    assertEquals(5, json(estimate).get("assumptions").size());
  }

  @Test
  void unknownValuesAreNullAndCountedValuesNeedNoAssumption() throws IOException {
    JsonNode nothing =
        json(
            estimate(
                new Findings(
                    0,
                    0,
                    List.of(),
                    0,
                    0,
                    0,
                    Certainty.ALL,
                    0,
                    0,
                    0,
                    0,
                    Tokens.NONE,
                    Optional.empty(),
                    0,
                    0,
                    390),
                Precision.ESTIMATED,
                Memory.NONE,
                Optional.empty(),
                pace("", "")));

    for (String field : List.of("longest_text", "cost_usd", "price")) {
      assertEquals(true, nothing.get(field).isNull(), field);
    }
    assertEquals("{\"likely\":0,\"limited_by\":null}", nothing.get("seconds").toString());
    assertEquals(0, nothing.get("assumptions").size());
  }

  private static JsonNode json(Estimate estimate) throws IOException {
    return new ObjectMapper().readTree(EstimateJson.of(estimate));
  }

  private static JsonNode withoutAssumptions(Estimate estimate) throws IOException {
    return ((ObjectNode) json(estimate)).without("assumptions");
  }
}
