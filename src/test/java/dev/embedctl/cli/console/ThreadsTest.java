package dev.embedctl.cli.console;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class ThreadsTest {
  @Test
  void aThreadThatIsNoDaemonKeepsTheProcess() throws InterruptedException {
    CountDownLatch end = new CountDownLatch(1);
    Thread other =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    end.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });

    boolean keeps = Threads.keepProcess();

    end.countDown();
    other.join();
    assertTrue(keeps);
  }
}
