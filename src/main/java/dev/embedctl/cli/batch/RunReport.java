package dev.embedctl.cli.batch;

import dev.embedctl.cli.batch.BatchPlan.Talk;
import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.Reason;
import dev.embedctl.cli.console.Version;
import dev.embedctl.io.bytes.OutputFile;
import dev.embedctl.io.bytes.PrivateFile;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.pipeline.PipelineEvent;
import dev.embedctl.pipeline.PipelineListener;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.catalog.Price;
import dev.embedctl.report.EventLog;
import dev.embedctl.report.MetricsFile;
import dev.embedctl.report.RunMetrics;
import dev.embedctl.report.RunStatus;
import dev.embedctl.report.RunSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** What a run tells: counts it, writes its events while it goes on and its metrics at the end. */
final class RunReport implements PipelineListener, AutoCloseable {
  private final BatchPlan plan;
  private final Console console;
  private final Instant startedAt;
  private final RunMetrics metrics;
  private final Clock clock;
  private volatile Optional<EventLog> events = Optional.empty();

  /** Begins to count. */
  RunReport(BatchPlan plan, Console console, Clock clock, RunMetrics metrics) {
    this.plan = plan;
    this.console = console;
    this.startedAt = clock.instant();
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * Opens the events file, which may take until somebody reads it.
   *
   * @throws Usage where it cannot be written
   */
  void openEvents() {
    events = plan.events().map(file -> eventLog(file, clock));
  }

  private static EventLog eventLog(Path file, Clock clock) {
    try {
      return new EventLog(PrivateFile.write(file), clock, UUID.randomUUID());
    } catch (IOException e) {
      throw new Usage("--events " + file + " cannot be written: " + Reason.of(e));
    }
  }

  @Override
  public void on(PipelineEvent event) {
    metrics.on(event);
    events.ifPresent(log -> log.on(event));
    if (event instanceof PipelineEvent.CacheWriteFailed failed) {
      console.say(
          "the cache takes no more vectors: "
              + failed.cause().getMessage()
              + "; the run goes on, its output will be whole");
    }
    if (event instanceof PipelineEvent.AwaitsOtherRun wait && plan.talk() != Talk.QUIET) {
      console.say(
          "waiting for "
              + (wait.texts() == 1 ? "a text" : wait.texts() + " texts")
              + " that another run with this cache is paying for");
    }
  }

  /**
   * The run has ended: writes its metrics and its last event.
   *
   * @param provider whose vectors they were
   * @param price what tokens cost, where it is known
   * @param error why it failed, if it did
   * @throws RunFailed where one of them cannot be written
   */
  RunSummary end(
      EmbeddingProvider provider, Optional<Price> price, RunStatus status, Optional<String> error) {
    RunSummary summary = summary(provider, price, status, error);
    events.ifPresent(log -> log.ended(summary));
    plan.metrics().ifPresent(file -> write(summary, file));
    Optional<IOException> lost = events.flatMap(EventLog::failure);
    if (lost.isPresent()) {
      throw new RunFailed("the events file is not whole: " + lost.get().getMessage(), lost.get());
    }
    return summary;
  }

  /** Writes the metrics of a run that does not end: its events stay as they are. */
  RunSummary abandon(EmbeddingProvider provider, Optional<Price> price, RunStatus status) {
    RunSummary summary = summary(provider, price, status, Optional.empty());
    plan.metrics().ifPresent(file -> write(summary, file));
    return summary;
  }

  private RunSummary summary(
      EmbeddingProvider provider, Optional<Price> price, RunStatus status, Optional<String> error) {
    return metrics.summary(
        provider.spec(),
        provider.normalization(),
        plan.pipeline().concurrency(),
        price,
        status,
        error,
        startedAt,
        Version.number());
  }

  private static void write(RunSummary summary, Path file) {
    byte[] json = MetricsFile.json(summary);
    try (OutputFile out = OutputFile.open(file)) {
      out.write(json, 0, json.length);
      out.commit();
    } catch (Usage e) {
      throw new RunFailed("the metrics cannot be written: " + e.getMessage(), e); // it was there
    }
  }

  @Override
  public void close() throws IOException {
    if (events.isPresent()) {
      events.get().close();
    }
  }
}
