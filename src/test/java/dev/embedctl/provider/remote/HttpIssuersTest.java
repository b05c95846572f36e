package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.tls.Certificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls to issuers of credentials. */
@Timeout(60)
final class HttpIssuersTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private static HttpIssuers issuers(Map<String, String> env) {
    return new HttpIssuers(new Proxies(env), Certificates.of(env));
  }

  @ParameterizedTest
  @CsvSource({
    "https://sts.eu-west-1.amazonaws.com/,true",
    "http://169.254.169.254/latest/api/token,false",
    "http://169.254.170.2/credentials,false",
    "http://[fd00:ec2::254]/latest/api/token,false",
    "http://metadata.google.internal/computeMetadata,false",
    "http://127.0.0.1:8080/,false"
  })
  void addressesOfTheOwnMachineAreCalledWithoutAProxy(URI address, boolean proxied) {
    HttpIssuers issuers =
        issuers(
            Map.of(
                "http_proxy", "http://proxy.example:3128",
                "https_proxy", "http://proxy.example:3128"));

    assertEquals(proxied, issuers.proxy(address).isPresent());
  }

  @Test
  void anyStatusIsAReply() throws Exception {
    HttpServer server = server(418, "teapot");
    try {
      HttpResponse<byte[]> reply = issuers(Map.of()).send("the issuer", request(server), LONG);

      assertEquals(418, reply.statusCode());
      assertEquals("teapot", new String(reply.body(), StandardCharsets.UTF_8));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void anIssuerThatIsGoneIsNamed() throws Exception {
    HttpServer server = server(200, "");
    HttpRequest request = request(server);
    server.stop(0);

    Transient failure =
        assertThrows(Transient.class, () -> issuers(Map.of()).send("the issuer", request, LONG));

    assertEquals(Kind.UNREACHED, failure.kind());
    assertTrue(
        failure.getMessage().startsWith("the issuer at 127.0.0.1: no reply"), failure.getMessage());
  }

  @Test
  void anIssuerThatDoesNotAnswerIsNotWaitedForLonger() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    HttpServer server = server(200, "");
    server.createContext(
        "/silent",
        exchange -> {
          try {
            done.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    try {
      URI silent = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/silent");
      Transient failure =
          assertThrows(
              Transient.class,
              () ->
                  issuers(Map.of())
                      .send(
                          "the issuer",
                          HttpRequest.newBuilder(silent).build(),
                          Duration.ofMillis(200)));

      assertEquals(Kind.TIMED_OUT, failure.kind());
    } finally {
      done.countDown();
      server.stop(0);
    }
  }

  private static HttpServer server(int status, String body) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(status, body.length());
            exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
          }
        });
    server.start();
    return server;
  }

  private static HttpRequest request(HttpServer server) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"))
        .build();
  }
}
