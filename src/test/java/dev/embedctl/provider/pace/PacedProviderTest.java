package dev.embedctl.provider.pace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.Oversize;
import dev.embedctl.model.StopSignal;
import dev.embedctl.provider.CallListener;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.ProviderException.Unsent;
import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.provider.catalog.TokenMeter;
import dev.embedctl.testing.ScriptedProvider;
import dev.embedctl.testing.ScriptedProvider.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A text of n characters is estimated at n tokens, counted as n, and reserved as 2 n. */
@Timeout(30)
final class PacedProviderTest {
  private static final Script ANSWERS = texts -> {};

  private final StopSignal stop = new StopSignal();
  private final List<CallListener.Call> heard = Collections.synchronizedList(new ArrayList<>());
  private final List<Duration> waits = Collections.synchronizedList(new ArrayList<>());
  private final List<Duration> turns = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger begun = new AtomicInteger();
  private final CallListener listener =
      new CallListener() {
        @Override
        public void began() {
          begun.incrementAndGet();
        }

        @Override
        public void ended(Call call) {
          heard.add(call);
        }

        @Override
        public void retrying(Kind reason) {
          throw new AssertionError("it never sends again by itself");
        }

        @Override
        public void waited(Wait why, Duration took) {
          assertEquals(Wait.PACE, why);
          turns.add(took);
        }

        @Override
        public void heldBack(Duration wait) {
          waits.add(wait);
        }
      };

  private PacedProvider paced(ScriptedProvider provider, int concurrency, Budget budget) {
    PaceLimits limits =
        new PaceLimits(
            concurrency,
            OptionalInt.empty(),
            OptionalLong.empty(),
            Duration.ofSeconds(1),
            Duration.ofMinutes(10));
    return new PacedProvider(
        provider,
        new Pacer(limits, stop, System::nanoTime, new Random(1)),
        budget,
        TokenMeter.counting(text -> 2 * text.length()),
        listener,
        System::nanoTime);
  }

  private PacedProvider withBudget(long tokens, Script script) {
    return paced(
        new ScriptedProvider(10, script), 10, new Budget(tokens, "`max-tokens` " + tokens, stop));
  }

  @Test
  void tellsWhoListensHowEachCallEnded() throws Exception {
    PacedProvider provider =
        paced(
            new ScriptedProvider(
                10,
                texts -> {
                  if (texts.contains("late")) {
                    throw new Transient(
                        "slow", Kind.RATE_LIMITED, Optional.of(Duration.ofSeconds(9)), null);
                  }
                }),
            10,
            Budget.unlimited(stop));

    provider.embed(List.of("four"));
    assertThrows(Transient.class, () -> provider.embed(List.of("late")));

    assertEquals(
        List.of(CallListener.Ending.ANSWERED, CallListener.Ending.RATE_LIMITED),
        heard.stream().map(CallListener.Call::ending).toList());
    assertEquals(OptionalLong.of(4), heard.get(0).tokens());
    assertEquals(List.of(Duration.ofSeconds(9)), waits);
    assertEquals(2, turns.size());
    assertEquals(2, begun.get());
  }

  @Test
  void aCallThatWaitsForItsTurnIsUnsentWhenTheRunStops() throws Exception {
    CountDownLatch inFlight = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    ScriptedProvider scripted =
        new ScriptedProvider(
            10,
            texts -> {
              inFlight.countDown();
              answer.await();
            });
    PacedProvider provider = paced(scripted, 1, Budget.unlimited(stop));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> first = threads.submit(() -> provider.embed(List.of("first")));
      inFlight.await();
      Future<?> second = threads.submit(() -> provider.embed(List.of("second")));
      stop.raise();

      ExecutionException unsent = assertThrows(ExecutionException.class, second::get);
      assertTrue(unsent.getCause() instanceof Unsent, unsent.toString());
      answer.countDown();
      first.get();
    }
    assertEquals(List.of("first"), scripted.sent());
  }

  @Test
  void givesUpWhenTheProviderAsksForMorePatienceThanThereIs() {
    PacedProvider provider =
        paced(
            new ScriptedProvider(
                10,
                texts -> {
                  throw new Transient(
                      "HTTP 429", Kind.RATE_LIMITED, Optional.of(Duration.ofHours(3)), null);
                }),
            10,
            Budget.unlimited(stop));

    Hopeless failure = assertThrows(Hopeless.class, () -> provider.embed(List.of("x")));

    assertEquals(List.of(), waits, "the run does not wait");
    assertTrue(
        failure
            .getMessage()
            .startsWith(
                "HTTP 429; it requests a wait of 10800 s, after which no call will have been admitted"),
        failure.getMessage());
  }

  @Test
  void aBudgetHoldsBackACallThatMightNotFit() throws Exception {
    PacedProvider provider = withBudget(20, ANSWERS);
    provider.embed(List.of("ten bytes!")); // reserves 20, is charged 10

    Hopeless failure = assertThrows(Hopeless.class, () -> provider.embed(List.of("six by te")));

    assertEquals(
        "`max-tokens` 20 ends the run: 10 tokens are spent, and the next text could take up to 18"
            + " more",
        failure.getMessage());
    assertEquals(0, failure.attempts());
    assertEquals(1, heard.size());
    assertEquals(1, provider.embed(List.of("5 b..")).vectors().size(), "10 more may still fit");
  }

  @Test
  void aRequestThatDoesNotFitIsRefusedSoThatFewerTextsAreTried() {
    PacedProvider provider = withBudget(20, ANSWERS);

    Refused refused =
        assertThrows(Refused.class, () -> provider.embed(List.of("ten bytes!", "and more")));

    assertEquals(0, refused.attempts());
    assertEquals(0, heard.size());
  }

  @Test
  void aCallWaitsForWhatCallsInFlightGiveBack() throws Exception {
    CountDownLatch inFlight = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    PacedProvider provider =
        withBudget(
            30,
            texts -> {
              if (texts.contains("ten bytes!")) {
                inFlight.countDown();
                answer.await();
              }
            });
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> first = threads.submit(() -> provider.embed(List.of("ten bytes!")));
      inFlight.await();
      Future<?> second = threads.submit(() -> provider.embed(List.of("eight by")));
      answer.countDown();
      first.get();
      second.get();
    }
    assertEquals(2, heard.size());
  }

  @Test
  void whatMayHaveBeenPaidIsTakenForPaidAndWhatWasNotIsGivenBack() throws Exception {
    Set<Kind> paid = EnumSet.of(Kind.CUT_OFF, Kind.NO_REPLY, Kind.TIMED_OUT, Kind.BAD_REPLY);
    Set<Kind> held = EnumSet.of(Kind.RATE_LIMITED, Kind.CROWDED_OUT, Kind.LOADING);
    for (Kind kind : Kind.values()) {
      PacedProvider provider =
          withBudget(
              20,
              texts -> {
                if (texts.contains("ten bytes!")) {
                  throw new Transient("broken", kind, Optional.empty(), null);
                }
              });
      assertThrows(ProviderException.class, () -> provider.embed(List.of("ten bytes!")));

      if (paid.contains(kind)) {
        assertThrows(Hopeless.class, () -> provider.embed(List.of("x")), kind.toString());
      } else if (!held.contains(kind)) { // after that it would wait
        assertEquals(1, provider.embed(List.of("ten bytes?")).vectors().size());
      }
    }
  }

  @Test
  void aBadReplyThatCountsNothingCountsAsItWasEstimated() {
    for (Kind kind : List.of(Kind.BAD_REPLY, Kind.SERVER_ERROR)) {
      PacedProvider provider =
          paced(
              new ScriptedProvider(
                  10,
                  texts -> {
                    throw new Transient("broken", kind, Optional.empty(), null);
                  }),
              10,
              Budget.unlimited(stop));
      assertThrows(Transient.class, () -> provider.embed(List.of("four", "five!")));
    }

    assertEquals(List.of(9L, 0L), heard.stream().map(CallListener.Call::uncounted).toList());
  }

  @Test
  void aChargeThatNoNumberHoldsLeavesNothingOfABudget() throws Exception {
    Budget budget = new Budget(100, "`max-tokens` 100", stop);
    assertTrue(budget.reserve(10));
    assertTrue(budget.reserve(10));
    budget.settle(10, OptionalLong.of(Long.MAX_VALUE));
    budget.settle(10, OptionalLong.of(Long.MAX_VALUE));

    assertFalse(budget.reserve(1));
  }

  @Test
  void aNegativeChargeCountsAsAllThatWasReserved() throws Exception {
    Budget budget = new Budget(100, "`max-tokens` 100", stop);
    assertTrue(budget.reserve(60));
    budget.settle(60, OptionalLong.of(-1000));

    assertFalse(budget.reserve(41));
    assertTrue(budget.reserve(40));
  }

  @Test
  void whatWasPackedBeforeALimitWasLearnedIsRefusedUnsent() {
    ScriptedProvider sending = new ScriptedProvider(2, texts -> {});
    PacedProvider provider = paced(sending, 10, Budget.unlimited(stop));

    Refused failure = assertThrows(Refused.class, () -> provider.embed(List.of("a", "b", "c")));

    assertEquals(0, failure.attempts());
    assertEquals(List.of(), sending.requests());
    assertEquals(List.of(), heard);
  }

  @Test
  void afterATimeoutACallMayHaveHalfTheTexts() {
    PacedProvider provider =
        paced(
            new ScriptedProvider(
                10,
                texts -> {
                  throw new Transient("slow", Kind.TIMED_OUT, Optional.empty(), null);
                }),
            10,
            Budget.unlimited(stop));
    assertEquals(10, provider.limits().textsPerRequest());

    assertThrows(Transient.class, () -> provider.embed(List.of("a", "b", "c", "d")));
    assertEquals(2, provider.limits().textsPerRequest());
    assertThrows(Refused.class, () -> provider.embed(List.of("a", "b", "c")));
    assertEquals(1, heard.size(), "it was not sent");
    assertThrows(Transient.class, () -> provider.embed(List.of("a")));
    assertEquals(1, provider.limits().textsPerRequest());
  }

  @Test
  void anOverloadWhileOtherCallsAreAdmittedIsALimit() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    PacedProvider provider =
        paced(
            new ScriptedProvider(
                10,
                texts -> {
                  if (calls.incrementAndGet() == 2) {
                    throw new Transient("503", Kind.OVERLOADED, Optional.empty(), null);
                  }
                }),
            10,
            Budget.unlimited(stop));
    provider.embed(List.of("a"));

    Transient failure = assertThrows(Transient.class, () -> provider.embed(List.of("b")));

    assertEquals(Kind.CROWDED_OUT, failure.kind());
    assertEquals(CallListener.Ending.RATE_LIMITED, heard.get(1).ending());
  }

  @Test
  void anOverloadFromTheStartIsAFailure() {
    PacedProvider provider =
        paced(
            new ScriptedProvider(
                10,
                texts -> {
                  throw new Transient("503", Kind.OVERLOADED, Optional.empty(), null);
                }),
            10,
            Budget.unlimited(stop));

    Transient failure = assertThrows(Transient.class, () -> provider.embed(List.of("b")));

    assertEquals(Kind.OVERLOADED, failure.kind());
    assertEquals(CallListener.Ending.FAILED, heard.get(0).ending());
  }

  @Test
  void aModelThatLoadsForLongerThanTheRunWaitsEndsIt() {
    PacedProvider provider =
        paced(
            new ScriptedProvider(
                10,
                texts -> {
                  throw new Transient(
                      "loading", Kind.LOADING, Optional.of(Duration.ofHours(1)), null);
                }),
            10,
            Budget.unlimited(stop));

    Hopeless failure = assertThrows(Hopeless.class, () -> provider.embed(List.of("b")));

    assertTrue(failure.getMessage().startsWith("loading; "), failure.getMessage());
  }

  @Test
  void aCallThatWasNotUnderstoodCostsNothing() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    PacedProvider provider =
        withBudget(
            20,
            texts -> {
              if (calls.incrementAndGet() < 4) {
                throw new Transient("hm?", Kind.MISUNDERSTOOD, Optional.empty(), null);
              }
            });
    for (int i = 0; i < 3; i++) {
      assertThrows(Transient.class, () -> provider.embed(List.of("12345")));
    }

    assertEquals(1, provider.embed(List.of("12345")).vectors().size());
  }

  @Test
  void whereTheProviderCountsTextsACallOfTenIsTenRequests() throws Exception {
    assertEquals(1, embedding(ProviderLimits.Counted.REQUESTS).get().vectors().size());

    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> embedding(ProviderLimits.Counted.TEXTS).get());
    assertTrue(failure.getCause() instanceof Unsent, failure.toString());
  }

  /**
   * A call five seconds after one of ten texts, where sixty requests a minute are allowed. The run
   * is stopped once it is known that it waits.
   */
  private Future<Embeddings> embedding(ProviderLimits.Counted counted) throws Exception {
    StopSignal stops = new StopSignal();
    AtomicLong now = new AtomicLong();
    AtomicInteger looks = new AtomicInteger();
    PaceLimits limits =
        new PaceLimits(
            10,
            OptionalInt.of(60),
            OptionalLong.empty(),
            Duration.ofSeconds(1),
            Duration.ofMinutes(10));
    Pacer pacer =
        new Pacer(
            limits,
            stops,
            () -> {
              if (looks.incrementAndGet() == 3) { // after the first call's turn and answer
                Thread.startVirtualThread(stops::raise);
              }
              return now.get();
            },
            new Random(1));
    PacedProvider provider =
        new PacedProvider(
            new ScriptedProvider(
                new ProviderLimits(
                    10, OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), counted),
                Oversize.ERROR,
                texts -> {}),
            pacer,
            Budget.unlimited(stops),
            TokenMeter.counting(String::length),
            listener,
            System::nanoTime);
    provider.embed(Collections.nCopies(10, "x"));
    now.set(Duration.ofSeconds(5).toNanos());
    FutureTask<Embeddings> second = new FutureTask<>(() -> provider.embed(List.of("y")));
    second.run();
    return second;
  }
}
