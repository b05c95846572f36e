package dev.embedctl.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.FailureCode;
import dev.embedctl.model.Outcome;
import dev.embedctl.model.TextFailure;
import dev.embedctl.model.Vector;
import dev.embedctl.pipeline.PipelineEvent.DemandBegan;
import dev.embedctl.pipeline.PipelineEvent.DemandEnded;
import dev.embedctl.pipeline.PipelineEvent.Took;
import dev.embedctl.testing.ScriptedProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class MissQueueTest {
  private static final Duration TOOK = Duration.ofMillis(5);
  private static final Vector VECTOR = Vector.wrap(1f, 2f);

  private final List<PipelineEvent> events = Collections.synchronizedList(new ArrayList<>());
  private final MissQueue queue = new MissQueue(events::add);
  private final RequestPacker two =
      new RequestPacker(RequestPackerTest.OPTIONS, new ScriptedProvider(2, texts -> {}));

  private Chunk added(String... texts) {
    Chunk chunk = Promises.chunk(texts);
    queue.add(Promises.in(chunk, texts), chunk);
    return chunk;
  }

  @Test
  void givesTheVectorToAllChunksThatJoined() throws InterruptedException {
    Chunk first = added("a");
    Chunk second = Promises.chunk("b", "a");

    assertEquals(Set.of(Promises.KEYS.keyOf("a")), queue.join(Promises.wanted(second, "b", "a")));
    second.put(0, new Outcome.Hit(second.records().get(0), VECTOR, TOOK));
    List<TextPromise> request = queue.take(two);
    assertEquals(List.of("a"), Promises.texts(request), "it is sent once");
    assertFalse(first.isWhole());
    assertFalse(second.isWhole());

    queue.keep(request, List.of(VECTOR), TOOK);

    assertTrue(first.isWhole());
    assertTrue(second.isWhole());
    assertEquals(
        new Outcome.Fresh(second.records().get(1), VECTOR, TOOK), second.outcomes().get(1));
  }

  @Test
  void aTextThatIsInFlightIsJoinedAndOneThatWasKeptIsNot() throws InterruptedException {
    added("a");
    List<TextPromise> request = queue.take(two);

    assertEquals(1, queue.size(), "it is in flight");
    assertEquals(1, queue.join(Promises.wanted(Promises.chunk("a"), "a")).size());

    queue.keep(request, List.of(VECTOR), TOOK);

    assertEquals(0, queue.size());
    assertEquals(Set.of(), queue.join(Promises.wanted(Promises.chunk("a"), "a")));
  }

  @Test
  void aTextThatFailedFailsEverywhereAndIsForgotten() throws InterruptedException {
    Chunk first = added("a");
    Chunk second = Promises.chunk("a");
    queue.join(Promises.wanted(second, "a"));
    TextFailure failure = new TextFailure(FailureCode.REFUSED, "no", 1);

    queue.fail(queue.take(two), failure, TOOK);

    for (Chunk chunk : List.of(first, second)) {
      assertEquals(
          List.of(new Outcome.Failed(chunk.records().get(0), failure, TOOK)), chunk.outcomes());
    }
    assertEquals(0, queue.size());
  }

  @Test
  void aRequestIsWaitedForUntilTheQueueIsClosed() throws Exception {
    FutureTask<List<TextPromise>> taker = new FutureTask<>(() -> queue.take(two));
    Thread thread = Thread.ofPlatform().daemon().start(taker);
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }

    added("a", "b", "c");

    assertEquals(List.of("a", "b"), Promises.texts(taker.get()));
    queue.close();
    List<TextPromise> last = queue.take(two);
    assertEquals(List.of("c"), Promises.texts(last), "what waits is sent");
    queue.keep(taker.get(), List.of(VECTOR, VECTOR), TOOK);
    queue.keep(last, List.of(VECTOR), TOOK);
    assertEquals(List.of(), queue.take(two));
    assertEquals(List.of(), queue.takePutOff());
  }

  @Test
  void aTextThatIsPutOffIsStillPromisedAndIsSentBeforeTheOthersWhenItComesBack()
      throws InterruptedException {
    Chunk chunk = added("a", "b");
    List<TextPromise> request = queue.take(two);
    added("c", "d");
    queue.close();

    queue.putOff(request);

    assertEquals(Set.of(Promises.KEYS.keyOf("a")), queue.join(Promises.wanted(chunk, "a")));
    assertEquals(request, queue.takePutOff());
    queue.sendNext(request);
    assertEquals(List.of("a", "b"), Promises.texts(queue.take(two)));
    assertEquals(List.of("c", "d"), Promises.texts(queue.take(two)));
  }

  @Test
  void aTextThatIsFoundAfterAllIsAHitWhereverItIsAwaited() throws InterruptedException {
    Chunk first = added("a");
    Chunk second = Promises.chunk("a");
    queue.join(Promises.wanted(second, "a"));

    queue.find(queue.take(two), Map.of(Promises.KEYS.keyOf("a"), VECTOR), TOOK);

    for (Chunk chunk : List.of(first, second)) {
      assertEquals(
          List.of(new Outcome.Hit(chunk.records().get(0), VECTOR, TOOK)), chunk.outcomes());
    }
    assertEquals(0, queue.size());
  }

  @Test
  void aClosedQueueGoesOnUntilATextInFlightIsSettledSinceItMayBePutOff() throws Exception {
    added("a");
    List<TextPromise> request = queue.take(two);
    queue.close();
    FutureTask<List<TextPromise>> taker = new FutureTask<>(() -> queue.take(two));
    Thread thread = Thread.ofPlatform().daemon().start(taker);
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }

    queue.putOff(request);
    queue.sendNext(queue.takePutOff());

    assertEquals(request, taker.get());
  }

  @Test
  void whatIsPutOffAfterTheStopIsNotLookedAtAgain() throws InterruptedException {
    added("a");
    List<TextPromise> request = queue.take(two);
    queue.stop();

    queue.putOff(request);
    queue.sendNext(request);

    assertEquals(List.of(), queue.takePutOff());
    assertEquals(List.of(), queue.take(two));
  }

  @Test
  void whatWaitsIsNotSentOnceTheQueueIsStopped() throws InterruptedException {
    added("a", "b", "c");
    List<TextPromise> inFlight = queue.take(two);

    queue.stop();

    assertEquals(List.of(), queue.take(two));
    queue.keep(inFlight, List.of(VECTOR, VECTOR), TOOK);
    assertEquals(1, queue.size(), "the third is still promised");
  }

  @Test
  void whatComesAfterTheStopIsNotSentEither() throws InterruptedException {
    queue.stop();

    added("a");

    assertEquals(List.of(), queue.take(two));
    assertEquals(List.of(), events);
  }

  @Test
  void demandBeginsWithTheFirstTextAndEndsWithTheLast() throws InterruptedException {
    added("a", "b");
    added("c");
    queue.keep(queue.take(two), List.of(VECTOR, VECTOR), TOOK);
    queue.keep(queue.take(two), List.of(VECTOR), TOOK);
    added();
    added("d");

    List<PipelineEvent> demands = events.stream().filter(e -> !(e instanceof Took)).toList();
    assertEquals(List.of(new DemandBegan(), new DemandEnded(), new DemandBegan()), demands);
    assertEquals(2, events.stream().filter(Took.class::isInstance).count());
  }

  @Test
  void aListenerThatIsSlowHoldsNobodyUp() throws InterruptedException {
    List<Integer> sizes = new ArrayList<>();
    MissQueue[] listened = new MissQueue[1];
    listened[0] =
        new MissQueue(
            event -> {
              FutureTask<Integer> other = new FutureTask<>(() -> listened[0].size());
              Thread.ofPlatform().daemon().start(other);
              try {
                sizes.add(other.get()); // never, were the lock held meanwhile
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    Chunk chunk = Promises.chunk("a");

    listened[0].add(Promises.in(chunk, "a"), chunk);
    listened[0].keep(listened[0].take(two), List.of(VECTOR), TOOK);

    assertEquals(List.of(1, 1, 0), sizes);
  }
}
