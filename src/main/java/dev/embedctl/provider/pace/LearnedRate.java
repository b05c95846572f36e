package dev.embedctl.provider.pace;

import java.util.Optional;

/**
 * The calls per second that a provider admits, learned from its refusals. There is no limit until
 * the first refusal. Then the limit lies between the average rate of admitted calls since the
 * previous refusal and the rate that was refused. The rate starts near the lower end, approaches
 * the upper end, and after half a minute slowly rises above it.
 *
 * <p>Simulated against token buckets, fixed and sliding windows and a bound on concurrency ({@code
 * PaceTest}): with these constants a run takes at most 1.25 × its calls over the limit, with fewer
 * than 5 % of them refused. Times are nanoseconds. Not thread-safe.
 */
final class LearnedRate {
  private static final double NANOS = 1e9;

  /** The exponent per second by which the rate grows before a refusal. */
  private static final double RISING_PER_SECOND = 1.5;

  /** The part of the way to the refused rate that is taken at once. */
  private static final double AT_ONCE = 0.25;

  /** The seconds in which the rest of the way shrinks by the factor e. */
  private static final double CLOSING_SECONDS = 6;

  /** The seconds after which the refused rate is assumed to be outdated. */
  private static final double PROBE_AFTER_SECONDS = 30;

  private static final double PROBING_PER_SECOND = 0.01;

  /** The lowest start, since few admitted calls before a refusal are a poor measure. */
  private static final double LEAST_OF_REFUSED = 0.3;

  /** Calls that are this much slower than the rate did not test it. */
  private static final double MOST_OVER_ACTUAL = 2;

  /** The weight of the gap before a call in the actual rate. */
  private static final double GAP_WEIGHT = 0.2;

  private Curve curve = new Unlimited();
  private int epoch;
  private long epochStart;
  private long sent;
  private long refused;
  private double refusedRate;
  private Optional<Ended> ended = Optional.empty();
  private boolean begun;
  private long lastSent;
  private double gap;

  /** The calls per second as a function of time. */
  private sealed interface Curve {
    double at(double seconds);

    /** The seconds until the next call is due. */
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

    /** The time in which the rising rate sums up to one call. */
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
   * @param epoch the number of its epoch, the time between two refusals
   * @param rate the calls per second when it was sent
   */
  record Sent(int epoch, double rate) {}

  /** The nanoseconds from a call that is sent now to the next one; 0 if there is no limit. */
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

  /** The part of a rate that calls used; infinity if there is no limit. */
  private double tried(double rate) {
    return rate == Double.POSITIVE_INFINITY ? rate : Math.min(rate, MOST_OVER_ACTUAL / gap);
  }

  /** Whether a refused call was sent in the current epoch. */
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
   * Calls may go on after a refusal. The admitted calls are counted only now, since a refusal comes
   * sooner than an answer. The pause counts, since the limit allowed for it too.
   */
  void resume(long now) {
    if (refused == 0) {
      return; // a late refusal of an epoch that has ended already
    }
    if (sent > refused || ended.isEmpty()) {
      ended = Optional.of(new Ended(epochStart, sent - refused, refusedRate));
    }
    curve = ended.get().curve(now);
    epoch++;
    epochStart = now;
    gap = curve.interval(0);
    sent = 0;
    refused = 0;
  }

  /**
   * An epoch that ended with a refusal. An epoch without admitted calls only prolongs the previous
   * one.
   */
  private record Ended(long start, long admitted, double refusedRate) {
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
