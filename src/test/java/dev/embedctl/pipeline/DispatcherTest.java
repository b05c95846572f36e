package dev.embedctl.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.model.StopSignal;
import dev.embedctl.model.Vector;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.testing.MapCache;
import dev.embedctl.testing.ScriptedProvider;
import dev.embedctl.testing.ScriptedProvider.Script;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class DispatcherTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final StopSignal stop = new StopSignal();
  private final RunFailure failure = new RunFailure(stop);
  private final MissQueue queue = new MissQueue(event -> {});

  private Dispatcher dispatcher(int permits, ScriptedProvider provider) {
    return dispatcher(permits, provider, new MapCache());
  }

  private Dispatcher dispatcher(int permits, ScriptedProvider provider, VectorCache cache) {
    ErrorTally tally = new ErrorTally(Optional.empty(), failure);
    RequestRunner runner =
        new RequestRunner(
            provider,
            DriftGuard.of(provider, new MapCache(), OptionalDouble.empty(), Instant.EPOCH),
            new VectorStore(cache, event -> {}),
            queue,
            OnError.FAIL,
            failure,
            tally,
            new ServerFaults(permits),
            stop,
            () -> {});
    RequestPacker packer = new RequestPacker(RequestPackerTest.OPTIONS, provider);
    SharedTexts texts = new SharedTexts(cache, queue, runner, tally, event -> {}, () -> {}, LONG);
    return new Dispatcher(permits, queue, packer, texts, failure);
  }

  private void add(int from, int to) {
    String[] texts = IntStream.range(from, to).mapToObj(i -> "text " + i).toArray(String[]::new);
    Chunk chunk = Promises.chunk(texts);
    queue.add(Promises.in(chunk, texts), chunk);
  }

  @Test
  void sendsAsManyRequestsAtOnceAsThereArePermitsAndNoMore() throws InterruptedException {
    CountDownLatch allPermits = new CountDownLatch(3);
    AtomicInteger inFlight = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ScriptedProvider provider =
        new ScriptedProvider(
            1,
            texts -> {
              most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
              allPermits.countDown();
              allPermits.await();
              inFlight.decrementAndGet();
            });
    Dispatcher dispatcher = dispatcher(3, provider);
    add(0, 50);
    queue.close();

    dispatcher.start();
    while (queue.size() > 0) {
      Thread.onSpinWait();
    }
    dispatcher.drain(LONG);

    assertEquals(3, most.get());
    assertEquals(50, provider.sent().size());
    assertEquals(Optional.empty(), failure.cause());
  }

  @Test
  void aVectorIsInTheCacheBeforeWhoWaitsForItGetsIt() throws InterruptedException {
    List<Integer> waiting = Collections.synchronizedList(new ArrayList<>());
    VectorCache watching =
        new MapCache() {
          @Override
          public void store(Map<CacheKey, Vector> bought) throws IOException {
            waiting.add(queue.size());
            super.store(bought);
          }
        };
    Dispatcher dispatcher = dispatcher(1, new ScriptedProvider(2, texts -> {}), watching);
    add(0, 6);
    queue.close();

    dispatcher.start();
    while (queue.size() > 0) {
      Thread.onSpinWait();
    }
    dispatcher.drain(LONG);

    assertEquals(List.of(6, 4, 2), waiting);
  }

  @Test
  void packsARequestWhenItHasItsPermitAndNotBefore() throws InterruptedException {
    CountDownLatch firstCall = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    ScriptedProvider provider =
        new ScriptedProvider(
            10,
            texts -> {
              firstCall.countDown();
              answer.await();
            });
    Dispatcher dispatcher = dispatcher(1, provider);
    add(0, 1);
    dispatcher.start();
    firstCall.await();
    add(1, 3);
    add(3, 6);
    queue.close();

    answer.countDown();
    while (queue.size() > 0) {
      Thread.onSpinWait();
    }
    dispatcher.drain(LONG);

    assertEquals(List.of(1, 5), provider.requests().stream().map(List::size).toList());
  }

  @Test
  void drainingWaitsForWhatIsInFlightAndSendsNoMore() throws InterruptedException {
    CountDownLatch calls = new CountDownLatch(2);
    CountDownLatch answer = new CountDownLatch(1);
    AtomicInteger answered = new AtomicInteger();
    Script script =
        texts -> {
          calls.countDown();
          answer.await();
          answered.incrementAndGet();
        };
    ScriptedProvider provider = new ScriptedProvider(1, script);
    Dispatcher dispatcher = dispatcher(2, provider);
    add(0, 10);
    dispatcher.start();
    calls.await();
    queue.stop();
    Thread.ofVirtual().start(answer::countDown);

    dispatcher.drain(LONG);

    assertEquals(2, answered.get());
    assertEquals(2, provider.requests().size());
  }

  @Test
  void whatTakesLongerThanItsTimeIsGivenUp() throws InterruptedException {
    CountDownLatch calls = new CountDownLatch(2);
    AtomicInteger interrupted = new AtomicInteger();
    ScriptedProvider provider =
        new ScriptedProvider(
            1,
            texts -> {
              calls.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.incrementAndGet();
                throw e;
              }
            });
    Dispatcher dispatcher = dispatcher(2, provider);
    add(0, 10);
    dispatcher.start();
    calls.await();
    queue.stop();

    dispatcher.drain(Duration.ZERO);

    assertEquals(2, interrupted.get());
    assertEquals(2, provider.requests().size());
  }

  @Test
  void aRequestThatThrowsWhatNobodyExpectsEndsTheRunAndGivesItsPermitBack()
      throws InterruptedException {
    ScriptedProvider provider =
        new ScriptedProvider(
            1,
            texts -> {
              throw new IllegalStateException("oops " + texts);
            });
    Dispatcher dispatcher = dispatcher(1, provider);
    add(0, 2);
    queue.close();

    dispatcher.start();
    while (provider.requests().size() < 2) {
      Thread.onSpinWait(); // the second has the permit of the first
    }
    dispatcher.drain(LONG);

    assertTrue(stop.isRaised());
    assertTrue(failure.cause().orElseThrow().getMessage().contains("oops [text 0]"));
  }
}
