package dev.embedctl.provider.pace;

import java.util.Optional;

/**
 * The calls a second that a provider admits, learned from what it refuses. There is no limit until
 * the first refusal. Then the limit lies between what was admitted on average since the refusal
 * before and the rate that was refused just now: calls go on near the lower end, close in on the
 * upper one, and after half a minute there try what lies above, slowly.
 *
 * <p>Simulated against token buckets, fixed and sliding windows and a bound on concurrency ({@code
 * PaceTest}): with these constants a run takes at most 1.25 × its calls over the limit, with fewer
 * than 5 % of them refused. Times are nanoseconds. Not safe for many threads at once.
 */
final class LearnedRate {
  private static final double NANOS = 1e9;

  /** While no rate was refused yet, it grows by so many e a second. */
  private static final double RISING_PER_SECOND = 1.5;

  /** The part of the way to the refused rate that is gone at once. */
  private static final double AT_ONCE = 0.25;

  /** The rest of the way shrinks by e in so many seconds. */
  private static final double CLOSING_SECONDS = 6;

  /** After so long at the refused rate it may have been wrong, or outdated. */
  private static final double PROBE_AFTER_SECONDS = 30;

  private static final double PROBING_PER_SECOND = 0.01;

  /** What was admitted says little where a refusal came soon: the way begins no lower than that. */
  private static final double LEAST_OF_REFUSED = 0.3;

  /** Calls that went this much slower than they might have did not try the rate. */
  private static final double MOST_OVER_ACTUAL = 2;

  /** How much the gap before a call weighs in the actual rate. */
  private static final double GAP_WEIGHT = 0.2;

  private Curve curve = new Unlimited();
  private int epoch;
  private long epochStart;
  private long sent;
  private long refused;
  private double refusedRate;
  private Optional<Judged> judged = Optional.empty();
  private boolean begun;
  private long lastSent;
  private double gap;

  /** Calls a second over time. */
  private sealed interface Curve {
    double at(double seconds);

    /** Seconds until one more call is due. */
    default double interval(double seconds) {
      return 1 / at(seconds);
    }
  }

  private record Unlimited() implements Curve {
    @Override
    public double at(double seconds) {
      return Double.POSITIVE_INFINITY;
    }
  }

  private record Rising(double from) implements Curve {
    @Override
    public double at(double seconds) {
      return from * Math.exp(RISING_PER_SECOND * seconds);
    }

    /** The time in which the rising rate sums up to one call: a low rate does not last. */
    @Override
    public double interval(double seconds) {
      return Math.log1p(RISING_PER_SECOND / at(seconds)) / RISING_PER_SECOND;
    }
  }

  private record Closing(double from, double to) implements Curve {
    @Override
    public double at(double seconds) {
      if (seconds > PROBE_AFTER_SECONDS) {
        return to * Math.exp(PROBING_PER_SECOND * (seconds - PROBE_AFTER_SECONDS));
      }
      return to - (to - from) * (1 - AT_ONCE) * Math.exp(-seconds / CLOSING_SECONDS);
    }
  }

  /**
   * A call that was sent.
   *
   * @param epoch the time between two refusals that it belongs to
   * @param rate calls a second when it was sent
   */
  record Sent(int epoch, double rate) {}

  /** Nanoseconds from a call that is sent now to the next one; 0 where there is no limit. */
  long interval(long now) {
    return (long) (NANOS * curve.interval(seconds(epochStart, now)));
  }

  private static double seconds(long from, long to) {
    return Math.max(0, (to - from) / NANOS);
  }

  /** A call is sent. */
  Sent sent(long now) {
    if (!begun) {
      begun = true;
      epochStart = now;
    } else if (sent > 0) {
      gap += GAP_WEIGHT * (seconds(lastSent, now) - gap);
    }
    lastSent = now;
    sent++;
    return new Sent(epoch, tried(curve.at(seconds(epochStart, now))));
  }

  /** The part of a rate that calls made use of; no limit stays none. */
  private double tried(double rate) {
    return rate == Double.POSITIVE_INFINITY ? rate : Math.min(rate, MOST_OVER_ACTUAL / gap);
  }

  /** Whether a call that was refused was sent under what is believed now. */
  boolean isCurrent(Sent call) {
    return call.epoch() == epoch;
  }

  /** A call was refused; the first of an epoch is followed by {@link #resume}. */
  void refused(Sent call) {
    if (isCurrent(call)) {
      refused++;
      refusedRate = refused == 1 ? call.rate() : Math.min(refusedRate, call.rate());
    }
  }

  /**
   * Calls may go on after a refusal. What was admitted is judged only now, since a refusal is
   * quicker than an answer; the pause counts, since it is a part of what the limit gave.
   */
  void resume(long now) {
    if (refused == 0) {
      return; // it was a late refusal of an epoch that was judged already
    }
    if (sent > refused || judged.isEmpty()) {
      judged = Optional.of(new Judged(epochStart, sent - refused, refusedRate));
    }
    curve = judged.get().curve(now);
    epoch++;
    epochStart = now;
    gap = curve.interval(0);
    sent = 0;
    refused = 0;
  }

  /**
   * An epoch that ended with a refusal. One in which nothing was admitted only makes the one before
   * it longer.
   */
  private record Judged(long start, long admitted, double refusedRate) {
    Curve curve(long now) {
      double average = Math.max(0.5, (double) admitted) / Math.max(1e-3, seconds(start, now));
      if (refusedRate == Double.POSITIVE_INFINITY) {
        return new Rising(average);
      }
      return new Closing(
          Math.clamp(average, LEAST_OF_REFUSED * refusedRate, refusedRate), refusedRate);
    }
  }
}
