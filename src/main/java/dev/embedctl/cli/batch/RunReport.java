package dev.embedctl.cli.batch;

import dev.embedctl.cli.batch.BatchPlan.Verbosity;
import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.Reason;
import dev.embedctl.cli.console.Version;
import dev.embedctl.io.bytes.OutputFile;
import dev.embedctl.io.bytes.PrivateFile;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.pipeline.PipelineEvent;
import dev.embedctl.pipeline.PipelineListener;
import dev.embedctl.pipeline.Split;
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

/** Counts a run, writes its events while it runs, and its metrics at the end. */
final class RunReport implements PipelineListener, AutoCloseable {
  private final BatchPlan plan;
  private final Console console;
  private final Instant startedAt;
  private final RunMetrics metrics;
  private final Clock clock;
  private volatile Optional<EventLog> events = Optional.empty();

  /** Starts without any counts. */
  RunReport(BatchPlan plan, Console console, Clock clock, RunMetrics metrics) {
    this.plan = plan;
    this.console = console;
    this.startedAt = clock.instant();
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * Opens the events file; if it is a pipe, waits for its reader.
   *
   * @throws Usage if it cannot be written
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
          "the cache cannot store more vectors: "
              + failed.cause().getMessage()
              + "; the run continues, and its output will be complete");
    }
    if (event instanceof PipelineEvent.AwaitsOtherRun wait && plan.verbosity() != Verbosity.QUIET) {
      console.say(
          "waiting for "
              + (wait.texts() == 1 ? "a text" : wait.texts() + " texts")
              + " that another run with this cache is paying for");
    }
  }

  /**
   * Writes the metrics and the last event of a run that has ended.
   *
   * @param provider the provider of the vectors
   * @param price the price of tokens, if it is known
   * @param error why it failed, if it did
   * @throws RunFailed if one of them cannot be written
   */
  RunSummary end(
      EmbeddingProvider provider, Optional<Price> price, RunStatus status, Optional<String> error) {
    RunSummary summary = summary(provider, price, status, error);
    events.ifPresent(log -> log.ended(summary));
    plan.metrics().ifPresent(file -> write(summary, file));
    Optional<IOException> lost = events.flatMap(EventLog::failure);
    if (lost.isPresent()) {
      throw new RunFailed("the events file is incomplete: " + lost.get().getMessage(), lost.get());
    }
    return summary;
  }

  /** Writes the metrics of a run that does not end by itself; its events stay unchanged. */
  RunSummary abandon(EmbeddingProvider provider, Optional<Price> price, RunStatus status) {
    RunSummary summary = summary(provider, price, status, Optional.empty());
    plan.metrics().ifPresent(file -> write(summary, file));
    return summary;
  }

  private RunSummary summary(
      EmbeddingProvider provider, Optional<Price> price, RunStatus status, Optional<String> error) {
    return metrics.summary(
        provider.spec(),
        RunSummary.Asked.of(
            provider.spec(),
            plan.provider().inputType(),
            plan.provider().prefix(),
            plan.split().map(Split::toText)),
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
      throw new RunFailed(
          "the metrics cannot be written: " + e.getMessage(), e); // it was valid before
    }
  }

  @Override
  public void close() throws IOException {
    if (events.isPresent()) {
      events.get().close();
    }
  }
}
