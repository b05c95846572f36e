package dev.embedctl.report;

import dev.embedctl.model.FailureCode;
import dev.embedctl.model.Outcome;
import dev.embedctl.pipeline.PipelineEvent;
import dev.embedctl.pipeline.PipelineEvent.Took;
import dev.embedctl.provider.CallListener;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.catalog.Price;
import dev.embedctl.report.RunDetail.Saved;
import dev.embedctl.report.RunDetail.Spent;
import dev.embedctl.report.RunDetail.TokenBasis;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * Collects the {@link RunDetail} of a run in bounded memory, without an allocation per text.
 * Moments are nanoseconds since the run began. The lock of {@link RunMetrics} guards it.
 */
final class RunProfile {
  static final int USD_DIGITS = 8;

  private static final Duration FIRST_INTERVAL = Duration.ofMillis(20);
  private static final double ASSUMED_TOKENS_PER_CHARACTER = 0.25;

  private final BoundedSeries<Activity> overTime =
      new BoundedSeries<>(Activity.class, FIRST_INTERVAL.toNanos());
  private final BoundedSeries<TextOrigin> byChunk = new BoundedSeries<>(TextOrigin.class, 1);
  private final Map<TextOrigin, Tally> tallies = new EnumMap<>(TextOrigin.class);
  private final Map<Spent, Duration> spent = new EnumMap<>(Spent.class);
  private final Map<Transient.Kind, Long> retries = new EnumMap<>(Transient.Kind.class);
  private final Map<FailureCode, Long> errors = new EnumMap<>(FailureCode.class);
  private long lastWrite;

  RunProfile() {
    for (TextOrigin origin : TextOrigin.values()) {
      tallies.put(origin, new Tally());
    }
    for (Spent on : Spent.values()) {
      spent.put(on, Duration.ZERO);
    }
  }

  /**
   * A chunk was written. Its texts without a call are spread over the time since the chunk before
   * it.
   */
  void wrote(PipelineEvent.ChunkWritten chunk, long now) {
    List<Outcome> outcomes = chunk.outcomes();
    for (int from = 0; from < outcomes.size(); ) {
      int to = endOfAlike(outcomes, from);
      tallies.get(TextOrigin.of(outcomes.get(from))).add(outcomes.subList(from, to));
      from = to;
    }
    for (Outcome outcome : outcomes) {
      if (outcome instanceof Outcome.Failed failed) {
        errors.merge(failed.failure().code(), 1L, Long::sum);
      }
    }
    tallies.forEach(
        (origin, tally) -> {
          long texts = tally.takeUncounted();
          if (origin != TextOrigin.EMBEDDED) { // called() counts those
            overTime.spread(origin.onTimeLine(), texts, lastWrite, now);
          }
          byChunk.spread(origin, texts, chunk.chunk(), chunk.chunk());
        });
    lastWrite = now;
  }

  /**
   * The position after the outcomes that are of one kind and latency, as those are that were looked
   * up or requested together. They are counted together.
   */
  private static int endOfAlike(List<Outcome> outcomes, int from) {
    Outcome first = outcomes.get(from);
    int to = from + 1;
    while (to < outcomes.size()
        && outcomes.get(to).kind() == first.kind()
        && outcomes.get(to).latency().equals(first.latency())) {
      to++;
    }
    return to;
  }

  /** A call has ended. Its texts are spread over its duration. */
  void called(CallListener.Call call, long now) {
    permit(Activity.CALLING, Spent.NETWORK, call.took(), now);
    if (call.ending() == CallListener.Ending.ANSWERED) {
      overTime.spread(
          Activity.EMBEDDED, call.texts(), Math.max(0, now - call.took().toNanos()), now);
    }
  }

  /** A request with a permit had to wait. */
  void waited(CallListener.Wait why, Duration took, long now) {
    switch (why) {
      case PACE -> permit(Activity.PACED, Spent.PACE, took, now);
      case RETRY -> permit(Activity.PAUSED, Spent.RETRY, took, now);
    }
  }

  private void permit(Activity doing, Spent on, Duration took, long now) {
    spend(on, took);
    overTime.spread(doing, took.toNanos(), Math.max(0, now - took.toNanos()), now);
  }

  /** A step of the flow has ended. */
  void took(Took step) {
    spend(
        switch (step.step()) {
          case QUEUE -> Spent.PERMIT;
          case LOOK_UP -> Spent.CACHE_LOOKUP;
          case STORE -> Spent.CACHE_STORE;
          case WRITE -> Spent.OUTPUT;
        },
        step.time());
  }

  private void spend(Spent on, Duration took) {
    spent.merge(on, took, Duration::plus);
  }

  /** A request is sent again. */
  void retrying(Transient.Kind reason) {
    retries.merge(reason, 1L, Long::sum);
  }

  /** Latencies of all texts together. */
  Histogram latencies() {
    Histogram all = nanoseconds();
    tallies.values().forEach(tally -> all.add(tally.latencies));
    return all;
  }

  private Map<TextOrigin, Histogram> latenciesByOrigin() {
    Map<TextOrigin, Histogram> all = new EnumMap<>(TextOrigin.class);
    tallies.forEach((origin, tally) -> all.put(origin, tally.latencies));
    return all;
  }

  /**
   * The run so far.
   *
   * @param tokens that the provider counted; 0 if it reported none
   * @param duplicates texts that shared the call of an equal one
   */
  RunDetail detail(long tokens, long duplicates, Optional<Price> price) {
    Tally cached = tallies.get(TextOrigin.CACHED);
    Tally embedded = tallies.get(TextOrigin.EMBEDDED);
    double shared = embedded.texts == 0 ? 0 : Math.min(1, (double) duplicates / embedded.texts);
    double paidCharacters = embedded.characters * (1 - shared);
    boolean measured = tokens > 0 && paidCharacters > 0;
    double ratio = measured ? tokens / paidCharacters : ASSUMED_TOKENS_PER_CHARACTER;
    return new RunDetail(
        spent,
        new RunDetail.TimeLine(Duration.ofNanos(overTime.width()), overTime.amounts()),
        new RunDetail.ChunkLine(byChunk.width(), byChunk.amounts()),
        LatencyBuckets.of(latenciesByOrigin()),
        embedded.latency(),
        cached.latency(),
        retries,
        errors,
        price,
        measured ? TokenBasis.MEASURED : TokenBasis.ASSUMED,
        saved(cached.texts, cached.characters * ratio, price),
        saved(duplicates, embedded.characters * shared * ratio, price));
  }

  private static Saved saved(long texts, double tokens, Optional<Price> price) {
    long whole = Math.round(tokens);
    return new Saved(
        texts,
        whole,
        price.map(known -> known.of(whole).setScale(USD_DIGITS, RoundingMode.HALF_UP)));
  }

  static Latency latency(Histogram nanos) {
    return new Latency(
        nanos.getTotalCount() == 0 ? 0 : nanos.getMean() / 1e6,
        nanos.getValueAtPercentile(50) / 1e6,
        nanos.getValueAtPercentile(90) / 1e6,
        nanos.getValueAtPercentile(99) / 1e6,
        nanos.getMaxValue() / 1e6);
  }

  private static Histogram nanoseconds() {
    Histogram histogram = new Histogram(3);
    histogram.setAutoResize(true);
    return histogram;
  }

  /** The texts of one origin. */
  private static final class Tally {
    private final Histogram latencies = nanoseconds();
    private long texts;
    private long counted;
    private long characters;

    /** Adds outcomes of one latency. */
    private void add(List<Outcome> outcomes) {
      texts += outcomes.size();
      for (Outcome outcome : outcomes) {
        characters += outcome.record().textChars();
      }
      latencies.recordValueWithCount(outcomes.getFirst().latency().toNanos(), outcomes.size());
    }

    private Optional<Latency> latency() {
      return texts == 0 ? Optional.empty() : Optional.of(RunProfile.latency(latencies));
    }

    private long takeUncounted() {
      long more = texts - counted;
      counted = texts;
      return more;
    }
  }
}
