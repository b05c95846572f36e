package dev.embedctl.spark;

import dev.embedctl.cli.console.Version;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.ProviderSettings;
import dev.embedctl.provider.Providers.Unsent;
import dev.embedctl.report.EventLog;
import dev.embedctl.report.EventLog.Generated;
import dev.embedctl.report.Latency;
import dev.embedctl.report.MetricsFile;
import dev.embedctl.report.RunMetrics;
import dev.embedctl.report.RunStatus;
import dev.embedctl.report.RunSummary;
import dev.embedctl.report.RunSummary.Asked;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.HdrHistogram.Histogram;

/** The metrics and the events of a job, as those of {@code embedctl batch}. */
final class JobReport implements RunListener {
  private static final int USD_DIGITS = 8;

  private final ProviderSettings settings;
  private final Optional<EventLog> events;
  private final Instant startedAt = Instant.now();
  private final long start = System.nanoTime();
  private JobFigures figures =
      new JobFigures(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, CallCounter.latencies());

  JobReport(ProviderSettings settings, Optional<EventLog> events) {
    this.settings = settings;
    this.events = events;
  }

  @Override
  public void roundEnded(Generated round) {
    events.ifPresent(log -> log.generated(round));
  }

  @Override
  public void paid(JobFigures all) {
    figures = all;
  }

  /**
   * Writes the last event and the metrics.
   *
   * @param written the rows of the output
   * @param errors the rows without an embedding
   */
  RunSummary end(JobOutput output, JobOutput.Written written, long errors, Optional<String> failure)
      throws IOException {
    RunSummary summary = summary(written, errors, failure);
    events.ifPresent(log -> log.ended(summary));
    if (output.metrics().isPresent()) {
      try (OutputStream out = output.create(output.metrics().get())) {
        out.write(MetricsFile.json(summary));
      }
    }
    Optional<IOException> lost = events.flatMap(EventLog::failure);
    if (lost.isPresent()) {
      throw lost.get();
    }
    return summary;
  }

  private RunSummary summary(JobOutput.Written written, long errors, Optional<String> failure) {
    RunStatus status = failure.isPresent() ? RunStatus.FAILED : RunStatus.COMPLETED;
    int workers = settings.pace().concurrency();
    try (Unsent asked = Engine.providers(settings).unsent()) {
      EmbeddingSpec spec = asked.spec();
      EmbeddingProvider provider = asked.provider();
      RunSummary nothing =
          new RunMetrics(System::nanoTime)
              .summary(
                  spec,
                  Asked.of(spec, settings.inputType(), settings.prefix(), Optional.empty()),
                  provider.normalization(),
                  workers,
                  asked.price(),
                  status,
                  failure,
                  startedAt,
                  Version.number());
      OptionalLong tokens =
          figures.calls() == 0 ? OptionalLong.empty() : OptionalLong.of(figures.tokens());
      Optional<BigDecimal> cost =
          asked
              .price()
              .map(price -> price.of(figures.tokens()).setScale(USD_DIGITS, RoundingMode.HALF_UP));
      long fresh = written.rows() - written.cached();
      return new RunSummary(
          written.rows() + errors,
          written.cached(),
          figures.calls(),
          Duration.ofNanos(System.nanoTime() - start),
          latency(figures.latencies()),
          failure.isPresent() ? errors + 1 : errors,
          workers,
          utilization(workers),
          failure.isPresent() ? figures.embedded() : fresh,
          Math.max(0, fresh - figures.embedded()),
          0,
          0,
          0,
          figures.retries(),
          figures.rateLimited(),
          tokens,
          cost,
          nothing.provider(),
          nothing.model(),
          nothing.dimensions(),
          nothing.asked(),
          nothing.normalization(),
          nothing.lengths(),
          status,
          failure,
          startedAt,
          nothing.version(),
          nothing.detail(),
          Optional.empty());
    }
  }

  private OptionalDouble utilization(int workers) {
    return figures.calls() == 0 || figures.nanos() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            Math.min(1, (double) figures.busyNanos() / ((double) workers * figures.nanos())));
  }

  /** Of the texts that were paid for. */
  private static Latency latency(Histogram nanos) {
    return nanos.getTotalCount() == 0
        ? new Latency(0, 0, 0, 0, 0)
        : new Latency(
            nanos.getMean() / 1e6,
            nanos.getValueAtPercentile(50) / 1e6,
            nanos.getValueAtPercentile(90) / 1e6,
            nanos.getValueAtPercentile(99) / 1e6,
            nanos.getMaxValue() / 1e6);
  }
}
