package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.process.Embedctl.Ended;
import dev.embedctl.testing.OpenAiServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code embedctl doctor} as a process. */
@Timeout(60)
final class DoctorIT {
  @TempDir private Path folder;

  @Test
  void aSignalEndsItAtOnce() throws Exception {
    try (OpenAiServer server = new OpenAiServer(4, Duration.ofHours(1))) {
      Embedctl embedctl = new Embedctl(folder).brief();
      Process doctor =
          embedctl.start(
              "doctor",
              "--provider=openai",
              "--model=m",
              "--timeout=1h",
              "--base-url=" + server.baseUrl());
      while (server.calls() == 0) {
        assertTrue(doctor.isAlive(), "it ended by itself");
        TimeUnit.MILLISECONDS.sleep(5);
      }
      Embedctl.signal(doctor, "INT");
      Ended ended = embedctl.ended(doctor);

      assertEquals(130, ended.code(), ended.err());
      assertEquals("", ended.out());
      assertEquals(1, ended.err().lines().count(), ended.err());
    }
  }
}
