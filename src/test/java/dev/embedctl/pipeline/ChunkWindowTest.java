package dev.embedctl.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome;
import dev.embedctl.model.Vector;
import dev.embedctl.testing.Records;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ChunkWindowTest {
  private static final int MEMORY = 100;
  private static final InputRecord RECORD = Records.of(0, "text");

  private final AtomicInteger misses = new AtomicInteger();
  private final ChunkWindow window = new ChunkWindow(10, MEMORY, misses::get);

  private static Chunk waiting(long weight) {
    return new Chunk(0, List.of(RECORD), weight, outcome -> {});
  }

  /** Begins something in a thread of its own, and returns once that waits. */
  private static <T> FutureTask<T> waitingFor(Callable<T> action) {
    FutureTask<T> task = new FutureTask<>(action);
    Thread thread = Thread.ofPlatform().daemon().start(task);
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    return task;
  }

  @Test
  void theWriterLearnsOfAWholeChunkWhileThereIsNoRoomForMore() throws Exception {
    Chunk chunk = waiting(MEMORY);
    window.add(chunk);
    FutureTask<Optional<Chunk>> writer = waitingFor(window::takeWhole);

    chunk.put(0, new Outcome.Hit(RECORD, Vector.wrap(1f), Duration.ZERO));
    window.wakeIfReady();

    assertEquals(Optional.of(chunk), writer.get());
  }

  @Test
  void theReaderLearnsOfRoomWhileNoChunkIsWhole() throws Exception {
    misses.set(10);
    window.add(waiting(1));
    FutureTask<Boolean> reader = waitingFor(window::awaitRoom);

    misses.set(9);
    window.wakeIfReady();

    assertEquals(true, reader.get());
  }
}
