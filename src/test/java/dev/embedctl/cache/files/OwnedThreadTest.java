package dev.embedctl.cache.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A thread that others wait for. */
final class OwnedThreadTest {
  @Test
  void nobodyWaitsForAThreadThatIsGone() {
    try (OwnedThread gone = new OwnedThread(work -> new Thread(() -> {}))) {
      IOException e = assertThrows(IOException.class, () -> gone.call(() -> 1));
      assertEquals("the cache's thread has ended", e.getMessage());
    }
  }

  @Test
  void anErrorReachesWhoeverWaitsAndTheThreadGoesOn() throws IOException {
    try (OwnedThread thread = new OwnedThread("test")) {
      OutOfMemoryError error = new OutOfMemoryError("of a test");
      assertSame(
          error,
          assertThrows(
              OutOfMemoryError.class,
              () ->
                  thread.call(
                      () -> {
                        throw error;
                      })));
      assertEquals(2, thread.call(() -> 2));
    }
  }
}
