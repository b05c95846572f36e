package dev.embedctl.report;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.FailureCode;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.TextFailure;
import dev.embedctl.model.Vector;
import dev.embedctl.pipeline.PipelineEvent.Averaged;
import dev.embedctl.pipeline.PipelineEvent.ChunkWritten;
import dev.embedctl.pipeline.PipelineEvent.Step;
import dev.embedctl.pipeline.PipelineEvent.Took;
import dev.embedctl.provider.CallListener.Call;
import dev.embedctl.provider.CallListener.Ending;
import dev.embedctl.provider.CallListener.Wait;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.catalog.Price;
import dev.embedctl.testing.Records;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;

/**
 * The files of a simulated run of one second in four chunks: 100 texts from the cache, 290 embedded
 * (10 of them duplicates) in 29 calls, the first of which failed, and 10 failed texts.
 */
final class SampleRun {
  static final Instant STARTED = Instant.parse("2026-11-25T13:00:00Z");
  static final RunSummary.Asked ASKED =
      new RunSummary.Asked(
          Optional.empty(),
          OptionalInt.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
  private static final Vector VECTOR = Vector.wrap(1, 2);
  private static final Call CALL =
      new Call(Ending.ANSWERED, 10, OptionalLong.of(100), 0, Duration.ofMillis(40));
  private static final Call FAILED_CALL =
      new Call(Ending.FAILED, 10, OptionalLong.empty(), 0, Duration.ofMillis(40));

  private final ByteArrayOutputStream events = new ByteArrayOutputStream();
  private final EventLog log =
      new EventLog(events, Clock.fixed(STARTED, ZoneOffset.UTC), new UUID(0, 0));
  private Duration now = Duration.ZERO;
  private final RunMetrics metrics = new RunMetrics(() -> now());
  private final RunSummary summary;

  SampleRun(String model, RunStatus status) {
    this(model, status, Optional.of(price()));
  }

  SampleRun(String model, RunStatus status, Optional<Price> price) {
    for (int i = 0; i < 29; i++) {
      now = Duration.ofMillis(60 + 30L * i);
      metrics.waited(Wait.PACE, Duration.ofMillis(10));
      metrics.ended(i == 0 ? FAILED_CALL : CALL);
    }
    metrics.retrying(Kind.SERVER_ERROR);
    metrics.waited(Wait.RETRY, Duration.ofMillis(25));
    metrics.on(new Took(Step.LOOK_UP, Duration.ofMillis(2)));
    metrics.on(new Took(Step.STORE, Duration.ofMillis(3)));
    metrics.on(new Took(Step.WRITE, Duration.ofMillis(4)));
    metrics.on(new Took(Step.QUEUE, Duration.ofMillis(56)));
    write(250, outcomes(100, record -> new Outcome.Hit(record, VECTOR, Duration.ofNanos(3000))), 0);
    write(
        500, outcomes(100, record -> new Outcome.Fresh(record, VECTOR, Duration.ofMillis(40))), 10);
    write(
        750, outcomes(100, record -> new Outcome.Fresh(record, VECTOR, Duration.ofMillis(45))), 0);
    List<Outcome> last =
        new ArrayList<>(
            outcomes(90, record -> new Outcome.Fresh(record, VECTOR, Duration.ofMillis(750))));
    last.addAll(
        outcomes(
            10,
            record ->
                new Outcome.Failed(
                    record, new TextFailure(FailureCode.REFUSED, "no", 1), Duration.ofMillis(50))));
    write(990, last, 0);
    now = Duration.ofSeconds(1);
    summary =
        metrics.summary(
            new EmbeddingSpec(
                "openai", "", model, OptionalInt.empty(), Optional.empty(), Oversize.ERROR, ""),
            ASKED,
            Normalization.NONE,
            2,
            price,
            status,
            Optional.empty(),
            STARTED,
            "1.2.3");
    log.ended(summary);
  }

  private static Price price() {
    return new Price(new BigDecimal("0.02"), Optional.of("2026-01"), "the page of prices");
  }

  private long now() {
    return now.toNanos();
  }

  private static List<Outcome> outcomes(int count, Function<InputRecord, Outcome> outcome) {
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      outcomes.add(outcome.apply(Records.of(i, "ten letters")));
    }
    return outcomes;
  }

  private void write(int atMillis, List<Outcome> outcomes, int duplicates) {
    now = Duration.ofMillis(atMillis);
    int chunk = atMillis / 250 - (atMillis == 990 ? 0 : 1);
    ChunkWritten written =
        new ChunkWritten(
            chunk, outcomes, duplicates, 0, Averaged.NONE, 7, Duration.ofMillis(10 * chunk + 5));
    metrics.on(written);
    log.on(written);
  }

  byte[] metricsFile() {
    return MetricsFile.json(summary);
  }

  byte[] eventsFile() {
    return events.toByteArray();
  }

  RunRecord record() throws IOException {
    return RunRecord.read(new ByteArrayInputStream(metricsFile()), "run.metrics.json");
  }

  ChunkTimes times() throws IOException {
    return ChunkTimes.read(new ByteArrayInputStream(eventsFile()), "e.jsonl").of(record());
  }
}
