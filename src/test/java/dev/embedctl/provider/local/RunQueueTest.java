package dev.embedctl.provider.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.Vector;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Texts are identified by their length, which is the only value of their vector. */
@Timeout(30)
final class RunQueueTest {
  private static final int BUDGET = 12;

  private final List<List<Integer>> runs = new CopyOnWriteArrayList<>();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch gate = new CountDownLatch(1);
  private final RunQueue queue = new RunQueue(new Runs(BUDGET, 1, 1), this::vectors);

  /** The first run waits at the gate, so that a test decides what is queued behind it. */
  private List<Vector> vectors(List<int[]> texts) {
    runs.add(texts.stream().map(ids -> ids.length).toList());
    begun.countDown();
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    if (texts.getFirst().length == 7) {
      throw new IllegalStateException("seven");
    }
    return texts.stream().map(ids -> Vector.wrap((float) ids.length)).toList();
  }

  /**
   * Requests vectors for texts of these lengths on a thread of its own, and returns when they are
   * queued.
   */
  private Call ask(Integer... lengths) {
    FutureTask<List<Float>> reply =
        new FutureTask<>(
            () ->
                queue.run(Arrays.stream(lengths).map(length -> new int[length]).toList()).stream()
                    .map(vector -> vector.at(0))
                    .toList());
    Thread thread = Thread.ofPlatform().start(reply);
    awaitRest(thread);
    return new Call(reply, thread);
  }

  /** Waits until a thread is waiting for others, or has ended. */
  private static void awaitRest(Thread thread) {
    while (thread.getState() != Thread.State.WAITING && thread.isAlive()) {
      Thread.onSpinWait();
    }
  }

  private record Call(FutureTask<List<Float>> reply, Thread thread) {}

  /** Starts a call whose only text is being run, so that later texts are queued behind it. */
  private Call askAndHold(Integer... lengths) throws InterruptedException {
    Call call = ask(lengths);
    begun.await();
    return call;
  }

  @AfterEach
  void end() throws InterruptedException {
    gate.countDown();
    queue.drain();
  }

  @Test
  void fillsARunWithTextsOfSimilarLengthFromAllRequests() throws Exception {
    askAndHold(1);
    Call one = ask(6, 2);
    Call other = ask(5, 2, 3);
    gate.countDown();

    assertEquals(List.of(6f, 2f), one.reply().get());
    assertEquals(List.of(5f, 2f, 3f), other.reply().get());
    assertEquals(List.of(List.of(1), List.of(6, 5), List.of(2, 2), List.of(3)), runs);
  }

  @Test
  void theOldestRequestIsRunFirstEvenIfOthersHaveLongerTexts() throws Exception {
    askAndHold(1);
    ask(4);
    Call later = ask(12, 11);
    gate.countDown();
    later.reply().get();

    assertEquals(List.of(List.of(1), List.of(4), List.of(12), List.of(11)), runs);
  }

  @Test
  void paddingCountsTowardsTheLimitAndALongerTextIsRunAlone() throws Exception {
    askAndHold(1);
    Call call = ask(20, 4, 1, 1, 1);
    gate.countDown();

    assertEquals(List.of(20f, 4f, 1f, 1f, 1f), call.reply().get());
    assertEquals(List.of(List.of(1), List.of(20), List.of(4, 1, 1), List.of(1)), runs);
  }

  @Test
  void anInterruptedCallWaitsForItsCurrentRunAndRemovesTheRest() throws Exception {
    Call call = askAndHold(12, 11);
    Call other = ask(10);
    call.thread().interrupt();
    while (call.thread().isInterrupted()) {
      Thread.onSpinWait();
    }
    awaitRest(call.thread());

    assertTrue(call.thread().isAlive(), "native code is still running");
    gate.countDown();
    assertInstanceOf(
        InterruptedException.class,
        assertThrows(ExecutionException.class, call.reply()::get).getCause());
    assertEquals(List.of(10f), other.reply().get());
    assertEquals(List.of(List.of(12), List.of(10)), runs);
  }

  @Test
  void aFailedRunFailsOnlyTheRequestsWithTextsInIt() throws Exception {
    Call whole = askAndHold(1);
    Call one = ask(7, 1);
    Call other = ask(9);
    gate.countDown();

    Throwable failure = assertThrows(ExecutionException.class, one.reply()::get).getCause();
    assertEquals("seven", failure.getMessage());
    assertSame(IllegalStateException.class, failure.getClass());
    assertEquals(List.of(1f), whole.reply().get());
    assertEquals(List.of(9f), other.reply().get());
    assertEquals(List.of(List.of(1), List.of(7), List.of(9)), runs);
  }

  /** Two threads compute 16 tokens, which one of them could take in two runs of 12. */
  @Test
  void theLastTextsAreSharedOutOverTheThreads() throws Exception {
    RunQueue two = new RunQueue(new Runs(BUDGET, 1, 2), this::vectors);
    gate.countDown();
    two.run(List.of(new int[4], new int[4], new int[4], new int[4]));
    two.drain();

    assertEquals(List.of(List.of(4, 4), List.of(4), List.of(4)), sorted(runs));
  }

  /** Two threads may end in another order than they began in. */
  private static List<List<Integer>> sorted(List<List<Integer>> runs) {
    return runs.stream().sorted(Comparator.comparingInt(run -> -run.size())).toList();
  }
}
