package dev.embedctl.io.bytes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ForceBehindTest {
  private final AtomicInteger forces = new AtomicInteger();

  @Test
  void aSmallFileIsForcedOnlyAtItsEnd() throws IOException {
    ForceBehind behind = new ForceBehind(forces::incrementAndGet);

    behind.wrote(ForceBehind.BYTES_BETWEEN - 1);
    behind.settle();

    assertEquals(0, forces.get());
  }

  @Test
  void writingGoesOnWhileBytesAreForcedAndTheEndWaitsForThem() throws Exception {
    CountDownLatch written = new CountDownLatch(1);
    ForceBehind behind =
        new ForceBehind(
            () -> {
              await(written);
              forces.incrementAndGet();
            });

    behind.wrote(ForceBehind.BYTES_BETWEEN);
    behind.wrote(ForceBehind.BYTES_BETWEEN); // one force at a time
    written.countDown();
    behind.settle();

    assertEquals(1, forces.get());
  }

  @Test
  void bytesThatTheDiskDidNotTakeAreNotForgottenByALaterForce() throws Exception {
    ForceBehind behind =
        new ForceBehind(
            () -> {
              throw new IOException("No space left on device");
            });
    behind.wrote(ForceBehind.BYTES_BETWEEN);

    IOException failure = assertThrows(IOException.class, behind::settle);
    IOException next =
        assertThrows(IOException.class, () -> behind.wrote(ForceBehind.BYTES_BETWEEN));

    assertTrue(failure.getMessage().contains("No space left on device"), failure.getMessage());
    assertTrue(next.getMessage().contains("No space left on device"), next.getMessage());
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
