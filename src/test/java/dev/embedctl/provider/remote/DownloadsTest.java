package dev.embedctl.provider.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.provider.remote.Downloads.Received;
import dev.embedctl.provider.tls.Certificates;
import dev.embedctl.testing.FileServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DownloadsTest {
  private static Downloads patient(Duration timeout) {
    return new Downloads(new Proxies(Map.of()), Certificates.of(Map.of()), timeout);
  }

  private static Received redirect() {
    return new Received(
        URI.create("https://hub.example/file?signature=secret"),
        302,
        HttpHeaders.of(Map.of("Location", List.of("x")), (name, value) -> true),
        InputStream.nullInputStream());
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://cdn.example/file", "ftp://cdn.example/file", "file:/etc/passwd"})
  void aRedirectToAnUnsafeAddressIsRefused(String next) {
    RunFailed refused =
        assertThrows(RunFailed.class, () -> Downloads.requireAllowed(redirect(), URI.create(next)));

    assertTrue(
        refused.getMessage().startsWith("https://hub.example/file: it redirects to "),
        refused::getMessage);
  }

  @Test
  void aRedirectToAnotherHostOverTlsIsAllowed() {
    assertDoesNotThrow(
        () -> Downloads.requireAllowed(redirect(), URI.create("https://cdn.example/file")));
  }

  @Test
  void aRedirectWithinTheServerKeepsTheAuthorization() throws Exception {
    try (FileServer server = new FileServer();
        Downloads downloads = patient(Duration.ofSeconds(20))) {
      server.redirect("/old/file", "/new/file");
      server.text("/new/file", "content");

      try (Received reply =
          downloads.get(
              URI.create(server.url() + "/old/file"), Map.of(), Optional.of("Bearer k"))) {
        assertEquals("content", new String(reply.body().readAllBytes(), UTF_8));
      }
      assertEquals(
          Optional.of("Bearer k"), server.requests("/new/file").getFirst().authorization());
    }
  }

  @Test
  void aServerThatDoesNotAnswerIsGivenUp() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    try (FileServer server = new FileServer();
        Downloads downloads = patient(Duration.ofMillis(200))) {
      server.on("/file", exchange -> await(ended));

      RunFailed failure =
          assertThrows(
              RunFailed.class,
              () -> downloads.get(URI.create(server.url() + "/file"), Map.of(), Optional.empty()));

      assertTrue(failure.getMessage().contains("no reply within 200 ms"), failure::getMessage);
    } finally {
      ended.countDown();
    }
  }

  @Test
  void aBodyThatComesToAHaltIsGivenUp() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    try (FileServer server = new FileServer();
        Downloads downloads = patient(Duration.ofSeconds(1))) {
      server.on(
          "/file",
          exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write(1);
            exchange.getResponseBody().flush();
            await(ended);
          });
      try (Received reply =
          downloads.get(URI.create(server.url() + "/file"), Map.of(), Optional.empty())) {
        assertEquals(1, reply.body().read());
        assertThrows(IOException.class, () -> reply.body().read());
      }
    } finally {
      ended.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
