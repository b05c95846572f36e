package dev.embedctl.provider.pace;

import dev.embedctl.provider.Quota;
import java.time.Duration;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Decides when the next call of a run may be sent: when there is room among the calls in flight, no
 * cool-down is active, and the intervals of all limits (set by the user, reported by the provider,
 * learned from refusals) are over. It has no clock; times are parameters in nanoseconds. Not
 * thread-safe.
 */
final class Pace {
  /** The wait until another call returns. */
  static final long UNTIL_ONE_RETURNS = Long.MAX_VALUE;

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final long LONGEST_BACKOFF = MINUTE.toNanos();

  /** The pause for a provider that was too slow, as a part of the timeout. */
  private static final double REST_AFTER_TIMEOUT = 0.5;

  private final PaceLimits limits;
  private final RandomGenerator randomness;
  private final CallWindow window;
  private final LearnedRate rate = new LearnedRate();
  private final Optional<WindowLimit> requestsGiven;
  private final Optional<WindowLimit> tokensGiven;
  private final ReportedQuota requestsReported = new ReportedQuota();
  private final ReportedQuota tokensReported = new ReportedQuota();
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
    this(
        limits,
        randomness,
        of(limits.requestsPerMinute().stream().asLongStream().findFirst()),
        of(limits.tokensPerMinute()));
  }

  private Pace(
      PaceLimits limits,
      RandomGenerator randomness,
      Optional<WindowLimit> requestsGiven,
      Optional<WindowLimit> tokensGiven) {
    this.limits = limits;
    this.randomness = randomness;
    this.window = new CallWindow(limits.concurrency());
    this.requestsGiven = requestsGiven;
    this.tokensGiven = tokensGiven;
  }

  /** A pace of another server, whose calls count against the same limits per minute. */
  Pace another() {
    return new Pace(limits, randomness, requestsGiven, tokensGiven);
  }

  private static Optional<WindowLimit> of(OptionalLong units) {
    return units.isPresent()
        ? Optional.of(new WindowLimit(units.getAsLong(), MINUTE))
        : Optional.empty();
  }

  /**
   * A call in flight.
   *
   * @param number the number of calls that were sent before it
   * @param at the time when it was sent
   * @param requests the requests that the provider counts for it
   * @param estimated the estimated tokens
   * @param counted the tokens that count against the limits
   */
  record Turn(
      long number,
      long at,
      LearnedRate.Sent sent,
      long requests,
      long estimated,
      long counted,
      Optional<WindowLimit.Spent> spent) {

    /** The same call with other texts, of these tokens. */
    Turn estimating(long tokens) {
      return new Turn(number, at, sent, requests, tokens, counted, spent);
    }
  }

  /**
   * The nanoseconds until a call with these tokens and requests may be sent; 0 or less means now.
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
    long tokens = scaled(estimated);
    long wait = begun ? waitForServer(tokens, requests, now) : 0;
    if (requestsGiven.isPresent()) {
      wait = Math.max(wait, requestsGiven.get().waitFor(requests, now));
    }
    if (tokensGiven.isPresent()) {
      wait = Math.max(wait, tokensGiven.get().waitFor(tokens, now));
    }
    return wait;
  }

  /** The wait for the limits that the server reports or that were learned from its refusals. */
  private long waitForServer(long tokens, long requests, long now) {
    long reported =
        Math.max(
            requestsReported.waitFor(requests, lastSent, now),
            tokensReported.waitFor(tokens, lastSent, now));
    return Math.max(learnedNext - now, reported);
  }

  /** The number of calls in flight. */
  int inFlight() {
    return inFlight.size();
  }

  /** The number of calls that were sent so far. */
  long calls() {
    return calls;
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
    requestsReported.sent(requests, now);
    tokensReported.sent(tokens, now);
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

  /** Another call in the same turn counts against the limits per minute. */
  void sentToo(long estimated, long requests, long now) {
    requestsGiven.ifPresent(limit -> limit.spend(requests, now));
    tokensGiven.ifPresent(limit -> limit.spend(scaled(estimated), now));
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
    requestsReported.report(quota.requests(), requestsInFlight, now);
    tokensReported.report(quota.tokens(), tokensInFlight, now);
  }

  /** A call failed for a reason that does not affect the pace. */
  void failed(Turn turn) {
    returned(turn);
  }

  /**
   * A call was refused by an overloaded provider that requested no wait.
   *
   * @return whether this is a limit of calls at once, since other calls are admitted
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
   * A call was not answered in time. If no later call was answered either, the provider is slow. It
   * may still work on the abandoned call, so the run pauses and then sends fewer calls at once.
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

  /** The provider is not ready: no call is sent for this wait, then one at a time. */
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
   * A call was refused because of the rate. No other call is sent during the wait that the provider
   * requested, or during the backoff after a first refusal without one.
   */
  void refused(Turn turn, Optional<Duration> requested, long now) {
    returned(turn);
    boolean first = !cooling && rate.isCurrent(turn.sent());
    rate.refused(turn.sent());
    if (first) {
      window.pushedBack();
    }
    Optional<Duration> wait = requested.filter(Duration::isPositive);
    if (wait.isPresent() || first) {
      coolDown(wait.map(Duration::toNanos).orElseGet(this::backoff), now);
    }
  }

  /**
   * The time from the last admitted call to the end of the cool-down, if it is longer than allowed.
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

  /** An estimate corrected by the ratio of earlier counts of the provider to estimates. */
  private long scaled(long estimated) {
    return tokensPerEstimated == 0 ? estimated : (long) Math.ceil(estimated * tokensPerEstimated);
  }
}
