package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.ProviderException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that answer with a failure and do not go on: the status counts. */
@Timeout(60)
final class BrokenOffReplyTest {
  private static final int LONG_TEXT = 4_000_000;

  /** How a server ends a reply that it has begun. */
  enum End {
    CLOSES,
    RESETS,
    STALLS
  }

  /** The failure of a call whose server reads only its head, or all of it where that is short. */
  private static ProviderException failure(int status, End end, int length) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread answering = Thread.ofVirtual().start(() -> answer(server, status, end));
      try (EmbeddingProvider provider =
          OpenAiWireTest.open(
              "http://127.0.0.1:" + server.getLocalPort() + "/v1", Duration.ofSeconds(3))) {
        return assertThrows(
            ProviderException.class,
            () -> provider.embed(Collections.nCopies(2, "x".repeat(length))));
      } finally {
        answering.interrupt();
      }
    }
  }

  private static void answer(ServerSocket server, int status, End end) {
    try (Socket socket = server.accept()) {
      int unread = socket.getInputStream().read(new byte[2000]);
      socket
          .getOutputStream()
          .write(
              ("HTTP/1.1 "
                      + status
                      + " No\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
                      + "{\"message\":\"too much\","
                      + " ".repeat(Math.max(0, 10 - unread)))
                  .getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
      switch (end) {
        case CLOSES -> socket.shutdownOutput();
        case RESETS -> socket.setSoLinger(true, 0);
        case STALLS -> Thread.sleep(Duration.ofSeconds(20));
      }
      if (end != End.STALLS) {
        Thread.sleep(
            Duration.ofMillis(300)); // the client reads what came before the connection is reset
      }
    } catch (IOException | InterruptedException e) {
      return; // the test is over
    }
  }

  @ParameterizedTest
  @CsvSource({
    "413, CLOSES, 10, Refused",
    "413, CLOSES, 4000000, Refused",
    "413, RESETS, 4000000, Refused",
    "413, STALLS, 10, Refused",
    "502, CLOSES, 4000000, Transient",
    "502, RESETS, 10, Transient",
    "401, RESETS, 4000000, Hopeless",
    "407, CLOSES, 4000000, Hopeless"
  })
  void keepItsStatusAndItsClass(int status, End end, int length, String type) throws Exception {
    assertTrue(length <= LONG_TEXT);
    ProviderException failure = failure(status, end, length);

    assertTrue(failure.getMessage().contains("HTTP " + status), failure.getMessage());
    assertTrue(failure.getMessage().contains("too much"), failure.getMessage());
    assertEquals(type, failure.getClass().getSimpleName());
    assertEquals(List.of(), List.of(failure.getSuppressed()));
  }
}
