package dev.embedctl.pipeline;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.embedctl.model.StopSignal;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class WriteInterrupterTest {
  private final StopSignal stop = new StopSignal();
  private final WriteInterrupter watcher = WriteInterrupter.watch(stop, Duration.ZERO);
  private final CountDownLatch never = new CountDownLatch(1);

  @Test
  void freesAThreadThatIsStuckWhileItWrites() {
    watcher.begin();
    stop.raise();

    assertThrows(InterruptedException.class, never::await);
    watcher.end();
    assertFalse(Thread.interrupted(), "nobody else gets the interrupt");
  }

  @Test
  void freesAThreadThatBeginsToWriteAfterTheGrace() {
    stop.raise();

    assertThrows(InterruptedException.class, this::writeUntilFreed);
  }

  @Test
  void leavesAThreadAloneThatDoesNotWrite() {
    stop.raise();
    assertThrows(InterruptedException.class, this::writeUntilFreed);
    watcher.begin();
    watcher.end();

    assertFalse(Thread.interrupted());
  }

  /** Writes again and again, since the watcher may not have come yet. */
  private void writeUntilFreed() throws InterruptedException {
    while (true) {
      watcher.begin();
      Thread.sleep(1);
      watcher.end();
    }
  }
}
