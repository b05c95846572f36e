package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.tls.Certificates;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls to a server that accepts connections and never answers. */
@Timeout(30)
final class HttpCallsTest {

  @Test
  void aQuestionHasAShorterTimeThanACall() throws Exception {
    FailureMessages messages =
        new FailureMessages(
            "tei", "localhost", KeyAuthorization.none(), Optional.empty(), Optional.empty());
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        HttpCalls calls =
            new HttpCalls(
                HttpClient::newHttpClient,
                KeyAuthorization.none(),
                Optional.empty(),
                Optional.empty(),
                Certificates.of(Map.of()),
                messages,
                Duration.ofHours(1),
                Duration.ofMillis(100))) {
      URI address = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/info");

      Transient failure = assertThrows(Transient.class, () -> calls.get(address));
      assertEquals(Kind.TIMED_OUT, failure.kind());
      assertTrue(failure.getMessage().contains("within 100 ms"), failure.getMessage());
    }
  }
}
