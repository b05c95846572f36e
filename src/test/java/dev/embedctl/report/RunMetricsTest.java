package dev.embedctl.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.FailureCode;
import dev.embedctl.model.InputPlace;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Text;
import dev.embedctl.model.TextFailure;
import dev.embedctl.model.Vector;
import dev.embedctl.pipeline.PipelineEvent;
import dev.embedctl.pipeline.PipelineEvent.Averaged;
import dev.embedctl.pipeline.PipelineEvent.ChunkWritten;
import dev.embedctl.pipeline.PipelineEvent.DemandBegan;
import dev.embedctl.pipeline.PipelineEvent.DemandEnded;
import dev.embedctl.pipeline.PipelineEvent.Step;
import dev.embedctl.pipeline.PipelineEvent.Took;
import dev.embedctl.provider.CallListener.Call;
import dev.embedctl.provider.CallListener.Ending;
import dev.embedctl.provider.CallListener.Wait;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.catalog.Price;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The metrics file of a run with a simulated clock. */
final class RunMetricsTest {
  private static final EmbeddingSpec SPEC =
      new EmbeddingSpec(
          "openai", "", "some-model", OptionalInt.empty(), Optional.empty(), Oversize.ERROR, "");
  private static final Price PRICE =
      new Price(new BigDecimal("0.02"), Optional.of("2026-01"), "the page");
  private static final Vector VECTOR = Vector.wrap(1, 2);
  private static final OutcomeOf HIT =
      (record, latency) -> new Outcome.Hit(record, VECTOR, latency);
  private static final OutcomeOf EMBEDDED =
      (record, latency) -> new Outcome.Fresh(record, VECTOR, latency);

  /** Creates the outcome of a record. */
  @FunctionalInterface
  private interface OutcomeOf {
    Outcome of(InputRecord record, Duration latency);
  }

  private Duration now = Duration.ZERO;
  private final RunMetrics metrics = new RunMetrics(() -> now.toNanos());
  private Averaged averaged = Averaged.NONE;
  private int chunks;

  private static OutcomeOf failed(FailureCode code) {
    return (record, latency) -> new Outcome.Failed(record, new TextFailure(code, "no", 1), latency);
  }

  private static List<Outcome> outcomes(
      int count, String text, OutcomeOf outcome, Duration latency) {
    InputRecord record =
        new InputRecord(
            0,
            new InputPlace("input", 1),
            new Text.Valid(text),
            Optional.empty(),
            Optional.empty(),
            () -> "{}");
    return Collections.nCopies(count, outcome.of(record, latency));
  }

  private static List<Outcome> outcomes(int count, OutcomeOf outcome) {
    return outcomes(count, "12345678", outcome, Duration.ofMillis(1));
  }

  /** Writes a chunk at a given time. */
  @SafeVarargs
  private void write(Duration at, int duplicates, List<Outcome>... parts) {
    now = at;
    List<Outcome> all = new ArrayList<>();
    for (List<Outcome> part : parts) {
      all.addAll(part);
    }
    metrics.on(new ChunkWritten(chunks++, all, duplicates, 0, averaged, 1, Duration.ofMillis(5)));
  }

  private void call(Duration until, Duration took, long tokens) {
    now = until;
    metrics.ended(new Call(Ending.ANSWERED, 10, OptionalLong.of(tokens), 0, took));
  }

  private JsonNode json(Optional<Price> price) throws IOException {
    return json(price, RunStatus.COMPLETED, Optional.empty());
  }

  private JsonNode json(Optional<Price> price, RunStatus status, Optional<String> error)
      throws IOException {
    return new ObjectMapper()
        .readTree(
            MetricsFile.json(
                metrics.summary(
                    SPEC,
                    SampleRun.ASKED,
                    Normalization.NONE,
                    4,
                    price,
                    status,
                    error,
                    Instant.EPOCH,
                    "1.2.3")));
  }

  @Test
  void textsWithoutACallAreSpreadFromOneWriteToTheNext() throws IOException {
    write(Duration.ofMillis(40), 0, outcomes(4, HIT));
    write(
        Duration.ofMillis(80), 0, outcomes(2, EMBEDDED), outcomes(8, failed(FailureCode.REFUSED)));

    JsonNode line = json(Optional.empty()).get("time_line");
    assertEquals(20, line.get("interval_ms").intValue());
    assertEquals("[2,2,0,0]", line.get("cached").toString());
    assertEquals("[0,0,0,0]", line.get("embedded").toString());
    assertEquals("[0,0,4,4]", line.get("failed").toString());
  }

  @Test
  void embeddedTextsAreSpreadOverTheirCall() throws IOException {
    call(Duration.ofMillis(50), Duration.ofMillis(20), 1);
    metrics.ended(
        new Call(Ending.RATE_LIMITED, 10, OptionalLong.empty(), 0, Duration.ofMillis(10)));

    assertEquals("[0,5,5]", json(Optional.empty()).get("time_line").get("embedded").toString());
  }

  @Test
  void permitsAreOnTheTimeLineWhileTheyCallOrWait() throws IOException {
    call(Duration.ofMillis(50), Duration.ofMillis(30), 1);
    call(Duration.ofMillis(60), Duration.ofMillis(40), 1);
    metrics.waited(Wait.PACE, Duration.ofMillis(10));
    metrics.waited(Wait.RETRY, Duration.ofMillis(20));

    JsonNode run = json(Optional.empty());
    JsonNode line = run.get("time_line");
    assertEquals("[0.0,2.0,1.5]", line.get("calling").toString());
    assertEquals("[0.0,0.0,0.5]", line.get("paced").toString());
    assertEquals("[0.0,0.0,1.0]", line.get("paused").toString());
    assertEquals(70.0, run.get("time_ms").get("network").doubleValue());
    assertEquals(10.0, run.get("time_ms").get("pace").doubleValue());
    assertEquals(20.0, run.get("time_ms").get("retry").doubleValue());
  }

  @Test
  void utilisationCountsTheTimeInWhichAnyTextWaitsForAnyOrderOfEvents() throws IOException {
    at(0, new DemandBegan());
    at(100, new DemandBegan()); // the end of the first one is reported late
    at(110, new DemandEnded());
    at(200, new DemandEnded());
    at(300, new DemandBegan());
    at(400, new DemandEnded());
    call(Duration.ofMillis(400), Duration.ofMillis(240), 1);

    // 240 ms of four workers' 300.
    assertEquals(0.2, json(Optional.empty()).get("worker_utilization").doubleValue(), 1e-9);
  }

  private void at(int millis, PipelineEvent event) {
    now = Duration.ofMillis(millis);
    metrics.on(event);
  }

  @Test
  void timesOfTheFlowsStepsAreSummed() throws IOException {
    for (Step step : Step.values()) {
      metrics.on(new Took(step, Duration.ofMillis(1)));
      metrics.on(new Took(step, Duration.ofMillis(1 + step.name().length())));
    }

    assertEquals(
        "{\"network\":0.0,\"permit\":7.0,\"pace\":0.0,\"retry\":0.0,\"cache_store\":7.0,"
            + "\"cache_lookup\":9.0,\"output\":7.0}",
        json(Optional.empty()).get("time_ms").toString());
  }

  @Test
  void retriesAndErrorsAreCountedByReason() throws IOException {
    metrics.retrying(Kind.RATE_LIMITED);
    metrics.retrying(Kind.BAD_REPLY);
    metrics.retrying(Kind.RATE_LIMITED);
    write(
        Duration.ofMillis(1),
        0,
        outcomes(1, failed(FailureCode.TOO_LONG)),
        outcomes(2, failed(FailureCode.REFUSED)));

    JsonNode run = json(Optional.empty());
    assertEquals(3, run.get("retries").intValue());
    assertEquals("{\"rate_limited\":2,\"bad_reply\":1}", run.get("retries_by_kind").toString());
    assertEquals("{\"too_long\":1,\"refused\":2}", run.get("errors_by_code").toString());
  }

  @Test
  void theFailureThatEndsARunIsCountedAndNamed() throws IOException {
    write(Duration.ofMillis(1), 0, outcomes(3, failed(FailureCode.REFUSED)));

    JsonNode run = json(Optional.empty(), RunStatus.FAILED, Optional.of("the key was revoked"));

    assertEquals(4, run.get("errors").intValue());
    assertEquals("{\"refused\":3,\"run_failed\":1}", run.get("errors_by_code").toString());
    assertEquals("the key was revoked", run.get("error").textValue());
    assertEquals(3, json(Optional.empty()).get("errors").intValue());
    assertEquals(
        3,
        json(Optional.empty(), RunStatus.INTERRUPTED, Optional.empty()).get("errors").intValue());
  }

  @Test
  void latenciesAreCountedInTenBucketsPerDecadeByOutcome() throws IOException {
    write(
        Duration.ofMillis(1),
        0,
        outcomes(3, "x", HIT, Duration.ofMillis(1)),
        outcomes(2, "x", EMBEDDED, Duration.ofMillis(2)),
        outcomes(1, "x", EMBEDDED, Duration.ofNanos(1_990_000)));

    JsonNode run = json(Optional.empty());
    JsonNode histogram = run.get("latency_histogram");
    assertEquals("[1.25893,1.58489,1.99526,2.51189]", histogram.get("up_to_ms").toString());
    assertEquals("[3,0,0,0]", histogram.get("cached").toString());
    assertEquals("[0,0,1,2]", histogram.get("embedded").toString());
    assertEquals(2.0, run.get("embedded_latency_ms").get("p50").doubleValue(), 0.01);
    assertEquals(2.0, run.get("embedded_latency_ms").get("mean").doubleValue(), 0.01);
    assertEquals(1.0, run.get("cached_latency_ms").get("mean").doubleValue(), 0.01);
    assertEquals(1.0, run.get("latency_ms").get("p50").doubleValue(), 0.01);
  }

  @Test
  void fewChunksAreCountedOneByOne() throws IOException {
    write(Duration.ofMillis(1), 0, outcomes(3, HIT), outcomes(1, EMBEDDED));
    write(Duration.ofMillis(2), 0, outcomes(4, EMBEDDED));

    assertEquals(
        "{\"chunks_per_point\":1,\"cached\":[3,0],\"embedded\":[1,4],\"failed\":[0,0]}",
        json(Optional.empty()).get("chunk_line").toString());
  }

  @Test
  void savingsAreEstimatedFromPaidTokens() throws IOException {
    // 10 texts of 8 characters, of which 2 shared a call, cost 32 tokens: 0.5 tokens per character.
    write(
        Duration.ofMillis(1),
        2,
        outcomes(10, EMBEDDED),
        outcomes(100, "1234567890", HIT, Duration.ofMillis(1)));
    call(Duration.ofMillis(1), Duration.ofMillis(1), 32);

    JsonNode saved = json(Optional.of(PRICE)).get("saved_estimate");
    assertEquals("measured", saved.get("tokens_a_character").textValue());
    assertEquals("{\"texts\":100,\"tokens\":500,\"usd\":1.0E-5}", saved.get("cache").toString());
    assertEquals("{\"texts\":2,\"tokens\":8,\"usd\":1.6E-7}", saved.get("duplicates").toString());
  }

  @Test
  void fourCharactersPerTokenAreAssumedIfNothingWasPaid() throws IOException {
    write(Duration.ofMillis(1), 0, outcomes(3, HIT));

    JsonNode run = json(Optional.empty());
    assertEquals(
        "{\"tokens_a_character\":\"assumed\",\"cache\":{\"texts\":3,\"tokens\":6,\"usd\":null},"
            + "\"duplicates\":{\"texts\":0,\"tokens\":0,\"usd\":null}}",
        run.get("saved_estimate").toString());
    assertTrue(run.get("embedded_latency_ms").isNull());
    assertTrue(run.get("price").isNull());
  }

  @Test
  void anEmptyRunHasAllFields() throws IOException {
    JsonNode run = json(Optional.of(PRICE));

    assertEquals(0, run.get("time_line").get("cached").size());
    assertEquals(0, run.get("latency_histogram").get("up_to_ms").size());
    assertEquals(0, run.get("chunk_line").get("cached").size());
    assertEquals("{}", run.get("errors_by_code").toString());
    assertEquals(0.02, run.get("price").get("usd_per_million_tokens").doubleValue());
  }

  @Test
  void theCurrentStateCountsTextsThatAreNotWrittenYetCallsAndWaiting() {
    metrics.began();
    metrics.began();
    call(Duration.ofMillis(5), Duration.ofMillis(5), 7);
    metrics.heldBack(Duration.ofSeconds(2));
    metrics.heldBack(Duration.ofSeconds(1));
    now = Duration.ofMillis(505);
    metrics.on(new PipelineEvent.Settled(Outcome.Kind.HIT, 3));
    metrics.on(new PipelineEvent.Settled(Outcome.Kind.FRESH, 2));
    metrics.on(new PipelineEvent.Settled(Outcome.Kind.FAILED, 1));

    assertEquals(
        new RunNow(
            Duration.ofMillis(505),
            5,
            3,
            1,
            1,
            Duration.ofMillis(1500),
            OptionalLong.of(7),
            Optional.empty()),
        metrics.now());

    now = Duration.ofSeconds(9);
    assertEquals(Duration.ZERO, metrics.now().heldFor());
  }
}
