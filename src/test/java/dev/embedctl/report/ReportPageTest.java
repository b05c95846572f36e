package dev.embedctl.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.embedctl.model.EmbedctlException.RunFailed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The page as a browser's parser sees it, before any script runs. */
final class ReportPageTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String HOSTILE =
      "</script></title><script>alert(1)</script><img src=x onerror=alert(2)>\u202E\"'&{{data}}";

  private static Document page(RunRecord run, Optional<ChunkTimes> times) {
    return Jsoup.parse(
        new String(
            ReportPage.html(run, times, "run.metrics.json", "1.2.3"), StandardCharsets.UTF_8));
  }

  private static Document sample() throws IOException {
    SampleRun run = new SampleRun("a-model", RunStatus.COMPLETED);
    return page(run.record(), Optional.of(run.times()));
  }

  private static RunRecord read(String json) throws IOException {
    return RunRecord.read(
        new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), "m.json");
  }

  private static JsonNode data(Document page) throws IOException {
    return JSON.readTree(page.getElementById("data").data());
  }

  private static Map<String, String> tiles(Document page) {
    Map<String, String> tiles = new TreeMap<>();
    for (Element tile : page.select(".tiles div")) {
      tiles.put(tile.select("dt").text(), tile.select("dd").text());
    }
    return tiles;
  }

  private static List<String> rows(Document page, String section) {
    return page.select("section[aria-labelledby=" + section + "-title] tbody tr").eachText();
  }

  private static double sum(JsonNode numbers) {
    double sum = 0;
    for (JsonNode each : numbers) {
      sum += each.doubleValue();
    }
    return sum;
  }

  @Test
  void theHeadlineShowsTextsTimeAndCost() throws IOException {
    assertEquals(
        Map.of(
            "Texts", "400 10 duplicates",
            "Time", "1.00 s 400 texts per second",
            "From the cache", "25 % 100 texts",
            "Embedded", "290 29 calls, 1 retry",
            "Failed", "10 2.5 % of all",
            "Cost", "$0.000056 2,800 tokens",
            "Saved", "≈ $0.000022 by cache and duplicates"),
        tiles(sample()));
  }

  @Test
  void theChartsShowTheNumbersOfTheMetrics() throws IOException {
    JsonNode data = data(sample());

    JsonNode time = data.get("time");
    assertEquals(0, time.get("seconds").get(0).doubleValue());
    assertEquals(1.0, time.get("seconds").get(50).doubleValue(), 1e-9);
    assertEquals(100, 0.02 * sum(time.get("cached")), 0.01);
    assertEquals(280, 0.02 * sum(time.get("embedded")), 0.01);
    assertEquals(29 * 0.04, 0.02 * sum(time.get("calling")), 0.001);
    assertEquals(2, data.get("workers").intValue());
    assertEquals("[100,0,0,0]", ints(data.get("chunks").get("cached")));
    assertEquals("[0,100,100,90]", ints(data.get("chunks").get("embedded")));
    assertEquals("[0,0,0,10]", ints(data.get("chunks").get("failed")));
    assertEquals(100, sum(data.get("latency").get("cached")));
    assertEquals(290, sum(data.get("latency").get("embedded")));
    assertEquals(45, data.get("latency").get("marks").get("p50").doubleValue(), 0.1);
    assertEquals("[5,15,25,35]", ints(data.get("times").get("mean_ms")));
  }

  private static String ints(JsonNode numbers) {
    StringBuilder all = new StringBuilder("[");
    numbers.forEach(n -> all.append(all.length() == 1 ? "" : ",").append(n.intValue()));
    return all.append(']').toString();
  }

  @Test
  void theLastIntervalEndsWithTheRun() throws IOException {
    JsonNode time =
        data(page(
                read(
                    """
                    {"batch_size": 30, "status": "completed", "processing_time_seconds": 2.5,
                     "time_line": {"interval_ms": 1000, "cached": [10, 10, 10],
                       "embedded": [0, 0, 0], "failed": [0, 0, 0], "calling": [1, 1, 0.5],
                       "paced": [0, 0, 0], "paused": [0, 0, 0]}}
                    """),
                Optional.empty()))
            .get("time");

    assertEquals("[0.0,1.0,2.0,2.5]", time.get("seconds").toString());
    assertEquals("[10.0,10.0,20.0]", time.get("cached").toString());
    assertEquals("[1.0,1.0,1.0]", time.get("calling").toString());
  }

  @Test
  void fewTextsAreShownInWiderIntervals() throws IOException {
    String line = "1, ".repeat(99) + "1";
    JsonNode time =
        data(page(
                read(
                    """
                    {"batch_size": 100, "status": "completed", "processing_time_seconds": 99.5,
                     "time_line": {"interval_ms": 1000, "cached": [%s], "embedded": [%s],
                       "failed": [%s], "calling": [%s], "paced": [%s], "paused": [%s]}}
                    """
                        .replace("%s", line)),
                Optional.empty()))
            .get("time");

    assertEquals(20, time.get("cached").size());
    assertEquals(5.0, time.get("seconds").get(1).doubleValue());
    assertEquals(1.0, time.get("cached").get(0).doubleValue());
    assertEquals(1.0, time.get("calling").get(0).doubleValue());
    assertEquals(5 / 4.5, time.get("cached").get(19).doubleValue(), 1e-4);
    assertEquals(99.5, time.get("seconds").get(20).doubleValue());
  }

  @Test
  void aBurstAtTheBeginningDoesNotFlattenTheChart() throws IOException {
    String steady = "10, ".repeat(98) + "10";
    Document page =
        page(
            read(
                """
                {"batch_size": 2000, "status": "completed", "processing_time_seconds": 100,
                 "texts_per_second": 20, "time_line": {"interval_ms": 1000, "cached": [1000, %s],
                 "embedded": [0, %s], "failed": [0, %s], "calling": [0, %s], "paced": [0, %s],
                 "paused": [0, %s]}}
                """
                    .replace("%s", steady)),
            Optional.empty());

    assertEquals(37.5, data(page).get("time").get("axis").doubleValue());
    assertEquals(
        "20 per second over the whole run; at most 1,000, 0.00 s after the start (cut off at the"
            + " end of the axis).",
        page.getElementById("texts-caption").text());
  }

  @Test
  void theSharesOfTimeAddUp() throws IOException {
    assertEquals(
        List.of(
            "in calls 1.16 s 58 %",
            "waiting for the pace 290 ms 14 %",
            "pausing before a retry 25.0 ms 1.3 %",
            "storing in the cache 3.00 ms 0.2 %",
            "idle: nothing to send 522 ms 26 %",
            "cache look-ups 2.00 ms 0.2 %",
            "writing the output 4.00 ms 0.4 %"),
        rows(sample(), "time"));
    assertTrue(sample().text().contains("waited 2.00 ms for a free worker"));
  }

  @Test
  void theFourFiguresToWatchStandBesideTheirTargets() throws IOException {
    assertEquals(
        List.of(
            "Cache hit rate on repeated work 25 % > 70 % missed share of all texts",
            "Latency of a cached text 0.003 ms < 50 ms met mean time of a look-up",
            "Workers busy – > 80 % not measured no call was made",
            "Errors 2.5 % < 1 % missed failed texts, after all retries"),
        rows(sample(), "watch"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0.70 | 50    | 0.80 | 10 | missed, missed, missed, missed",
        "0.71 | 49.99 | 0.81 | 9  | met, met, met, met",
      })
  void aFigureMeetsItsTargetOnlyBeyondIt(
      double hitRate, double cachedMs, double busy, int errors, String verdicts)
      throws IOException {
    String json =
        """
        {"batch_size": 1000, "cache_hits": 700, "cache_hit_rate": %s, "errors": %s, "api_calls": 1,
         "worker_utilization": %s, "status": "completed",
         "cached_latency_ms": {"mean": %s, "p50": 1, "p90": 1, "p99": 1, "max": 90}}
        """
            .formatted(hitRate, errors, busy, cachedMs);

    assertEquals(verdicts, String.join(", ", verdicts(page(read(json), Optional.empty()))));
  }

  private static List<String> verdicts(Document page) {
    return page.select("section[aria-labelledby=watch-title] tbody tr td:eq(3)").eachText();
  }

  @Test
  void newWorkHasNoHitRateAndARunThatFailedMeetsNoTargetOfErrors() throws IOException {
    Document page =
        page(
            read(
                """
                {"batch_size": 1000, "cache_hits": 0, "cache_hit_rate": 0, "errors": 1,
                 "worker_utilization": null, "status": "failed", "cached_latency_ms": null}
                """),
            Optional.empty());

    assertEquals(List.of("not measured", "not measured", "not measured", "missed"), verdicts(page));
    assertTrue(rows(page, "watch").get(0).endsWith("no text was in the cache: the work is new"));
    assertTrue(rows(page, "watch").get(1).endsWith("no look-up found a text"));
    assertTrue(rows(page, "watch").get(3).endsWith("an error ended the run"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"api_calls\": 0 | Nothing was paid.",
        "\"api_calls\": 12, \"tokens\": 93, \"estimated_cost_usd\": 0.25"
            + " | Paid until then: $0.25 for 93 tokens in 12 calls.",
        "\"api_calls\": 1 | Paid until then: an unknown amount for an unknown number of tokens in 1 call.",
        "\"api_calls\": 1, \"tokens\": 93, \"price\": {\"usd_per_million_tokens\": 0}"
            + " | Paid until then: nothing for 93 tokens in 1 call.",
      })
  void theFirstSentencesAboutARunThatFailedAreWhyAndWhatWasPaid(String fields, String paid)
      throws IOException {
    String json =
        "{\"batch_size\": 5, \"status\": \"failed\", \"error\": \"the key was revoked\", "
            + fields
            + "}";

    assertEquals(
        "The run ended before the end of its input: the key was revoked. " + paid,
        page(read(json), Optional.empty()).select("header .note").text());
  }

  @Test
  void savingsAreMarkedAsEstimates() throws IOException {
    Document page = sample();

    assertEquals(
        List.of(
            "paid 280 2,800 $0.000056",
            "saved by the cache 100 ≈ 1,000 ≈ $0.00002",
            "saved by duplicates 10 ≈ 100 ≈ $0.000002"),
        rows(page, "money"));
    assertTrue(
        page.text().contains("$0.02 for a million tokens, as of 2026-01: the page of prices"));
    assertTrue(page.text().contains("the tokens of texts that are not sent are not counted"));
  }

  @Test
  void savingsAreInTokensIfThePriceIsUnknown() throws IOException {
    Map<String, String> tiles =
        tiles(
            page(
                new SampleRun("m", RunStatus.COMPLETED, Optional.empty()).record(),
                Optional.empty()));

    assertEquals("unknown 2,800 tokens", tiles.get("Cost"));
    assertEquals("≈ 1,100 tokens, by cache and duplicates", tiles.get("Saved"));
  }

  @Test
  void retriesAndErrorsAreListedByReason() throws IOException {
    assertEquals(
        List.of("another temporary error status 1 100 %", "refused 10 100 %"),
        rows(sample(), "trouble"));
  }

  @Test
  void theSlowestChunksComeFirst() throws IOException {
    assertEquals("3 35.0 ms 100 0 7 680 ms", rows(sample(), "times").get(0));
    assertEquals("0 5.00 ms 100 100 7 0.003 ms", rows(sample(), "times").get(3));
  }

  @Test
  void percentilesAreBesideTheirChart() throws IOException {
    assertEquals(3, rows(sample(), "latency").size());
    assertTrue(rows(sample(), "latency").get(1).startsWith("cached 0.003 ms 0.003 ms"));
    assertTrue(rows(sample(), "latency").get(0).startsWith("all 191 ms 40.0 ms 750 ms"));
  }

  @Test
  void textFromFilesIsEscaped() throws IOException {
    ObjectNode fields =
        (ObjectNode) JSON.readTree(new SampleRun(HOSTILE, RunStatus.COMPLETED).metricsFile());
    for (String field : List.of("provider", "status", "version", "started_at")) {
      fields.put(field, HOSTILE);
    }
    ((ObjectNode) fields.get("price")).put("source", HOSTILE).put("as_of", HOSTILE);
    ((ObjectNode) fields.get("saved_estimate")).put("tokens_a_character", HOSTILE);
    ((ObjectNode) fields.get("errors_by_code")).put(HOSTILE, 5);
    ((ObjectNode) fields.get("retries_by_kind")).put(HOSTILE, 5);
    RunRecord run = read(fields.toString());
    Document page =
        Jsoup.parse(
            new String(
                ReportPage.html(run, Optional.empty(), HOSTILE, HOSTILE), StandardCharsets.UTF_8));

    assertEquals(3, page.select("script").size());
    assertEquals(0, page.select("img, [onerror], [src]").size());
    assertEquals(1, page.select("title").size());
    assertTrue(page.title().contains("</script></title>"), page.title());
    assertTrue(page.select("h1").text().contains("{{data}}"));
    assertFalse(page.text().contains("\u202E"), "a mark that changes the text direction");
  }

  @Test
  void thePageLoadsNothingAndRunsOnlyItsOwnScripts() throws Exception {
    Document page = sample();

    assertEquals(0, page.select("[src], [href], link, iframe, object, [style]").size());
    StringBuilder policy = new StringBuilder("default-src 'none'; style-src");
    for (Element style : page.select("style")) {
      policy.append(' ').append(hash(style.data()));
      assertFalse(style.data().contains("url(") || style.data().contains("@import"));
    }
    policy.append("; script-src");
    for (Element script : page.select("script:not([type])")) {
      policy.append(' ').append(hash(script.data()));
    }
    assertEquals(
        policy.append("; base-uri 'none'; form-action 'none'").toString(),
        page.select("meta[http-equiv=Content-Security-Policy]").attr("content"));
  }

  private static String hash(String text) throws Exception {
    byte[] sum = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return "'sha256-" + Base64.getEncoder().encodeToString(sum) + "'";
  }

  @Test
  void chartsHaveDescriptionsForScreenReaders() throws IOException {
    Document page = sample();

    assertEquals("en", page.select("html").attr("lang"));
    assertEquals(
        List.of("texts", "workers", "latency", "chunks", "times"),
        page.select(".chart[role=img]").eachAttr("id"));
    for (Element labelled : page.select("[aria-labelledby]")) {
      for (String id : labelled.attr("aria-labelledby").split(" ", -1)) {
        assertFalse(page.getElementById(id).text().isBlank(), id);
      }
    }
    assertEquals(
        page.select("[id]").size(), page.select("[id]").eachAttr("id").stream().distinct().count());
  }

  @ParameterizedTest
  @EnumSource(RunStatus.class)
  void thePageShowsHowTheRunEnded(RunStatus status) throws IOException {
    Document page = page(new SampleRun("m", status).record(), Optional.empty());

    assertEquals(status.word(), page.select(".status." + status.word()).text());
    assertEquals(
        status != RunStatus.COMPLETED,
        page.text().contains("The run ended before the end of its input"));
  }

  @Test
  void thePageOfAnEmptyRunHasNoInvalidNumbers() throws IOException {
    Document page =
        page(
            read(
                """
                {"batch_size": 0, "status": "failed", "processing_time_seconds": 0,
                 "time_ms": {}, "time_line": {"interval_ms": 20, "cached": [], "embedded": [],
                   "failed": [], "calling": [], "paced": [], "paused": []},
                 "latency_histogram":
                   {"up_to_ms": [], "cached": [], "embedded": [], "failed": []},
                 "chunk_line":
                   {"chunks_per_point": 1, "cached": [], "embedded": [], "failed": []}}
                """),
            Optional.empty());

    assertFalse(page.text().matches(".*(NaN|Infinity|null).*"), page.text());
    assertTrue(page.text().contains("No call was made"));
  }

  @Test
  void thePageOfARunWhoseFirstCallFailedGivesTheReason() throws IOException {
    Document page =
        page(
            read(
                """
                {"batch_size": 0, "errors": 1, "errors_by_code": {"run_failed": 1},
                 "status": "failed", "error": "the key was revoked"}
                """),
            Optional.empty());

    assertEquals("1 until the run ended", tiles(page).get("Failed"));
    assertTrue(page.text().contains("the key was revoked"));
    assertTrue(page.text().contains("run failed"));
    assertFalse(page.text().matches(".*(NaN|Infinity).*"), page.text());
  }

  @Test
  void jobsHaveTheirPartOfTheCostAndTheSavings() throws IOException {
    Document page =
        page(
            read(
                """
                {"batch_size": 10, "cache_hits": 0, "texts_embedded": 10, "api_calls": 1,
                 "tokens": 1100, "estimated_cost_usd": 0.012, "status": "completed",
                 "lane": "async",
                 "jobs": {"created": 2, "texts_embedded": 9, "tokens": 1000, "cost_usd": 0.01,
                          "saved_usd": 0.01, "queue_time_seconds": 7260}}
                """),
            Optional.empty());

    assertEquals(
        List.of(
            "paid 10 1,100 $0.012",
            "of it in 2 jobs 9 1,000 $0.01",
            "saved against calls at the provider for 2 h 01 min $0.01"),
        rows(page, "money"));
  }

  @Test
  void metricsOfAnOlderVersionHaveAPageToo() throws IOException {
    Document page =
        page(
            read(
                """
                {"batch_size": 10, "cache_hits": 4, "cache_hit_rate": 0.4, "api_calls": 1,
                 "processing_time_seconds": 2.5, "avg_latency_ms": 12.5, "errors": 0,
                 "concurrent_workers": 10, "worker_utilization": null, "retries": 2,
                 "latency_ms": {"p50": 1, "p90": 2, "p99": 3, "max": 4}, "status": "completed"}
                """),
            Optional.empty());

    assertEquals("40 % 4 texts", tiles(page).get("From the cache"));
    assertEquals("{\"workers\":10.0}", data(page).toString());
    assertTrue(page.text().contains("which an older version of embedctl wrote"));
    assertTrue(page.text().contains("Repeated calls: 2."));
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "hello                              | m.json:1: not JSON, or more than one object",
        "[1, 2]                             | m.json: not a metrics file of embedctl",
        "{}                                 | m.json: not a metrics file of embedctl",
        "{\"batch_size\": 1} x              | m.json:1: not JSON, or more than one object",
        "``                                 | m.json: not a metrics file of embedctl",
        "{\"batch_size\": \"1\"}            | m.json: batch_size is not a number of at least 0",
        "{\"batch_size\": -1}               | m.json: batch_size is not a number of at least 0",
        "{\"batch_size\": 1e999}            | m.json: batch_size is not a number of at least 0",
        "{\"batch_size\": 1, \"model\": {}} | m.json: model is not a string",
        "{\"batch_size\": 1, \"time_ms\": 1}| m.json: time_ms is not an object",
        "{\"batch_size\": 1, \"time_line\": {\"interval_ms\": 1}} | m.json: time_line.cached is"
            + " not an array",
        "{\"batch_size\": 1, \"chunk_line\": {\"cached\": [1], \"embedded\": []}}"
            + "| m.json: chunk_line.embedded is an array of the wrong length",
        "{\"batch_size\": 1, \"chunk_line\": {\"cached\": [null]}}"
            + "| m.json: chunk_line.cached is not an array of numbers",
      })
  void refusesAFileThatIsNotAMetricsFile(String json, String message) {
    String file = json.replace("\"batch_size\"", "\"status\": \"completed\", \"batch_size\"");
    RunFailed failure = assertThrows(RunFailed.class, () -> page(read(file), Optional.empty()));

    assertTrue(failure.getMessage().startsWith(message), failure.getMessage());
    assertEquals(1, failure.getMessage().lines().count());
  }

  @Test
  void refusesTheEventsOfAnotherRun() throws IOException {
    SampleRun run = new SampleRun("m", RunStatus.COMPLETED);
    String other =
        new String(run.eventsFile(), StandardCharsets.UTF_8)
            .replace("\"started_at\":\"2026", "\"started_at\":\"2025");

    RunFailed failure = assertThrows(RunFailed.class, () -> times(other).of(run.record()));
    assertTrue(
        failure.getMessage().startsWith("e.jsonl: belongs to another run, which started at 2025"),
        failure.getMessage());
  }

  @Test
  void anIncompleteLastLineOfEventsIsIgnored() throws IOException {
    SampleRun run = new SampleRun("m", RunStatus.COMPLETED);
    String all = new String(run.eventsFile(), StandardCharsets.UTF_8);

    ChunkTimes times = times(all.substring(0, all.length() - 100)).of(run.record());

    assertEquals(4, times.chunks());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x | e.jsonl:5: not JSON",
        "{\"type\": \"a\"} | e.jsonl:5: not an event of embedctl"
      })
  void namesALineThatIsNotAnEvent(String line, String message) {
    String four =
        """
        {"type":"embedding.batch_generated","data":{"chunk":0,"processing_time_ms":1}}

        {"type":"embedding.batch_generated","data":{"chunk":1,"processing_time_ms":1}}

        """;
    RunFailed failure = assertThrows(RunFailed.class, () -> times(four + line + "\n"));

    assertTrue(failure.getMessage().startsWith(message), failure.getMessage());
  }

  @Test
  void thePageIsBoundedForAnyNumberOfChunks() throws IOException {
    StringBuilder events = new StringBuilder();
    for (int i = 0; i < 5000; i++) {
      events.append("{\"type\":\"embedding.batch_generated\",\"data\":{\"chunk\":").append(i);
      events.append(",\"processing_time_ms\":").append(i % 7).append("}}\n");
    }
    SampleRun run = new SampleRun("m", RunStatus.COMPLETED);
    Document page = page(run.record(), Optional.of(times(events.toString())));

    JsonNode times = data(page).get("times");
    assertTrue(times.get("mean_ms").size() <= 240);
    assertEquals(32, times.get("per_point").intValue());
    assertEquals(10, rows(page, "times").size());
  }

  private static ChunkTimes times(String events) throws IOException {
    return ChunkTimes.read(
        new ByteArrayInputStream(events.getBytes(StandardCharsets.UTF_8)), "e.jsonl");
  }
}
