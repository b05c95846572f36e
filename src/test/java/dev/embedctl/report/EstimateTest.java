package dev.embedctl.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import dev.embedctl.pipeline.Findings.LimitEnd;
import dev.embedctl.pipeline.Findings.Longest;
import dev.embedctl.provider.KeyState;
import dev.embedctl.provider.ProviderLimits.Counted;
import dev.embedctl.provider.TokenLimit;
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

  private Optional<TokenLimit> limit = Optional.empty();
  private Optional<LimitEnd> end = Optional.empty();

  private Findings findings(long requests, Tokens tokens, Certainty certainty) {
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
        390,
        end);
  }

  private Estimate estimate(
      Findings findings, Precision precision, Memory memory, Optional<Price> price, Pace pace) {
    return new Estimate(
        findings, SPEC, precision, KeyState.MISSING, memory, price, pace, limit, Optional.empty());
  }

  private Estimate estimate(long requests, long tokens, Pace pace) {
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
                 "seconds": {"likely": 95.0, "limited_by": "rpm"}, "jobs": null,
                 "limit": null}
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
                    390,
                    Optional.empty()),
                Precision.ESTIMATED,
                Memory.NONE,
                Optional.empty(),
                pace("", "")));

    for (String field : List.of("longest_text", "cost_usd", "price", "limit")) {
      assertEquals(true, nothing.get(field).isNull(), field);
    }
    assertEquals("{\"likely\":0,\"limited_by\":null}", nothing.get("seconds").toString());
    assertEquals(0, nothing.get("assumptions").size());
  }

  @Test
  void programsReadWhereALimitEndsTheRun() throws IOException {
    limit = Optional.of(new TokenLimit(5000, "`max-tokens` 5000"));
    assertEquals(
        "{\"setting\":\"`max-tokens` 5000\",\"tokens\":5000,\"ends_run_at\":null}",
        json(estimate(95, 1000, pace("", ""))).get("limit").toString());

    end = Optional.of(new LimitEnd(411, new InputPlace("a.jsonl", 412), 400));
    assertEquals(
        "{\"texts\":400,\"index\":411,\"file\":\"a.jsonl\",\"line\":412}",
        json(estimate(95, 1000, pace("", ""))).at("/limit/ends_run_at").toString());
  }

  @Test
  void peopleReadATable() {
    limit = Optional.of(new TokenLimit(1_000_000, "`max-cost` 0.02 (1000000 tokens)"));
    end = Optional.of(new LimitEnd(411, new InputPlace("a.jsonl", 412), 400));
    Estimate estimate =
        estimate(
            findings(95, new Tokens(1_000_000, 2_000_000, 8_000_000), Certainty.ALL),
            Precision.ESTIMATED,
            Memory.CACHE,
            Optional.of(new Price(new BigDecimal("0.02"), Optional.of("2026-01"), "the page")),
            pace("60", ""));

    assertEquals(
        """
        dry run: openai some-model, its key is missing

        records              1,000
        invalid                  1
        in the cache            90
        duplicates               9
        texts to embed         900  the longest: 20 tokens, a.jsonl:3
        tokens           2,000,000  1,000,000 to 8,000,000
        requests                95  at most 96
        cost                 $0.04  $0.02 to $0.16; $0.02 for a million tokens, as of 2026-01
        time            1 min 35 s  limited by rpm

        `max-cost` 0.02 (1000000 tokens) ends the run after about 400 of 900 texts, at record 412 of 1,000 (a.jsonl:412)
        """,
        EstimateText.of(estimate).replaceFirst("(?s)\nassumptions:\n.*", ""));
    assertEquals(3, EstimateText.of(estimate).lines().filter(l -> l.startsWith("- ")).count());
  }

  @Test
  void theTableOfAFreeModelHasNoPriceAndNoLimit() {
    Estimate estimate =
        estimate(
            findings(1, Tokens.counted(10), Certainty.AT_LEAST),
            Precision.COUNTED,
            Memory.CACHE,
            Optional.of(new Price(BigDecimal.ZERO, Optional.empty(), "")),
            pace("", ""));

    List<String> lines = EstimateText.of(estimate).lines().toList();
    assertTrue(lines.contains("cost              free"), lines::toString);
    assertTrue(lines.contains("tokens              10  counted"), lines::toString);
    assertTrue(lines.contains("duplicates           9  at least"), lines::toString);
    assertFalse(lines.toString().contains("the run"), lines::toString);
  }

  private static JsonNode json(Estimate estimate) throws IOException {
    return new ObjectMapper().readTree(EstimateJson.of(estimate));
  }

  private static JsonNode withoutAssumptions(Estimate estimate) throws IOException {
    return ((ObjectNode) json(estimate)).without("assumptions");
  }
}
