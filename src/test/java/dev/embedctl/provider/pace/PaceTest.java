package dev.embedctl.provider.pace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.provider.Quota;
import dev.embedctl.provider.pace.Pace.Turn;
import dev.embedctl.testing.SimulatedServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pace in simulated time: nothing here waits. */
final class PaceTest {
  private static final int CONCURRENCY = 10;

  /** How a server tells when to come back. */
  enum Telling {
    NOTHING,
    WHOLE_SECONDS,
    EXACTLY;

    Optional<Duration> of(double seconds) {
      return switch (this) {
        case NOTHING -> Optional.empty();
        case WHOLE_SECONDS -> Optional.of(Duration.ofSeconds((long) Math.ceil(seconds)));
        case EXACTLY -> Optional.of(Duration.ofNanos((long) (seconds * 1e9)));
      };
    }
  }

  /** What the headers of an answer say where so many calls are left. */
  @FunctionalInterface
  private interface Headers {
    Quota saying(int left);
  }

  /** What a simulated run did. */
  private record Run(double seconds, int sent, int refused, List<Double> sentAt) {
    double share() {
      return (double) refused / sent;
    }
  }

  private static PaceLimits limits(OptionalInt rpm, OptionalLong tpm) {
    return new PaceLimits(CONCURRENCY, rpm, tpm, Duration.ofSeconds(1), Duration.ofMinutes(10));
  }

  private static Pace unlimited() {
    return new Pace(limits(OptionalInt.empty(), OptionalLong.empty()), new Random(3));
  }

  /** Something that happens at a simulated second. */
  private record Event(double at, Runnable action) {}

  /** Sends so many calls through a pace to a server that takes so many seconds for each. */
  private static final class Simulation {
    private final PriorityQueue<Event> events =
        new PriorityQueue<>(Comparator.comparingDouble(Event::at));
    private final Pace pace;
    private final SimulatedServer server;
    private final double latency;
    private final Telling telling;
    private final Headers headers;
    private final Random random = new Random(11);
    private final List<Double> sentAt = new ArrayList<>();
    private double now;
    private double nextLook = -1;
    private int toSend;
    private int unanswered;
    private int refused;

    Simulation(Pace pace, SimulatedServer server, double latency, Telling telling) {
      this(pace, server, latency, telling, left -> Quota.UNKNOWN);
    }

    Simulation(
        Pace pace, SimulatedServer server, double latency, Telling telling, Headers headers) {
      this.headers = headers;
      this.pace = pace;
      this.server = server;
      this.latency = latency;
      this.telling = telling;
    }

    Run run(int calls) {
      toSend = calls;
      unanswered = calls;
      look();
      while (unanswered > 0) {
        Event event = events.remove();
        now = event.at();
        event.action().run();
        look();
      }
      return new Run(now, sentAt.size(), refused, sentAt);
    }

    private void look() {
      while (toSend > 0) {
        long wait = pace.waitFor(0, 1, nanos());
        if (wait == Pace.UNTIL_ONE_RETURNS) {
          return;
        }
        if (wait > 0) {
          double at = now + wait / 1e9 + 1e-9;
          if (nextLook <= now || at < nextLook) {
            nextLook = at;
            after(at - now, () -> {});
          }
          return;
        }
        toSend--;
        Turn turn = pace.sent(0, 1, nanos());
        sentAt.add(now);
        after(0.001, () -> arrive(turn));
      }
    }

    private void arrive(Turn turn) {
      OptionalDouble refusal = server.arrives(now);
      if (refusal.isEmpty()) {
        Quota quota = headers.saying(server.left(now));
        after(latency * (0.8 + 0.4 * random.nextDouble()), () -> answer(turn, quota));
      } else {
        Optional<Duration> told = telling.of(refusal.getAsDouble());
        after(Math.min(latency / 2, 0.01), () -> refuse(turn, told));
      }
    }

    private void answer(Turn turn, Quota quota) {
      server.answered();
      unanswered--;
      pace.answered(turn, OptionalLong.empty(), quota, nanos());
    }

    private void refuse(Turn turn, Optional<Duration> told) {
      refused++;
      toSend++;
      pace.refused(turn, told, nanos());
    }

    private void after(double seconds, Runnable action) {
      events.add(new Event(now + seconds, action));
    }

    private long nanos() {
      return (long) (now * 1e9);
    }
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # limit       , calls a second, seconds a call, calls
          BUCKET        ,             20,           0.05,   600
          BUCKET        ,             50,           0.02,  1500
          BUCKET        ,              5,           0.30,   400
          BUCKET        ,            100,           0.05,  3000
          BUCKET_OF_ONE ,             20,           0.05,  1600
          BUCKET_OF_ONE ,              5,           0.30,   400
          BUCKET_OF_ONE ,             50,           0.02,  5000
          FIXED_WINDOW  ,             20,           0.05,   600
          FIXED_WINDOW  ,             50,           0.02,  2000
          FIXED_WINDOW  ,              5,           0.30,   400
          SLIDING_WINDOW,             20,           0.05,   600
          SLIDING_WINDOW,             50,           0.02,  2000
          SLIDING_WINDOW,              5,           0.30,   400
          MINUTE_WINDOW ,             10,           0.10,  3000
          """)
  void aRateThatNobodyToldIsFoundQuicklyWithFewRefusals(
      String limit, int perSecond, double latency, int calls) {
    for (Telling telling : Telling.values()) {
      SimulatedServer server =
          switch (limit) {
            case "BUCKET" -> SimulatedServer.bucket(perSecond, perSecond);
            case "BUCKET_OF_ONE" -> SimulatedServer.bucket(perSecond, 1);
            case "FIXED_WINDOW" -> SimulatedServer.fixedWindow(perSecond, 1);
            case "SLIDING_WINDOW" -> SimulatedServer.slidingWindow(perSecond, 1);
            default -> SimulatedServer.fixedWindow(60 * perSecond, 60);
          };
      Run run = new Simulation(unlimited(), server, latency, telling).run(calls);

      String told = limit + " telling " + telling + ": " + run.seconds() + " s, " + run.refused();
      assertTrue(run.seconds() <= 1.25 * calls / perSecond, told);
      assertTrue(run.share() < 0.05, told);
    }
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # limit       , calls, in seconds, seconds a call, calls in all
          SLIDING_WINDOW,    20,          1,           0.05,  300
          SLIDING_WINDOW,    20,          1,           0.05,  800
          SLIDING_WINDOW,    50,          1,           0.02,  2000
          SLIDING_WINDOW,   100,          5,           0.30,  800
          SLIDING_WINDOW,   600,         60,           0.10,  3000
          FIXED_WINDOW  ,    20,          1,           0.05,  800
          BUCKET        ,    20,          1,           0.05,  800
          """)
  void headersThatGiveAWindowsLengthAreNoReasonToGoSlower(
      String limit, int units, int seconds, double latency, int calls) {
    Headers headers =
        left ->
            new Quota(
                Optional.of(
                    new Quota.Left(
                        left, OptionalLong.of(units), Optional.of(Duration.ofSeconds(seconds)))),
                Optional.empty());
    Run run =
        new Simulation(
                unlimited(), server(limit, units, seconds), latency, Telling.EXACTLY, headers)
            .run(calls);

    String told = limit + ": " + run.seconds() + " s, " + run.refused() + " refused";
    assertTrue(run.seconds() <= 1.25 * calls * seconds / units, told);
    assertTrue(run.share() < 0.05, told);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # limit       , calls, in seconds, seconds a call, calls in all
          SLIDING_WINDOW,    20,          1,           0.05,  600
          SLIDING_WINDOW,    50,          1,           0.02,  2000
          FIXED_WINDOW  ,    20,          1,           0.05,  800
          BUCKET        ,    20,          1,           0.05,  800
          """)
  void aRateIsFoundFromWhatIsLeftWithoutATime(
      String limit, int units, int seconds, double latency, int calls) {
    for (Telling telling : Telling.values()) {
      Headers headers =
          left ->
              new Quota(
                  Optional.of(new Quota.Left(left, OptionalLong.of(units), Optional.empty())),
                  Optional.empty());
      Run run =
          new Simulation(unlimited(), server(limit, units, seconds), latency, telling, headers)
              .run(calls);

      String told = limit + " " + telling + ": " + run.seconds() + " s, " + run.refused();
      assertTrue(run.seconds() <= 1.25 * calls * seconds / units, told);
      assertTrue(run.share() < 0.05, told);
    }
  }

  private static SimulatedServer server(String limit, int units, int seconds) {
    return switch (limit) {
      case "BUCKET" -> SimulatedServer.bucket((double) units / seconds, units);
      case "FIXED_WINDOW" -> SimulatedServer.fixedWindow(units, seconds);
      default -> SimulatedServer.slidingWindow(units, seconds);
    };
  }

  @ParameterizedTest
  @CsvSource({"3, 0.1, 3000", "5, 0.05, 6000"})
  void aBoundOnCallsAtOnceIsFoundToo(int atOnce, double latency, int calls) {
    for (Telling telling : Telling.values()) {
      Run run =
          new Simulation(unlimited(), SimulatedServer.atOnce(atOnce), latency, telling).run(calls);

      String told = telling + ": " + run.seconds() + " s, " + run.refused() + " refused";
      assertTrue(run.seconds() <= 1.4 * calls * latency / atOnce, told);
      assertTrue(run.share() < 0.05, told);
    }
  }

  @Test
  void aServerWithoutLimitsIsNotSpared() {
    Run run =
        new Simulation(unlimited(), now -> OptionalDouble.empty(), 0.3, Telling.NOTHING).run(1000);

    assertEquals(1000.0 / CONCURRENCY * 0.3, run.seconds(), 1.5);
  }

  @ParameterizedTest
  @CsvSource({"60, 200", "600, 2500", "7, 30", "1, 4"})
  void neverSendsMoreInAnyMinuteThanWasGiven(int rpm, int calls) {
    Pace pace = new Pace(limits(OptionalInt.of(rpm), OptionalLong.empty()), new Random(3));
    Run run = new Simulation(pace, now -> OptionalDouble.empty(), 0.2, Telling.NOTHING).run(calls);

    for (int i = 0; i + rpm < run.sentAt().size(); i++) {
      double span = run.sentAt().get(i + rpm) - run.sentAt().get(i);
      assertTrue(span > 60, (rpm + 1) + " calls in " + span + " s");
    }
    assertTrue(run.seconds() <= 1.05 * calls * 60 / rpm + 1, run.seconds() + " s");
  }

  @Test
  void neverSendsMoreTokensInAnyMinuteThanWasGiven() {
    Pace pace = new Pace(limits(OptionalInt.empty(), OptionalLong.of(6000)), new Random(3));
    Random sizes = new Random(5);
    List<long[]> sent = new ArrayList<>();
    long now = 0;
    for (int i = 0; i < 300; i++) {
      long estimated = 1L + sizes.nextInt(500);
      for (long wait = pace.waitFor(estimated, 1, now); wait > 0; ) {
        now += wait;
        wait = pace.waitFor(estimated, 1, now);
      }
      Turn turn = pace.sent(estimated, 1, now);
      sent.add(new long[] {now, estimated});
      pace.answered(turn, OptionalLong.of(estimated), Quota.UNKNOWN, now + 1000);
    }

    for (int i = 0; i < sent.size(); i++) {
      long sum = 0;
      for (int j = i; j < sent.size() && sent.get(j)[0] - sent.get(i)[0] <= 60_000_000_000L; j++) {
        sum += sent.get(j)[1];
      }
      assertTrue(sum <= 6000, sum + " tokens in a minute");
    }
    long all = sent.stream().mapToLong(each -> each[1]).sum();
    assertTrue(now / 1e9 <= 1.1 * all / 100, now / 1e9 + " s for " + all + " tokens");
  }

  @Test
  void tokensThatTheProviderCountsDifferentlyAreCountedAsItDoes() {
    Pace pace = new Pace(limits(OptionalInt.empty(), OptionalLong.of(1000)), new Random(3));
    Turn first = pace.sent(100, 1, 0);
    pace.answered(first, OptionalLong.of(300), Quota.UNKNOWN, 1);

    assertEquals(18_000, pace.waitFor(1, 1, 0) / 1_000_000, "300 of 1,000 tokens are 18 s");

    long later = 18_000_000_000L;
    pace.sent(100, 1, later);
    assertEquals(
        18_000, pace.waitFor(1, 1, later) / 1_000_000, "100 are taken for 300 from now on");
  }

  @Test
  void aTextLargerThanAMinutesTokensIsSentAlone() {
    Pace pace = new Pace(limits(OptionalInt.empty(), OptionalLong.of(1000)), new Random(3));
    assertTrue(pace.waitFor(5000, 1, 0) <= 0);
    pace.sent(5000, 1, 0);

    assertEquals(60.5, pace.waitFor(5000, 1, 0) / 1e9, 0.01);
  }

  private static Quota told(long remaining, Duration reset) {
    return new Quota(
        Optional.of(new Quota.Left(remaining, OptionalLong.empty(), Optional.of(reset))),
        Optional.empty());
  }

  @Test
  void whatTheHeadersLeaveIsSpreadUntilItComesBack() {
    Pace pace = unlimited();
    Turn turn = pace.sent(0, 1, 0);
    pace.answered(turn, OptionalLong.empty(), told(10, Duration.ofSeconds(30)), 0);

    assertEquals(3.0, pace.waitFor(0, 1, 0) / 1e9, 0.001);
    assertTrue(pace.waitFor(0, 1, 31_000_000_000L) <= 0, "the quota is back");
  }

  @Test
  void aQuotaThatIsUsedUpIsWaitedFor() {
    Pace pace = unlimited();
    Turn turn = pace.sent(0, 1, 0);
    pace.answered(turn, OptionalLong.empty(), told(0, Duration.ofSeconds(7)), 0);

    assertEquals(7.0, pace.waitFor(0, 1, 0) / 1e9, 0.001);
  }

  @Test
  void aQuotaThatComesBackTomorrowIsNoPace() {
    Pace pace = unlimited();
    Turn turn = pace.sent(0, 1, 0);
    pace.answered(turn, OptionalLong.empty(), told(1, Duration.ofHours(20)), 0);

    assertTrue(pace.waitFor(0, 1, 0) <= 0);
  }

  @Test
  void oneRefusalHoldsBackAllCalls() {
    Pace pace = unlimited();
    Turn turn = pace.sent(0, 1, 0);
    pace.refused(turn, Optional.of(Duration.ofSeconds(17)), 1_000_000_000L);

    assertEquals(17.0, pace.waitFor(0, 1, 1_000_000_000L) / 1e9, 0.001);
    assertTrue(pace.waitFor(0, 1, 18_000_000_000L) <= 0);
  }

  @Test
  void refusalsWithoutAWaitAreWaitedForTwiceAsLongEachTime() {
    Pace pace = unlimited();
    long now = 0;
    for (int i = 0; i < 9; i++) {
      assertTrue(pace.waitFor(0, 1, now) <= 0);
      Turn turn = pace.sent(0, 1, now);
      pace.refused(turn, Optional.empty(), now);
      double seconds = pace.waitFor(0, 1, now) / 1e9;
      double most = Math.min(60, Math.pow(2, i));
      assertTrue(seconds >= most / 2 && seconds <= most, seconds + " s after refusal " + i);
      now += 90_000_000_000L;
    }
  }

  @Test
  void patienceEndsWhenNothingIsAdmittedForTooLong() {
    Pace pace = unlimited();
    Turn first = pace.sent(0, 1, 0);
    pace.refused(first, Optional.of(Duration.ofMinutes(9)), 0);
    assertTrue(pace.tooLong().isEmpty());

    long later = Duration.ofMinutes(9).toNanos();
    assertTrue(pace.waitFor(0, 1, later) <= 0);
    pace.refused(pace.sent(0, 1, later), Optional.of(Duration.ofMinutes(2)), later);
    assertEquals(Optional.of(Duration.ofMinutes(11)), pace.tooLong());
  }

  @Test
  void anAdmittedCallRenewsPatience() {
    Pace pace = unlimited();
    pace.refused(pace.sent(0, 1, 0), Optional.of(Duration.ofMinutes(9)), 0);
    long later = Duration.ofMinutes(9).toNanos();
    assertTrue(pace.waitFor(0, 1, later) <= 0);
    pace.answered(pace.sent(0, 1, later), OptionalLong.empty(), Quota.UNKNOWN, later);
    pace.refused(pace.sent(0, 1, later), Optional.of(Duration.ofMinutes(2)), later);

    assertTrue(pace.tooLong().isEmpty());
  }

  @Test
  void pushbackWithoutAWaitMakesFewerCallsGoAtOnce() {
    Pace pace = unlimited();
    List<Turn> turns = new ArrayList<>();
    for (int i = 0; i < CONCURRENCY; i++) {
      assertTrue(pace.waitFor(0, 1, 0) <= 0);
      turns.add(pace.sent(0, 1, 0));
    }
    assertEquals(Pace.UNTIL_ONE_RETURNS, pace.waitFor(0, 1, 0));
    assertFalse(pace.overloaded(turns.get(0), 0));
    assertEquals(Pace.UNTIL_ONE_RETURNS, pace.waitFor(0, 1, 0), "9 are in flight where 7 may be");
    for (int i = 1; i <= 3; i++) {
      assertEquals(Pace.UNTIL_ONE_RETURNS, pace.waitFor(0, 1, 0));
      pace.failed(turns.get(i));
    }
    assertFalse(pace.waitFor(0, 1, 0) > 0);
  }

  @Test
  void overloadsBesideAnOlderCallInFlightAreALimit() {
    Pace pace = unlimited();
    Turn admitted = pace.sent(0, 1, 0);
    Turn refused = pace.sent(0, 1, 0);

    assertTrue(pace.overloaded(refused, 0));
    assertTrue(pace.waitFor(0, 1, 0) > 0, "no other call goes meanwhile");
    assertFalse(pace.overloaded(admitted, 0), "nothing was admitted");
  }

  @Test
  void overloadsAfterTheLastAnswerAreALimitOnlyForAWhile() {
    Pace pace = unlimited();
    pace.answered(pace.sent(0, 1, 0), OptionalLong.empty(), Quota.UNKNOWN, 0);
    long now = 0;
    for (int i = 0; i < CONCURRENCY; i++) {
      assertTrue(pace.overloaded(pace.sent(0, 1, now), now));
      now += Duration.ofMinutes(2).toNanos();
      assertTrue(pace.waitFor(0, 1, now) <= 0);
    }
    assertFalse(pace.overloaded(pace.sent(0, 1, now), now), "it admits no calls any more");
  }

  @Test
  void afterATimeoutTheProviderRestsThenGetsOneCallThenHalfAsMany() {
    Pace pace = unlimited();
    List<Turn> turns = new ArrayList<>();
    for (int i = 0; i < CONCURRENCY; i++) {
      turns.add(pace.sent(0, 1, 0));
    }
    long late = Duration.ofSeconds(10).toNanos();
    for (Turn turn : turns) {
      assertTrue(pace.timedOut(turn, late));
    }
    assertEquals(5.0, pace.waitFor(0, 1, late) / 1e9, 0.001);
    long rested = Duration.ofSeconds(15).toNanos();
    assertTrue(pace.waitFor(0, 1, rested) <= 0);
    Turn probe = pace.sent(0, 1, rested);
    assertEquals(Pace.UNTIL_ONE_RETURNS, pace.waitFor(0, 1, rested));
    pace.answered(probe, OptionalLong.empty(), Quota.UNKNOWN, rested + late - 1);
    for (int i = 0; i < CONCURRENCY / 2; i++) {
      assertTrue(pace.waitFor(0, 1, rested + late) <= 0);
      pace.sent(0, 1, rested + late);
    }
    assertEquals(
        Pace.UNTIL_ONE_RETURNS, pace.waitFor(0, 1, rested + late), "all at once count once");
  }

  @Test
  void aTimeoutBesideALaterAnswerIsThatCallsOwn() {
    Pace pace = unlimited();
    Turn slow = pace.sent(0, 1, 0);
    pace.answered(pace.sent(0, 1, 0), OptionalLong.empty(), Quota.UNKNOWN, 1);

    assertFalse(pace.timedOut(slow, Duration.ofSeconds(30).toNanos()));
    assertTrue(pace.waitFor(0, 1, Duration.ofSeconds(30).toNanos()) <= 0);
  }

  @Test
  void answersThatTakeMostOfTheTimeLetNoMoreCallsGoAtOnce() {
    for (boolean slow : List.of(true, false)) {
      CallWindow window = new CallWindow(4);
      window.timedOut(1000);
      for (int i = 0; i < 100; i++) {
        window.admitted(slow ? 700 : 10);
      }
      for (int i = 0; i < (slow ? 2 : 4); i++) {
        assertTrue(window.hasRoom());
        window.sent();
      }
      assertFalse(window.hasRoom(), "slow: " + slow);
    }
  }

  @Test
  void textsThatAreDoneInASmallPartOfTheTimeMayBeMoreAgain() {
    TextsInTime texts = new TextsInTime();
    assertEquals(Integer.MAX_VALUE, texts.most());
    texts.timedOut(100, 1000);
    texts.timedOut(100, 1000);
    assertEquals(50, texts.most(), "calls of one size say the same");
    texts.answered(50, 251);
    texts.answered(49, 10);
    assertEquals(50, texts.most());
    texts.answered(50, 250);
    assertEquals(100, texts.most());
  }

  @Test
  void whileAModelLoadsOneCallAtATimeAsksWhetherItIsReady() {
    Pace pace = unlimited();
    Turn first = pace.sent(0, 1, 0);
    Turn second = pace.sent(0, 1, 0);
    pace.notReady(first, Duration.ofSeconds(1), 0);
    pace.notReady(second, Duration.ofSeconds(1), 0);
    assertEquals(1.0, pace.waitFor(0, 1, 0) / 1e9, 0.001);
    long second1 = Duration.ofSeconds(1).toNanos();
    assertTrue(pace.waitFor(0, 1, second1) <= 0);
    Turn probe = pace.sent(0, 1, second1);
    assertEquals(Pace.UNTIL_ONE_RETURNS, pace.waitFor(0, 1, second1));
    pace.answered(probe, OptionalLong.empty(), Quota.UNKNOWN, second1);
    for (int i = 0; i < CONCURRENCY; i++) {
      assertTrue(pace.waitFor(0, 1, second1) <= 0);
      pace.sent(0, 1, second1);
    }
    pace.notReady(pace.sent(0, 1, second1), Duration.ofMinutes(11), second1);
    assertEquals(Optional.of(Duration.ofMinutes(11)), pace.tooLong());
  }

  @Test
  void aCallCountsForAsManyRequestsAsTheProviderCounts() {
    Pace pace = new Pace(limits(OptionalInt.of(600), OptionalLong.empty()), new Random(1));

    pace.sent(0, 100, 0);
    assertEquals(10.0, pace.waitFor(0, 1, 0) / 1e9, 0.001, "100 of 600 are ten seconds");
    long tenSeconds = 10_000_000_000L;
    pace.sent(0, 500, tenSeconds);
    assertEquals(50.5, pace.waitFor(0, 1, tenSeconds) / 1e9, 0.001, "all 600 are used up");
  }

  @Test
  void whatTheHeadersLeaveIsSharedOutByWhatACallCountsFor() {
    Pace pace = new Pace(limits(OptionalInt.empty(), OptionalLong.empty()), new Random(1));
    Turn turn = pace.sent(0, 50, 0);
    Quota.Left left =
        new Quota.Left(100, OptionalLong.empty(), Optional.of(Duration.ofSeconds(10)));
    pace.answered(turn, OptionalLong.empty(), new Quota(Optional.of(left), Optional.empty()), 0);

    assertEquals(5.0, pace.waitFor(0, 50, 0) / 1e9, 0.001);
  }
}
