package dev.embedctl.provider.pace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.StopSignal;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.Agreement;
import dev.embedctl.provider.CallListener;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.EmbeddingRequest;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.Embeddings.Doubt;
import dev.embedctl.provider.ForwardingProvider;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.ProviderException.Unsent;
import dev.embedctl.provider.RetryPolicy;
import dev.embedctl.provider.RetryingProvider;
import dev.embedctl.provider.ServerNotices;
import dev.embedctl.provider.catalog.TokenMeter;
import dev.embedctl.testing.ScriptedProvider;
import dev.embedctl.testing.Vectors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two servers that share the calls of one thread, at a time that stands still. */
@Timeout(30)
final class SeveralServersTest {
  private final StopSignal stop = new StopSignal();
  private final List<String> notices = new ArrayList<>();
  private final Server one = new Server();
  private final Server other = new Server();
  private final Agreement agreement = new Agreement("scripted", List.of("one", "other"), 0.999);
  private long now;

  /** A server that may fail, or have another model. */
  private static final class Server {
    private Optional<ProviderException> failure = Optional.empty();
    private String breaksAt = "";
    private Runnable onCall = () -> {};
    private UnaryOperator<List<Vector>> model = vectors -> vectors;
    private final ScriptedProvider scripted =
        new ScriptedProvider(
            10,
            texts -> {
              onCall.run();
              if (failure.isPresent()) {
                throw failure.get();
              }
              if (texts.contains(breaksAt)) {
                throw new Transient("broken", Kind.SERVER_ERROR, Optional.empty(), null);
              }
            });

    private EmbeddingProvider provider() {
      return new ForwardingProvider(scripted) {
        @Override
        public Embeddings embed(EmbeddingRequest request)
            throws ProviderException, InterruptedException {
          Embeddings right = provider().embed(request);
          return new Embeddings(model.apply(right.vectors()), right.tokens());
        }
      };
    }

    private void failsWith(Kind kind) {
      failure = Optional.of(new Transient("broken", kind, Optional.empty(), null));
    }

    private void works() {
      failure = Optional.empty();
    }

    private int calls() {
      return scripted.requests().size();
    }
  }

  private EmbeddingProvider paced(Pacer pacer, Budget budget) {
    return paced(pacer, budget, agreement);
  }

  private EmbeddingProvider paced(Pacer pacer, Budget budget, Agreement agreement) {
    return new PacedProvider(
        List.of(one.provider(), other.provider()),
        agreement,
        new ServerNotices("scripted", List.of("one", "other"), notices::add),
        pacer,
        budget,
        TokenMeter.counting(String::length),
        CallListener.none(),
        () -> now);
  }

  private Pacer pacer(OptionalInt requestsPerMinute) {
    PaceLimits limits =
        new PaceLimits(
            4,
            requestsPerMinute,
            OptionalLong.empty(),
            Duration.ofSeconds(1),
            Duration.ofMinutes(10));
    return new Pacer(limits, 2, stop, () -> now, new Random(1));
  }

  private EmbeddingProvider paced() {
    return paced(pacer(OptionalInt.empty()), Budget.unlimited(stop));
  }

  /** With retries whose pauses let time pass. */
  private EmbeddingProvider retrying(int attempts) {
    Pacer pacer = pacer(OptionalInt.empty());
    return new RetryingProvider(
        paced(pacer, Budget.unlimited(stop)),
        new RetryPolicy(attempts, Duration.ofSeconds(1)),
        pacer,
        pause -> {
          now += pause.toNanos();
          return false;
        },
        new Random(1),
        CallListener.none(),
        () -> now);
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private static List<Vector> right(String... texts) {
    return Stream.of(texts).map(text -> Vectors.of(text, ScriptedProvider.DIMENSIONS)).toList();
  }

  @Test
  void theSecondServerGetsTextsOnceItMakesTheSameVectorsOfTwoOfThem() throws Exception {
    EmbeddingProvider provider = paced();

    Embeddings first = provider.embed(List.of("longer text", "bb", "a"));
    assertEquals(List.of(List.of("longer text", "bb", "a")), one.scripted.requests());
    assertTrue(first.doubts().contains(Doubt.MODEL), "the other may have another model");
    Embeddings second = provider.embed(List.of("c"));
    assertEquals(right("c"), second.vectors());
    assertEquals(List.of(List.of("a", "bb")), other.scripted.requests(), "compared");
    assertEquals(2, one.calls(), "the comparison was the other one's call");
    assertFalse(second.doubts().contains(Doubt.MODEL));
    for (int i = 0; i < 6; i++) {
      provider.embed(List.of("text " + i));
    }
    assertEquals(5, one.calls());
    assertEquals(1 + 3, other.calls());
  }

  @Test
  void aServerWithAnotherModelEndsTheRunBeforeItsVectorsCount() throws Exception {
    other.model =
        vectors ->
            vectors.stream().map(any -> Vectors.of("x", ScriptedProvider.DIMENSIONS)).toList();
    EmbeddingProvider provider = paced();
    provider.embed(List.of("a"));

    Hopeless failure = assertThrows(Hopeless.class, () -> provider.embed(List.of("b")));
    assertEquals(Hopeless.Reason.MODEL_CHANGED, failure.reason());
    assertTrue(
        failure.getMessage().startsWith("scripted: one and other make different vectors"),
        failure.getMessage());
    assertEquals(List.of(List.of("a")), other.scripted.requests(), "only the compared text");
  }

  @Test
  void vectorsOfOtherDimensionsDifferWhateverTheLowestCosine() throws Exception {
    other.model = vectors -> List.of(Vectors.of("a", ScriptedProvider.DIMENSIONS / 2));
    Agreement any = new Agreement("scripted", List.of("one", "other"), -1);
    EmbeddingProvider provider = paced(pacer(OptionalInt.empty()), Budget.unlimited(stop), any);
    provider.embed(List.of("a"));

    Hopeless failure = assertThrows(Hopeless.class, () -> provider.embed(List.of("b")));
    assertTrue(failure.getMessage().contains("(8 and 4 dimensions)"), failure.getMessage());
  }

  @Test
  void aServerThatMixesUpTheOrderIsNoticedByTheSecondText() throws Exception {
    other.model = List::reversed;
    EmbeddingProvider provider = paced();
    provider.embed(List.of("a", "b"));

    assertThrows(Hopeless.class, () -> provider.embed(List.of("c")));
  }

  @Test
  void aServerThatFailsIsLeftOutForAGrowingWhileAndTriedWithOneCall() throws Exception {
    EmbeddingProvider provider = retrying(1);
    provider.embed(List.of("a"));
    other.failsWith(Kind.UNREACHED);
    int tried = 0;
    for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
      for (int i = 0; i < 5; i++) {
        provider.embed(List.of("b")); // the failed trial costs no attempt
      }
      tried++;
      assertEquals(tried, other.calls());
      pass(Duration.ofSeconds(seconds).minusNanos(1));
      provider.embed(List.of("b"));
      assertEquals(tried, other.calls(), "not before its time");
      pass(Duration.ofNanos(1));
    }
    other.works();
    int before = one.calls();
    for (int i = 0; i < 4; i++) {
      provider.embed(List.of("b"));
    }
    assertEquals(tried + 1 + 4, other.calls(), "compared, then the least used");
    assertEquals(before, one.calls());
    assertEquals(8, notices.size());
    assertEquals(
        "scripted: other failed and gets no calls until it works again, which is tried in 1 s:"
            + " broken",
        notices.getFirst());
  }

  @Test
  void aServerThatComesBackWithAnotherModelIsCompared() throws Exception {
    EmbeddingProvider provider = retrying(1);
    provider.embed(List.of("a"));
    provider.embed(List.of("b"));
    other.failsWith(Kind.SERVER_ERROR);
    for (int i = 0; i < 4; i++) {
      provider.embed(List.of("c"));
    }
    other.works();
    other.model = vectors -> right("x");
    pass(Duration.ofSeconds(1));

    assertThrows(Hopeless.class, () -> provider.embed(List.of("d")));
  }

  @Test
  void vectorsAreNotInDoubtWhileAServerIsDownAndStayIfItComesBackWithAnotherModel()
      throws Exception {
    other.failsWith(Kind.UNREACHED);
    EmbeddingProvider provider = retrying(1);
    assertTrue(provider.embed(List.of("a")).doubts().contains(Doubt.MODEL), "other is untried");
    for (int i = 0; i < 3; i++) {
      assertFalse(provider.embed(List.of("b")).doubts().contains(Doubt.MODEL));
    }
    other.works();
    other.model = vectors -> right("x");
    pass(Duration.ofSeconds(1));

    Hopeless failure = assertThrows(Hopeless.class, () -> provider.embed(List.of("c")));
    assertEquals(Hopeless.Reason.SERVERS, failure.reason(), "nothing is forgotten");
    assertTrue(
        failure.getMessage().contains("the vectors that this run has stored are those of one,"),
        failure.getMessage());
  }

  @Test
  void vectorsAreNotInDoubtWhileAServerLoadsItsModel() throws Exception {
    other.failure =
        Optional.of(new Transient("loads", Kind.LOADING, Optional.of(Duration.ofHours(1)), null));
    EmbeddingProvider provider = retrying(1);
    provider.embed(List.of("a"));

    assertFalse(provider.embed(List.of("b")).doubts().contains(Doubt.MODEL));
  }

  @Test
  void aFailureOfARequestAtOneServerIsNoAttempt() throws Exception {
    EmbeddingProvider provider = retrying(1);
    provider.embed(List.of("a"));
    provider.embed(List.of("b"));
    for (Kind kind : List.of(Kind.UNREACHED, Kind.SERVER_ERROR, Kind.NO_REPLY, Kind.CUT_OFF)) {
      long start = now;
      one.failsWith(kind);
      assertEquals(right("c"), provider.embed(List.of("c")).vectors());
      assertEquals(right("d"), provider.embed(List.of("d")).vectors());
      assertEquals(start, now, "without a pause");
      one.works();
      pass(Duration.ofMinutes(1));
      provider.embed(List.of("e"));
      provider.embed(List.of("f"));
    }
  }

  @Test
  void severalTextsThatTakeTooLongAtTwoServersGoInParts() throws Exception {
    EmbeddingProvider provider = retrying(3);
    provider.embed(List.of("a"));
    provider.embed(List.of("b"));
    one.failsWith(Kind.TIMED_OUT);
    other.failsWith(Kind.TIMED_OUT);
    int before = one.calls() + other.calls();

    Transient failure = assertThrows(Transient.class, () -> provider.embed(List.of("c", "d", "e")));
    assertEquals(Kind.TIMED_OUT, failure.kind());
    assertEquals(2, one.calls() + other.calls() - before);
  }

  @Test
  void whileAllServersFailARequestHasItsAttempts() throws Exception {
    one.failsWith(Kind.UNREACHED);
    other.failsWith(Kind.UNREACHED);

    Transient failure = assertThrows(Transient.class, () -> retrying(3).embed(List.of("a")));
    assertEquals(Kind.UNREACHED, failure.kind());
    assertEquals(1 + 3, one.calls() + other.calls(), "the first failure cost none");
  }

  @Test
  void aServerThatAsksToWaitIsPassedOverUntilThen() throws Exception {
    EmbeddingProvider provider = retrying(1);
    provider.embed(List.of("a"));
    provider.embed(List.of("b"));
    one.failure =
        Optional.of(
            new Transient("slow", Kind.RATE_LIMITED, Optional.of(Duration.ofHours(1)), null));
    for (int i = 0; i < 6; i++) {
      provider.embed(List.of("c"));
    }
    assertEquals(2 + 1, one.calls());
    assertEquals(List.of(), notices, "it has not failed");
    one.works();
    pass(Duration.ofHours(1));
    for (int i = 0; i < 4; i++) {
      provider.embed(List.of("c"));
    }
    assertTrue(one.calls() > 3, "at its learned pace");
  }

  @Test
  void aLimitPerMinuteIsThatOfAllServers() {
    PaceLimits limits =
        new PaceLimits(
            4,
            OptionalInt.of(60),
            OptionalLong.empty(),
            Duration.ofSeconds(1),
            Duration.ofMinutes(10));
    Paces paces = new Paces(limits, 2, new Random(1));
    paces.answered(paces.sent(1, 1, now));

    assertEquals(Duration.ofSeconds(1).toNanos(), paces.waitFor(1, 1, now));
  }

  @Test
  void aComparisonWaitsForATurnWithinTheLimitPerMinuteToo() throws Exception {
    long[] time = new long[1];
    PaceLimits limits =
        new PaceLimits(
            4,
            OptionalInt.of(60),
            OptionalLong.empty(),
            Duration.ofSeconds(1),
            Duration.ofMinutes(10));
    long half = Duration.ofMillis(500).toNanos();
    Pacer pacer = new Pacer(limits, 2, stop, () -> time[0] += half, new Random(1));
    List<Long> sent = new ArrayList<>();
    one.onCall = () -> sent.add(time[0]);
    other.onCall = one.onCall;
    EmbeddingProvider provider = paced(pacer, Budget.unlimited(stop));
    provider.embed(List.of("a"));
    provider.embed(List.of("b"));

    assertEquals(3, sent.size());
    for (int i = 1; i < 3; i++) {
      assertTrue(sent.get(i) - sent.get(i - 1) >= 2 * half, () -> "sent at " + sent);
    }
  }

  @Test
  void aSecondCallInATurnCountsAgainstTheLimitPerMinute() {
    PaceLimits limits =
        new PaceLimits(
            4,
            OptionalInt.of(2),
            OptionalLong.empty(),
            Duration.ofSeconds(1),
            Duration.ofMinutes(10));
    Paces paces = new Paces(limits, 2, new Random(1));
    paces.of(paces.sent(1, 1, now)).sentToo(1, 1, now);

    assertTrue(paces.waitFor(1, 1, now) >= Duration.ofMinutes(1).toNanos());
  }

  @Test
  void nothingIsSentAfterAComparisonOnceTheRunStops() throws Exception {
    EmbeddingProvider provider = paced();
    provider.embed(List.of("a"));
    other.onCall = stop::raise;

    assertThrows(Unsent.class, () -> provider.embed(List.of("b")));
    assertEquals(List.of(List.of("a")), other.scripted.requests());
    assertEquals(1, one.calls());
  }

  @Test
  void aTextThatBreaksEachServerIsNotSentForever() throws Exception {
    one.breaksAt = "poison";
    other.breaksAt = "poison";
    EmbeddingProvider provider = retrying(3);
    provider.embed(List.of("a"));
    provider.embed(List.of("b"));

    assertThrows(Transient.class, () -> provider.embed(List.of("poison")));
    long sent =
        Stream.concat(one.scripted.sent().stream(), other.scripted.sent().stream())
            .filter("poison"::equals)
            .count();
    assertTrue(sent >= 3 && sent <= 3 + 2, "sent " + sent + " times");
    assertEquals(right("c"), provider.embed(List.of("c")).vectors());
  }

  @Test
  void comparisonsAreChargedToTheBudget() throws Exception {
    Budget budget = new Budget(5, "`max-tokens` 5", stop);
    EmbeddingProvider provider = paced(pacer(OptionalInt.empty()), budget);
    provider.embed(List.of("aa")); // 2 tokens, and 2 for the comparison

    assertEquals(right("b"), provider.embed(List.of("b")).vectors());
    Hopeless failure = assertThrows(Hopeless.class, () -> provider.embed(List.of("c")));
    assertEquals(Hopeless.Reason.BUDGET, failure.reason());
    assertTrue(failure.getMessage().contains("5 tokens are spent"), failure.getMessage());
  }

  @Test
  void aComparisonTakesThePlaceOfItsRequestInTheBudget() throws Exception {
    Budget budget = new Budget(100, "`max-tokens` 100", stop);
    EmbeddingProvider provider = paced(pacer(OptionalInt.empty()), budget);
    provider.embed(List.of("aa"));
    assertTrue(budget.reserve(96)); // a call in flight
    other.onCall = () -> budget.settle(96, OptionalLong.of(1));

    assertEquals(right("b"), provider.embed(List.of("b")).vectors());
    assertEquals(List.of(List.of("aa")), other.scripted.requests());
    assertTrue(budget.reserve(100 - 2 - 1 - 2 - 1), "the rest");
  }

  @Test
  void aComparisonThatDoesNotFitTheBudgetIsPutOff() throws Exception {
    Budget budget = new Budget(4, "`max-tokens` 4", stop);
    EmbeddingProvider provider = paced(pacer(OptionalInt.empty()), budget);
    provider.embed(List.of("aaa"));

    assertEquals(right("b"), provider.embed(List.of("b")).vectors());
    assertEquals(List.of(), other.scripted.requests());
    Hopeless failure = assertThrows(Hopeless.class, () -> provider.embed(List.of("c")));
    assertTrue(failure.getMessage().contains("4 tokens are spent"), failure.getMessage());
  }

  @Test
  void aComparisonThatDoesNotFitTheBudgetEndsTheRunWhileTheOtherServersAreLeftOut()
      throws Exception {
    Budget budget = new Budget(4, "`max-tokens` 4", stop);
    EmbeddingProvider provider = paced(pacer(OptionalInt.empty()), budget);
    provider.embed(List.of("aaa"));
    one.failsWith(Kind.UNREACHED);
    assertThrows(Transient.class, () -> provider.embed(List.of("b")));

    Hopeless failure = assertThrows(Hopeless.class, () -> provider.embed(List.of("b")));
    assertEquals(Hopeless.Reason.BUDGET, failure.reason());
    assertEquals(0, other.calls());
  }

  @Test
  void aPaidReplyThatCannotBeComparedWithinTheBudgetIsCharged() throws Exception {
    Budget budget = new Budget(6, "`max-tokens` 6", stop);
    EmbeddingProvider provider = paced(pacer(OptionalInt.empty()), budget);
    one.onCall =
        () -> {
          one.onCall = () -> {};
          assertEquals(right("bb"), embedded(provider, "bb"));
        };

    Transient failure = assertThrows(Transient.class, () -> provider.embed(List.of("aaaa")));
    assertEquals(Kind.NO_REPLY, failure.kind());
    assertEquals(List.of(List.of("aaaa")), one.scripted.requests());
    assertEquals(OptionalLong.of(4), failure.billed());
  }

  private static List<Vector> embedded(EmbeddingProvider provider, String text) {
    try {
      return provider.embed(List.of(text)).vectors();
    } catch (ProviderException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
