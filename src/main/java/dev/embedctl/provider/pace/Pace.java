package dev.embedctl.provider.pace;

import dev.embedctl.provider.Quota;
import java.time.Duration;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * When the next call may be sent: the one pace of a whole run. It may be when there is room among
 * the calls in flight, no cool-down goes on, and each limit (given, told, learned) has had its
 * interval since the call before. Knows no clock: times are nanoseconds and come in. Not safe for
 * many threads at once.
 */
final class Pace {
  /** Waits for a call to return, however long that takes. */
  static final long UNTIL_ONE_RETURNS = Long.MAX_VALUE;

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final long LONGEST_BACKOFF = MINUTE.toNanos();

  /** The part of a call's time for which a provider that was too slow is left alone. */
  private static final double REST_AFTER_TIMEOUT = 0.5;

  private final PaceLimits limits;
  private final RandomGenerator randomness;
  private final CallWindow window;
  private final LearnedRate rate = new LearnedRate();
  private final Optional<WindowLimit> requestsGiven;
  private final Optional<WindowLimit> tokensGiven;
  private final ToldQuota requestsTold = new ToldQuota();
  private final ToldQuota tokensTold = new ToldQuota();
  private final NavigableSet<Long> inFlight = new TreeSet<>();
  private long calls;
  private OptionalLong latestAnswered = OptionalLong.empty();
  private long latestNarrowing = -1;
  private int overloadsInRow;
  private boolean begun;
  private boolean cooling;
  private long coolUntil;
  private long lastSent;
  private long learnedNext;
  private long lastProgress;
  private int refusalsInRow;
  private long requestsInFlight;
  private long tokensInFlight;
  private double tokensPerEstimated;

  Pace(PaceLimits limits, RandomGenerator randomness) {
    this.limits = limits;
    this.randomness = randomness;
    this.window = new CallWindow(limits.concurrency());
    this.requestsGiven = of(limits.requestsPerMinute().stream().asLongStream().findFirst());
    this.tokensGiven = of(limits.tokensPerMinute());
  }

  private static Optional<WindowLimit> of(OptionalLong units) {
    return units.isPresent()
        ? Optional.of(new WindowLimit(units.getAsLong(), MINUTE))
        : Optional.empty();
  }

  /**
   * A call in flight.
   *
   * @param number calls that were sent before it
   * @param at when it was sent
   * @param requests that it counts for with the provider
   * @param estimated tokens, as they were estimated
   * @param counted tokens that were counted against the limits for it
   */
  record Turn(
      long number,
      long at,
      LearnedRate.Sent sent,
      long requests,
      long estimated,
      long counted,
      Optional<WindowLimit.Spent> spent) {}

  /**
   * Nanoseconds until a call of so many tokens, which counts for so many requests, may be sent; 0
   * or less is now.
   */
  long waitFor(long estimated, long requests, long now) {
    if (!window.hasRoom()) {
      return UNTIL_ONE_RETURNS;
    }
    if (cooling && now - coolUntil >= 0) {
      cooling = false;
      rate.resume(coolUntil);
      learnedNext = coolUntil;
    }
    if (cooling) {
      return coolUntil - now;
    }
    if (!begun) {
      return 0;
    }
    long tokens = scaled(estimated);
    long told =
        Math.max(
            requestsTold.waitFor(requests, lastSent, now),
            tokensTold.waitFor(tokens, lastSent, now));
    long wait = Math.max(learnedNext - now, told);
    if (requestsGiven.isPresent()) {
      wait = Math.max(wait, requestsGiven.get().waitFor(requests, now));
    }
    if (tokensGiven.isPresent()) {
      wait = Math.max(wait, tokensGiven.get().waitFor(tokens, now));
    }
    return wait;
  }

  /** A call is sent. */
  Turn sent(long estimated, long requests, long now) {
    if (!begun) {
      begun = true;
      lastProgress = now;
    }
    lastSent = now;
    learnedNext = now + rate.interval(now);
    window.sent();
    requestsGiven.ifPresent(limit -> limit.spend(requests, now));
    long tokens = scaled(estimated);
    tokensInFlight += tokens;
    requestsInFlight += requests;
    requestsTold.sent(requests, now);
    tokensTold.sent(tokens, now);
    long number = calls++;
    inFlight.add(number);
    return new Turn(
        number,
        now,
        rate.sent(now),
        requests,
        estimated,
        tokens,
        tokensGiven.map(limit -> limit.spend(tokens, now)));
  }

  /** A call was answered with vectors. */
  void answered(Turn turn, OptionalLong tokens, Quota quota, long now) {
    returned(turn);
    window.admitted(now - turn.at());
    latestAnswered = OptionalLong.of(Math.max(latestAnswered.orElse(0), turn.number()));
    refusalsInRow = 0;
    overloadsInRow = 0;
    lastProgress = now;
    if (tokens.isPresent() && turn.estimated() > 0) {
      tokensPerEstimated =
          Math.max(tokensPerEstimated, (double) tokens.getAsLong() / turn.estimated());
      turn.spent().ifPresent(spent -> tokensGiven.orElseThrow().correct(spent, tokens.getAsLong()));
    }
    requestsTold.told(quota.requests(), requestsInFlight, now);
    tokensTold.told(quota.tokens(), tokensInFlight, now);
  }

  /** A call failed in a way that says nothing of the pace. */
  void failed(Turn turn) {
    returned(turn);
  }

  /**
   * A call was turned away by a provider that has too much to do, and asked for no wait.
   *
   * @return whether that is a limit: other calls are admitted
   */
  boolean overloaded(Turn turn, long now) {
    overloadsInRow++;
    boolean others =
        inFlight.first() < turn.number()
            || (latestAnswered.isPresent() && overloadsInRow <= limits.concurrency());
    if (others) {
      refused(turn, Optional.empty(), now);
    } else {
      returned(turn);
      window.pushedBack();
    }
    return others;
  }

  /**
   * A call was not answered in time. Where no later one was, the provider is slow: it may still be
   * at work on what was given up, so it is left alone for a while, and then gets fewer calls.
   *
   * @return whether the provider is slow, rather than this call
   */
  boolean timedOut(Turn turn, long now) {
    returned(turn);
    boolean slow = latestAnswered.isEmpty() || latestAnswered.getAsLong() < turn.number();
    if (slow && turn.number() > latestNarrowing) {
      long took = now - turn.at();
      latestNarrowing = calls - 1;
      window.timedOut(took);
      coolDown((long) (took * REST_AFTER_TIMEOUT), now);
    }
    return slow;
  }

  /** A call came before the provider was ready: until a time, none goes; then one does. */
  void notReady(Turn turn, Duration wait, long now) {
    returned(turn);
    window.notReady();
    coolDown(wait.toNanos(), now);
  }

  private void coolDown(long wait, long now) {
    coolUntil = cooling ? Math.max(coolUntil, now + wait) : now + wait;
    cooling = true;
  }

  /**
   * A call was refused for the pace: no other goes before the wait is over that the provider asked
   * for, or that a first refusal without one gives.
   */
  void refused(Turn turn, Optional<Duration> asked, long now) {
    returned(turn);
    boolean first = !cooling && rate.isCurrent(turn.sent());
    rate.refused(turn.sent());
    if (first) {
      window.pushedBack();
    }
    Optional<Duration> wait = asked.filter(Duration::isPositive);
    if (wait.isPresent() || first) {
      coolDown(wait.map(Duration::toNanos).orElseGet(this::backoff), now);
    }
  }

  /**
   * How long after the last admitted call the cool-down ends, where that is longer than allowed.
   */
  Optional<Duration> tooLong() {
    Duration wait = Duration.ofNanos(coolUntil - lastProgress);
    return cooling && wait.compareTo(limits.longestWait()) > 0
        ? Optional.of(wait)
        : Optional.empty();
  }

  private long backoff() {
    double doubled = limits.backoff().toNanos() * Math.pow(2, refusalsInRow);
    refusalsInRow++;
    return (long) (Math.min(doubled, (double) LONGEST_BACKOFF) * (1 - randomness.nextDouble() / 2));
  }

  private void returned(Turn turn) {
    window.returned();
    inFlight.remove(turn.number());
    tokensInFlight -= turn.counted();
    requestsInFlight -= turn.requests();
  }

  /** An estimate in the provider's own tokens, as far as its counts have told. */
  private long scaled(long estimated) {
    return tokensPerEstimated == 0 ? estimated : (long) Math.ceil(estimated * tokensPerEstimated);
  }
}
