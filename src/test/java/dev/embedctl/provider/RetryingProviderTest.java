package dev.embedctl.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.provider.CallListener.Call;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.testing.ScriptedProvider;
import dev.embedctl.testing.ScriptedProvider.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RetryingProviderTest {
  private static final RetryPolicy POLICY = new RetryPolicy(3, Duration.ofSeconds(1));

  private final List<Duration> pauses = new ArrayList<>();
  private final List<Transient.Kind> reasons = new ArrayList<>();
  private final List<Duration> waited = new ArrayList<>();
  private long now;
  private int calls;
  private int retries;
  private boolean stopping;

  private final CallListener listener =
      new CallListener() {
        @Override
        public void began() {
          throw new AssertionError("calls are told by who sends them");
        }

        @Override
        public void ended(Call call) {
          throw new AssertionError("calls are told by who sends them");
        }

        @Override
        public void retrying(Transient.Kind reason) {
          retries++;
          reasons.add(reason);
        }

        @Override
        public void waited(Wait why, Duration took) {
          assertEquals(Wait.RETRY, why);
          waited.add(took);
        }

        @Override
        public void heldBack(Duration wait) {
          throw new AssertionError("waits are told by who waits");
        }
      };

  private EmbeddingProvider failing(ProviderException... failures) {
    Iterator<ProviderException> next = Arrays.asList(failures).iterator();
    return retrying(
        texts -> {
          if (next.hasNext()) {
            throw next.next();
          }
        });
  }

  private EmbeddingProvider retrying(Script script) {
    return new RetryingProvider(
        new ScriptedProvider(
            10,
            texts -> {
              calls++;
              script.play(texts);
            }),
        POLICY,
        pause -> {
          pauses.add(pause);
          now += pause.toNanos();
          return stopping;
        },
        new Random(1),
        listener,
        () -> now);
  }

  private static Transient busy() {
    return new Transient("busy", Transient.Kind.SERVER_ERROR, Optional.empty(), null);
  }

  private static Transient cutOff() {
    return new Transient("gone", Transient.Kind.CUT_OFF, Optional.empty(), null);
  }

  private static Transient limited(Duration retryAfter) {
    return new Transient("slow", Transient.Kind.RATE_LIMITED, Optional.of(retryAfter), null);
  }

  @Test
  void callsAgainAfterTransientFailures() throws Exception {
    Embeddings embeddings = failing(busy(), busy()).embed(List.of("x"));

    assertEquals(3, embeddings.calls());
    assertEquals(3, calls);
    assertEquals(2, retries);
  }

  private static Transient badReply(String words) {
    return new Transient(words, Transient.Kind.BAD_REPLY, Optional.empty(), null);
  }

  @Test
  void doesNotBuyTheSameBadReplyAThirdTime() {
    Transient failure =
        assertThrows(
            Transient.class,
            () ->
                failing(badReply("1 of 3 vectors"), badReply("2 of 3 vectors"), busy())
                    .embed(List.of("x")));

    assertEquals(2, failure.attempts());
    assertEquals(2, calls);
    assertEquals(1, pauses.size());
  }

  @Test
  void badRepliesThatDifferUseUpTheAttempts() throws Exception {
    assertEquals(
        3, failing(badReply("no index"), badReply("no vector")).embed(List.of("x")).calls());
    assertEquals(3, failing(badReply("no index"), busy()).embed(List.of("x")).calls());
  }

  @Test
  void aServerThatGaveGoodRepliesGetsAllAttempts() throws Exception {
    EmbeddingProvider provider =
        retrying(
            texts -> {
              if (calls == 2 || calls == 3) {
                throw badReply("no index");
              }
            });

    assertEquals(1, provider.embed(List.of("x")).calls());
    assertEquals(3, provider.embed(List.of("x")).calls());
  }

  private static Transient timedOut() {
    return new Transient("slow", Transient.Kind.TIMED_OUT, Optional.empty(), null);
  }

  @Test
  void severalTextsThatTookTooLongAreNotSentAgainTogether() {
    Transient failure =
        assertThrows(Transient.class, () -> failing(timedOut()).embed(List.of("x", "y")));

    assertEquals(1, failure.attempts());
    assertEquals(1, calls);
    assertEquals(List.of(), pauses);
  }

  @Test
  void aTextThatTookTooLongIsTriedAgain() throws Exception {
    assertEquals(3, failing(timedOut(), timedOut()).embed(List.of("x")).calls());
  }

  @Test
  void aRequestThatIsCrowdedOutUsesUpNoAttemptUnlessItAlwaysIs() throws Exception {
    Transient[] failures = new Transient[30];
    Arrays.fill(failures, new Transient("503", Transient.Kind.CROWDED_OUT, Optional.empty(), null));

    assertEquals(21, failing(Arrays.copyOf(failures, 20)).embed(List.of("x")).calls());
    Transient failure = assertThrows(Transient.class, () -> failing(failures).embed(List.of("x")));
    assertEquals(20 + POLICY.maxAttempts(), failure.attempts());
  }

  @Test
  void tellsWhyItCallsAgainAndHowLongItPaused() throws Exception {
    failing(busy(), cutOff(), limited(Duration.ofSeconds(5))).embed(List.of("x"));

    assertEquals(
        List.of(Transient.Kind.SERVER_ERROR, Transient.Kind.CUT_OFF, Transient.Kind.RATE_LIMITED),
        reasons);
    assertEquals(pauses, waited);
    assertEquals(2, waited.size(), "what the provider put off waits for its turn");
  }

  @Test
  void givesUpAfterTheLastAttempt() {
    Transient failure =
        assertThrows(
            Transient.class, () -> failing(busy(), busy(), busy(), busy()).embed(List.of("x")));

    assertEquals(3, failure.attempts());
    assertEquals(3, calls);
    assertEquals(2, pauses.size());
  }

  @Test
  void neverCallsAgainAfterARefusalOrWhenItIsHopeless() {
    assertThrows(Refused.class, () -> failing(new Refused("no")).embed(List.of("x")));
    assertThrows(
        Hopeless.class,
        () -> failing(new Hopeless(Hopeless.Reason.MONEY, "no")).embed(List.of("x")));

    assertEquals(2, calls);
    assertEquals(List.of(), pauses);
  }

  @Test
  void doublesItsPausesWithJitter() throws Exception {
    failing(busy(), busy()).embed(List.of("x"));

    assertBetween(500, 1000, pauses.get(0));
    assertBetween(1000, 2000, pauses.get(1));
  }

  @Test
  void aCutConnectionIsTriedAgainWithoutAPauseOnce() throws Exception {
    Embeddings embeddings = failing(cutOff(), cutOff()).embed(List.of("x"));

    assertEquals(3, embeddings.calls());
    assertEquals(2, retries);
    assertEquals(Duration.ZERO, pauses.get(0));
    assertBetween(1000, 2000, pauses.get(1));
  }

  private static void assertBetween(long least, long most, Duration pause) {
    assertTrue(pause.toMillis() >= least && pause.toMillis() <= most, pause.toString());
  }

  @Test
  void aCallThatTheProviderPutOffIsNoAttempt() throws Exception {
    Transient limited = limited(Duration.ofSeconds(17));

    Embeddings embeddings =
        failing(limited, busy(), limited, limited, limited, busy(), limited).embed(List.of("x"));

    assertEquals(8, embeddings.calls());
    assertEquals(7, retries);
    assertEquals(2, pauses.size(), "the pace waits, not the request");
  }

  @Test
  void aCallThatWasNotUnderstoodIsNoAttempt() throws Exception {
    Transient misunderstood =
        new Transient("hm?", Transient.Kind.MISUNDERSTOOD, Optional.empty(), null);

    Embeddings embeddings = failing(misunderstood, busy(), busy()).embed(List.of("x"));

    assertEquals(4, embeddings.calls());
    assertEquals(2, pauses.size());
  }

  @Test
  void anAttemptIsNotGivenBackByACallThatWasPutOff() {
    Transient limited = limited(Duration.ofSeconds(1));

    Transient failure =
        assertThrows(
            Transient.class,
            () -> failing(busy(), limited, busy(), limited, busy(), busy()).embed(List.of("x")));

    assertEquals(5, failure.attempts());
  }

  @Test
  void aRequestThatWasNotSentAgainCountsTheCallsItHad() {
    ProviderException.Unsent unsent =
        assertThrows(
            ProviderException.Unsent.class,
            () -> failing(busy(), new ProviderException.Unsent()).embed(List.of("x")));

    assertEquals(1, unsent.attempts());
  }

  @Test
  void aPauseGrowsToAMinuteAtMost() {
    assertTrue(POLICY.pauseAfter(40, new Random(1)).compareTo(Duration.ofMinutes(1)) <= 0);
  }

  @Test
  void aRunThatStopsIsNotCalledForAgain() {
    stopping = true;

    Transient failure = assertThrows(Transient.class, () -> failing(busy()).embed(List.of("x")));

    assertEquals(1, failure.attempts());
    assertEquals(1, calls);
  }
}
