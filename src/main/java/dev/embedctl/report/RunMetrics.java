package dev.embedctl.report;

import dev.embedctl.jobs.LaneFigures;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Outcome;
import dev.embedctl.pipeline.PipelineEvent;
import dev.embedctl.pipeline.PipelineListener;
import dev.embedctl.provider.CallListener;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.catalog.Price;
import dev.embedctl.report.RunSummary.Lengths;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** Collects the metrics of a run while it happens. */
public final class RunMetrics implements PipelineListener, CallListener {
  private final LongSupplier nanoTime;
  private final long start;
  private final ReentrantLock lock = new ReentrantLock();
  private final RunProfile profile = new RunProfile();
  private long latencySum;
  private long records;
  private long hits;
  private long embedded;
  private long failed;
  private long settledHits;
  private long settledFresh;
  private long settledFailed;
  private long duplicates;
  private long truncated;
  private long averaged;
  private long windows;
  private long sent;
  private long calls;
  private long retries;
  private long rateLimited;
  private long paid;
  private long tokens;
  private long uncountedTokens;
  private boolean tokensKnown;
  private Optional<Lengths> lengths = Optional.empty();
  private int inFlight;
  private long heldUntil;
  private long busy;
  private long demanded;
  private int demands;
  private OptionalLong demandSince = OptionalLong.empty();
  private OptionalInt dimensions = OptionalInt.empty();
  private Optional<LaneFigures> lane = Optional.empty();

  /** Starts with no counts. The clock returns nanoseconds, like {@link System#nanoTime}. */
  public RunMetrics(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
  }

  @Override
  public void on(PipelineEvent event) {
    lock.lock();
    try {
      // Not a switch over types: its first run takes a millisecond in every process.
      if (event instanceof PipelineEvent.Settled settled) {
        count(settled);
      } else if (event instanceof PipelineEvent.ChunkWritten chunk) {
        count(chunk);
        profile.wrote(chunk, elapsed());
      } else if (event instanceof PipelineEvent.Took step) {
        profile.took(step);
      } else if (event instanceof PipelineEvent.DemandBegan) {
        changeDemands(1);
      } else if (event instanceof PipelineEvent.DemandEnded) {
        changeDemands(-1);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void began() {
    lock.lock();
    try {
      inFlight++;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void ended(Call call) {
    lock.lock();
    try {
      inFlight--;
      calls++;
      busy += call.took().toNanos();
      rateLimited += call.ending() == Ending.RATE_LIMITED ? 1 : 0;
      tokensKnown |= call.tokens().isPresent();
      tokens += call.tokens().orElse(0);
      uncountedTokens += call.tokens().isPresent() ? 0 : call.uncounted();
      paid += call.ending() == Ending.ANSWERED ? call.texts() : 0;
      profile.called(call, elapsed());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void retrying(Transient.Kind reason) {
    lock.lock();
    try {
      retries++;
      profile.retrying(reason);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void waited(Wait why, Duration took) {
    lock.lock();
    try {
      profile.waited(why, took, elapsed());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void heldBack(Duration wait) {
    lock.lock();
    try {
      heldUntil = Math.max(heldUntil, elapsed() + wait.toNanos());
    } finally {
      lock.unlock();
    }
  }

  /** The jobs of the run's lane have changed. */
  public void jobsChanged(LaneFigures figures) {
    lock.lock();
    try {
      lane = Optional.of(figures);
    } finally {
      lock.unlock();
    }
  }

  private void count(PipelineEvent.Settled settled) {
    switch (settled.kind()) {
      case HIT -> settledHits += settled.records();
      case FRESH -> settledFresh += settled.records();
      case FAILED -> settledFailed += settled.records();
    }
  }

  private void count(PipelineEvent.ChunkWritten chunk) {
    duplicates += chunk.duplicates();
    truncated += chunk.truncated();
    averaged += chunk.averaged().texts();
    windows += chunk.averaged().windows();
    sent += chunk.averaged().sent() - chunk.duplicates();
    for (Outcome outcome : chunk.outcomes()) {
      records++;
      latencySum += outcome.latency().toNanos();
      switch (outcome.kind()) {
        case HIT -> hits++;
        case FRESH -> embedded++;
        case FAILED -> failed++;
      }
      if (dimensions.isEmpty() && outcome instanceof Outcome.Embedding embedding) {
        dimensions = OptionalInt.of(embedding.vector().dimensions());
      }
      if (outcome instanceof Outcome.Fresh fresh) {
        sent += fresh.parts() == 1 ? 1 : 0;
        double length = fresh.vector().norm();
        lengths =
            Optional.of(lengths.map(all -> all.and(length)).orElse(new Lengths(length, length)));
      }
    }
  }

  private long elapsed() {
    return nanoTime.getAsLong() - start;
  }

  /**
   * The end of one demand may be reported after the beginning of the next, so that two overlap for
   * a moment.
   */
  private void changeDemands(int change) {
    demanded += demandedNow();
    demands += change;
    demandSince = demands > 0 ? OptionalLong.of(nanoTime.getAsLong()) : OptionalLong.empty();
  }

  private long demandedNow() {
    return demandSince.isPresent() ? nanoTime.getAsLong() - demandSince.getAsLong() : 0;
  }

  /** The current state of the run. */
  public RunNow now() {
    lock.lock();
    try {
      long now = elapsed();
      return new RunNow(
          Duration.ofNanos(now),
          settledHits + settledFresh,
          settledHits,
          settledFailed,
          inFlight,
          Duration.ofNanos(Math.max(0, heldUntil - now)),
          counted(),
          lane);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The summary of the run so far.
   *
   * @param asked the settings that decide what vectors the run gets
   */
  public RunSummary summary(
      EmbeddingSpec spec,
      RunSummary.Asked asked,
      Normalization normalization,
      int workers,
      Optional<Price> price,
      RunStatus status,
      Optional<String> error,
      Instant startedAt,
      String version) {
    lock.lock();
    try {
      OptionalLong counted = counted();
      return new RunSummary(
          records,
          hits,
          calls,
          Duration.ofNanos(elapsed()),
          latency(),
          status == RunStatus.FAILED ? failed + 1 : failed,
          workers,
          utilization(workers),
          status == RunStatus.COMPLETED ? embedded : embedded + paidUnwritten(),
          duplicates,
          truncated,
          averaged,
          windows,
          retries,
          rateLimited,
          withJobs(counted),
          price.flatMap(known -> cost(known, counted)),
          spec.provider(),
          spec.model(),
          dimensions.isPresent() ? dimensions : spec.dimensions(),
          asked,
          normalization,
          lengths,
          status,
          error,
          startedAt,
          version,
          profile.detail(withJobs(counted).orElse(0), duplicates, price),
          lane);
    } finally {
      lock.unlock();
    }
  }

  /** The tokens that the provider counted, with an estimate for calls without a count. */
  private OptionalLong counted() {
    return tokensKnown ? OptionalLong.of(tokens + uncountedTokens) : OptionalLong.empty();
  }

  /** Texts whose vectors were received but not written when the run ended. */
  private long paidUnwritten() {
    return Math.max(0, paid - Math.max(0, sent));
  }

  private Latency latency() {
    Latency all = RunProfile.latency(profile.latencies());
    double mean = records == 0 ? 0 : latencySum / 1e6 / records;
    return new Latency(mean, all.p50(), all.p90(), all.p99(), all.max());
  }

  private OptionalDouble utilization(int workers) {
    long wanted = demanded + demandedNow();
    return calls == 0 || wanted == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.min(1, (double) busy / ((double) workers * wanted)));
  }

  /** The tokens of calls and of jobs. */
  private OptionalLong withJobs(OptionalLong counted) {
    return lane.isEmpty() || (calls > 0 && counted.isEmpty())
        ? counted
        : OptionalLong.of(counted.orElse(0) + lane.get().tokens());
  }

  /** Zero without calls and jobs; empty if the tokens of the calls are unknown. */
  private Optional<BigDecimal> cost(Price price, OptionalLong counted) {
    return calls > 0 && counted.isEmpty()
        ? Optional.empty()
        : Optional.of(
            price
                .of(counted.orElse(0))
                .add(lane.map(jobs -> jobs.cost(price)).orElse(BigDecimal.ZERO))
                .setScale(RunProfile.USD_DIGITS, RoundingMode.HALF_UP));
  }
}
