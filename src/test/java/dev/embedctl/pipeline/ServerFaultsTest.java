package dev.embedctl.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.StopSignal;
import dev.embedctl.pipeline.BatchPipeline.Ending;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.pipeline.PipelineOptions.OnMiss;
import dev.embedctl.provider.CallListener;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.RetryPolicy;
import dev.embedctl.provider.RetryingProvider;
import dev.embedctl.testing.MapCache;
import dev.embedctl.testing.Records;
import dev.embedctl.testing.ScriptedProvider;
import dev.embedctl.testing.ScriptedProvider.Script;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A server's fault ends a run; a text's fault is the text's. Retries are as in a real run. */
@Timeout(60)
final class ServerFaultsTest {
  private final Records.Sink sink = new Records.Sink();
  private final Records.Failures failures = new Records.Failures();
  private final MapCache cache = new MapCache();
  private final StopSignal stop = new StopSignal();

  /** How a server rejects. */
  enum Rejection {
    REFUSED,
    BAD_REPLY;

    ProviderException of(List<String> texts) {
      String message = "HTTP 400: No connected db. '" + texts.get(0) + "' of " + texts.size();
      return switch (this) {
        case REFUSED -> new Refused(message);
        case BAD_REPLY -> new Transient(message, Kind.BAD_REPLY, Optional.empty(), null);
      };
    }
  }

  private Ending run(ScriptedProvider provider, int texts, int concurrency, OnError onError)
      throws InterruptedException {
    List<String> named = IntStream.range(0, texts).mapToObj(i -> "text " + i).toList();
    return run(provider, named, concurrency, onError);
  }

  private Ending run(
      ScriptedProvider provider, List<String> texts, int concurrency, OnError onError)
      throws InterruptedException {
    PipelineOptions options =
        new PipelineOptions(
            onError,
            OnMiss.CALL,
            concurrency,
            100,
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            64L << 20,
            1,
            Duration.ofSeconds(10),
            Duration.ofSeconds(5));
    RetryingProvider retrying =
        new RetryingProvider(
            provider,
            new RetryPolicy(3, Duration.ofSeconds(1)),
            pause -> false,
            new Random(1),
            CallListener.none(),
            System::nanoTime);
    return new BatchPipeline(
            Records.source(texts), sink, failures, cache, retrying, options, stop, event -> {})
        .run();
  }

  private static List<Integer> sizes(ScriptedProvider provider) {
    return provider.requests().stream().map(List::size).toList();
  }

  private static ScriptedProvider rejecting(int textsPerRequest, Rejection rejection) {
    return new ScriptedProvider(
        textsPerRequest,
        texts -> {
          throw rejection.of(texts);
        });
  }

  private static Script rejectingThese(Rejection rejection, Set<String> bad) {
    return texts -> {
      if (texts.stream().anyMatch(bad::contains)) {
        throw rejection.of(texts);
      }
    };
  }

  private void assertNothingWasBlamedOnATextOf(RunFailed failure) {
    assertTrue(failure.getMessage().startsWith("HTTP 400: No connected db."), failure.getMessage());
    assertTrue(failure.getMessage().endsWith("no text is at fault"), failure.getMessage());
    assertEquals(List.of(), failures.failures());
    assertEquals(List.of(), sink.written());
  }

  @Test
  void textsThatARunBeforeCouldNotEmbedDoNotEndTheNextOne() throws InterruptedException {
    Set<String> bad = Set.of("text 7", "text 40", "text 41", "text 90");
    ScriptedProvider provider =
        new ScriptedProvider(
            16,
            texts -> {
              if (texts.stream().anyMatch(bad::contains)) {
                throw new Refused("content not allowed");
              }
            });
    assertEquals(Ending.COMPLETED, run(provider, 100, 4, OnError.COLLECT));
    assertEquals(Ending.COMPLETED, run(provider, 100, 4, OnError.COLLECT));
    assertEquals(2 * bad.size(), failures.failures().size());
  }

  @ParameterizedTest
  @CsvSource({
    // what it does, mode, requests at once, texts a request, texts
    "BAD_REPLY, FAIL,    1,  64, 600",
    "BAD_REPLY, COLLECT, 1,  64, 600",
    "BAD_REPLY, FAIL,    10, 64, 600",
    "BAD_REPLY, COLLECT, 10, 64, 600",
    "BAD_REPLY, COLLECT, 10, 64, 64",
    "BAD_REPLY, COLLECT, 10, 7,  600",
    "BAD_REPLY, COLLECT, 10, 3,  30",
    "BAD_REPLY, COLLECT, 10, 2,  30",
    "BAD_REPLY, COLLECT, 50, 2,  100",
    "REFUSED,   FAIL,    10, 64, 600",
    "REFUSED,   COLLECT, 1,  64, 600",
    "REFUSED,   COLLECT, 10, 64, 600",
    "REFUSED,   COLLECT, 10, 2,  600",
  })
  void aServerThatRejectsAllIsSentNoTextThreeTimes(
      Rejection rejection, OnError onError, int concurrency, int textsPerRequest, int texts) {
    ScriptedProvider provider = rejecting(textsPerRequest, rejection);

    RunFailed failure =
        assertThrows(RunFailed.class, () -> run(provider, texts, concurrency, onError));

    assertNothingWasBlamedOnATextOf(failure);
    assertTrue(provider.sent().size() <= 2 * texts + 8, sizes(provider)::toString);
  }

  @Test
  void aRequestAndBothItsEndsAreEnoughAndNothingElseIsSent() {
    ScriptedProvider provider = rejecting(64, Rejection.BAD_REPLY);

    assertThrows(RunFailed.class, () -> run(provider, 600, 1, OnError.COLLECT));

    assertEquals(List.of(64, 64, 2, 2, 2, 2), sizes(provider), "each twice");
    assertEquals(List.of("text 0", "text 1"), provider.requests().get(2));
    assertEquals(List.of("text 62", "text 63"), provider.requests().get(4));
  }

  @Test
  void aRefusalCostsNothingSoThatSingleTextsAreTriedToo() {
    ScriptedProvider provider = rejecting(64, Rejection.REFUSED);

    assertThrows(RunFailed.class, () -> run(provider, 600, 1, OnError.COLLECT));

    assertEquals(List.of(64, 2, 2, 1, 1), sizes(provider));
  }

  @ParameterizedTest
  @EnumSource(Rejection.class)
  void twoTextsThatAreSentAloneAreEnough(Rejection rejection) {
    ScriptedProvider provider = rejecting(1, rejection);

    RunFailed failure = assertThrows(RunFailed.class, () -> run(provider, 600, 1, OnError.COLLECT));

    assertTrue(failure.getMessage().endsWith("no text is at fault"), failure.getMessage());
    assertEquals(2, Set.copyOf(provider.sent()).size());
    assertTrue(provider.sent().size() <= 4, sizes(provider)::toString);
  }

  @Test
  void requestsThatWaitForTheProbesOfAnotherSendNone() {
    CountDownLatch allInFlight = new CountDownLatch(10);
    ScriptedProvider provider =
        new ScriptedProvider(
            32,
            texts -> {
              allInFlight.countDown();
              allInFlight.await();
              throw Rejection.BAD_REPLY.of(texts);
            });

    assertThrows(RunFailed.class, () -> run(provider, 640, 10, OnError.COLLECT));

    assertEquals(4, sizes(provider).stream().filter(size -> size == 2).count());
    assertTrue(provider.sent().size() <= 2 * 640 + 8, sizes(provider)::toString);
  }

  @Test
  void whatIsInFlightWhenTheRunEndsIsWaitedForAndKept() {
    CountDownLatch inFlight = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    stop.whenRaised(ended::countDown);
    ScriptedProvider provider =
        new ScriptedProvider(
            4,
            texts -> {
              if (texts.contains("text 4")) {
                inFlight.countDown();
                ended.await();
              } else {
                inFlight.await();
                throw Rejection.BAD_REPLY.of(texts);
              }
            });

    assertThrows(RunFailed.class, () -> run(provider, 8, 2, OnError.COLLECT));

    assertEquals(4, cache.size());
  }

  @ParameterizedTest
  @CsvSource({
    "REFUSED,0",
    "REFUSED,30",
    "REFUSED,63",
    "BAD_REPLY,0",
    "BAD_REPLY,30",
    "BAD_REPLY,63"
  })
  void aTextThatIsRejectedFromTheBeginningFailsAlone(Rejection rejection, int index)
      throws InterruptedException {
    ScriptedProvider provider =
        new ScriptedProvider(64, rejectingThese(rejection, Set.of("text " + index)));

    assertEquals(Ending.COMPLETED, run(provider, 64, 1, OnError.COLLECT));

    assertEquals(
        List.of((long) index),
        failures.failures().stream().map(failed -> failed.record().index()).toList());
    assertEquals(63, sink.written().size());
  }

  @Test
  void textsThatAreRefusedAtBothEndsFailAlone() throws InterruptedException {
    Set<String> bad = Set.of("text 1", "text 62", "text 63");
    ScriptedProvider provider = new ScriptedProvider(64, rejectingThese(Rejection.REFUSED, bad));

    assertEquals(Ending.COMPLETED, run(provider, 640, 4, OnError.COLLECT));

    assertEquals(3, failures.failures().size());
    assertEquals(637, sink.written().size());
  }

  @Test
  void aServerThatTakesOneTextAtATimeIsServed() throws InterruptedException {
    ScriptedProvider provider =
        new ScriptedProvider(
            16,
            texts -> {
              if (texts.size() > 1) {
                throw new Refused("HTTP 400: input must be a string");
              }
            });

    assertEquals(Ending.COMPLETED, run(provider, 100, 4, OnError.FAIL));

    assertEquals(100, sink.written().size());
  }

  @Test
  void aServerThatAnswersSeveralTextsWronglyIsNotPaidForSingleOnes() {
    ScriptedProvider provider =
        new ScriptedProvider(
            64,
            texts -> {
              if (texts.size() > 1) {
                throw Rejection.BAD_REPLY.of(texts);
              }
            });

    RunFailed failure = assertThrows(RunFailed.class, () -> run(provider, 600, 4, OnError.COLLECT));

    assertNothingWasBlamedOnATextOf(failure);
  }

  private static ScriptedProvider callingAllTooLong() {
    return new ScriptedProvider(
        16,
        texts -> {
          throw new Refused("HTTP 413: request entity too large, or too many tokens");
        });
  }

  @Test
  void textsThatAreTooLongAreTheirOwnFaultHoweverManyThereAre() throws InterruptedException {
    List<String> texts =
        IntStream.range(0, 100).mapToObj(i -> "text " + i + " and so on".repeat(60)).toList();

    assertEquals(Ending.COMPLETED, run(callingAllTooLong(), texts, 4, OnError.COLLECT));

    assertEquals(100, failures.failures().size());
  }

  @Test
  void aServerThatCallsEveryShortTextTooLongEndsTheRun() {
    ScriptedProvider provider = callingAllTooLong();

    RunFailed failure = assertThrows(RunFailed.class, () -> run(provider, 100, 1, OnError.COLLECT));

    assertTrue(failure.getMessage().contains("HTTP 413"), failure.getMessage());
    assertEquals(List.of(16, 8, 4, 2, 1, 1), sizes(provider));
  }

  private static ScriptedProvider failing(
      int textsPerRequest, Kind kind, UnaryOperator<String> words) {
    return new ScriptedProvider(
        textsPerRequest,
        texts -> {
          throw new Transient(words.apply(texts.getFirst()), kind, Optional.empty(), null);
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"SERVER_ERROR", "OVERLOADED", "UNREACHED", "NO_REPLY"})
  void aServerThatNeverAnswersEndsTheRunAfterTwoRequests(Kind kind) {
    ScriptedProvider provider = failing(8, kind, text -> "HTTP 500: no worker");

    RunFailed failure = assertThrows(RunFailed.class, () -> run(provider, 400, 1, OnError.COLLECT));

    assertTrue(
        failure.getMessage().startsWith("HTTP 500: no worker (after 3 attempts)"),
        failure.getMessage());
    assertEquals(List.of(8, 8, 8, 8, 8, 8), sizes(provider));
  }

  @Test
  void aServerThatNeverAnswersAndSaysOtherWordsEachTimeEndsTheRunToo() {
    ScriptedProvider provider =
        failing(1, Kind.SERVER_ERROR, text -> "oh" + "h".repeat(text.charAt(5) - '0'));

    RunFailed failure = assertThrows(RunFailed.class, () -> run(provider, 10, 1, OnError.COLLECT));

    assertTrue(failure.getMessage().startsWith("ohhhhh (after 3"), failure.getMessage());
    assertEquals(5 * 3, provider.requests().size());
  }

  @Test
  void aServerThatIsAlwaysTooSlowEndsTheRunOnceTwoSingleTextsHaveShownIt() {
    ScriptedProvider provider = failing(8, Kind.TIMED_OUT, text -> "no whole reply");

    assertThrows(RunFailed.class, () -> run(provider, 400, 1, OnError.COLLECT));

    assertEquals(List.of(8, 4, 2, 1, 1, 1, 1, 1, 1), sizes(provider));
  }

  @Test
  void aServerThatFailsOnlyForATimeEndsNoRun() throws InterruptedException {
    AtomicInteger requests = new AtomicInteger();
    ScriptedProvider provider =
        new ScriptedProvider(
            1,
            texts -> {
              if (requests.incrementAndGet() % 100 > 1) {
                throw new Transient("HTTP 500", Kind.SERVER_ERROR, Optional.empty(), null);
              }
            });

    assertEquals(Ending.COMPLETED, run(provider, 60, 1, OnError.COLLECT));

    assertTrue(failures.failures().size() > 30);
  }

  @ParameterizedTest
  @CsvSource({"REFUSED,1,1", "REFUSED,16,4", "BAD_REPLY,1,1", "BAD_REPLY,1,4", "BAD_REPLY,100,4"})
  void repliesThatTurnWrongInTheMiddleOfARunEndIt(
      Rejection rejection, int textsPerRequest, int concurrency) {
    AtomicInteger good = new AtomicInteger();
    AtomicInteger afterwards = new AtomicInteger();
    ScriptedProvider provider =
        new ScriptedProvider(
            textsPerRequest,
            texts -> {
              if (good.addAndGet(texts.size()) > 1000) {
                afterwards.addAndGet(texts.size());
                throw rejection.of(texts);
              }
            });

    RunFailed failure =
        assertThrows(RunFailed.class, () -> run(provider, 10_000, concurrency, OnError.COLLECT));

    assertTrue(failure.getMessage().endsWith("no text is at fault"), failure.getMessage());
    int attempts = rejection == Rejection.REFUSED ? 1 : 3;
    int inFlight = concurrency * textsPerRequest;
    int most = attempts * (2 * inFlight + 2 * (20 + 2 * concurrency));
    assertTrue(afterwards.get() <= most, afterwards + " texts, where " + most + " are expected");
  }

  @ParameterizedTest
  @EnumSource(Rejection.class)
  void fifteenBadTextsInARowAreNoFaultOfTheServer(Rejection rejection) throws InterruptedException {
    Set<String> bad = Set.copyOf(IntStream.range(500, 515).mapToObj(i -> "text " + i).toList());
    ScriptedProvider provider = new ScriptedProvider(1, rejectingThese(rejection, bad));

    assertEquals(Ending.COMPLETED, run(provider, 1000, 1, OnError.COLLECT));

    assertEquals(15, failures.failures().size());
    assertEquals(985, sink.written().size());
  }

  @ParameterizedTest
  @EnumSource(Rejection.class)
  void badTextsBetweenGoodOnesEndNoRunHoweverManyTheyAre(Rejection rejection)
      throws InterruptedException {
    Set<String> bad = Set.copyOf(IntStream.range(1, 100).mapToObj(i -> "text " + 10 * i).toList());
    ScriptedProvider provider = new ScriptedProvider(1, rejectingThese(rejection, bad));

    assertEquals(Ending.COMPLETED, run(provider, 1000, 1, OnError.COLLECT));

    assertEquals(99, failures.failures().size());
  }

  @Test
  void textsThatFailForDifferentReasonsEndNoRun() throws InterruptedException {
    ScriptedProvider provider =
        new ScriptedProvider(
            1,
            texts -> {
              int number = Integer.parseInt(texts.get(0).substring("text ".length()));
              if (number > 0) {
                throw new Refused(number % 2 == 0 ? "it is even" : "it is odd");
              }
            });

    assertEquals(Ending.COMPLETED, run(provider, 100, 1, OnError.COLLECT));

    assertEquals(99, failures.failures().size());
  }

  /** As where the budget holds fewer texts, or where the server said what it takes. */
  @Test
  void aRequestThatWasNotSentIsHalvedAtOnce() throws InterruptedException {
    ScriptedProvider provider =
        new ScriptedProvider(
            8,
            texts -> {
              if (texts.size() > 2) {
                throw new Refused("fewer may fit").after(0);
              }
            });

    assertEquals(Ending.COMPLETED, run(provider, 8, 1, OnError.FAIL));

    assertEquals(List.of(8, 4, 2, 2, 4, 2, 2), sizes(provider));
  }
}
