package dev.embedctl.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.embedctl.model.Vector;
import dev.embedctl.testing.OpenAiReplies.Form;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** A server over TLS at localhost with the vectors of {@link Vectors}. */
public final class TlsServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpsServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger handshakes = new AtomicInteger();

  private final Answer reply;

  /** Makes the body of a reply. */
  private interface Answer {
    String to(byte[] request) throws IOException;
  }

  private TlsServer(SSLContext tls, String protocol, boolean wantsCertificate, Answer reply)
      throws IOException {
    this.reply = reply;
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(tls) {
          @Override
          public void configure(HttpsParameters parameters) {
            handshakes.incrementAndGet();
            SSLParameters all = tls.getDefaultSSLParameters();
            all.setNeedClientAuth(wantsCertificate);
            all.setProtocols(new String[] {protocol});
            parameters.setSSLParameters(all);
          }
        });
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  /** A server with a certificate. */
  public static TlsServer with(MadeCertificates certificates) throws Exception {
    return new TlsServer(certificates.context(), "TLSv1.3", false, TlsServer::vectors);
  }

  /** A server with a certificate that answers each call alike. */
  public static TlsServer with(MadeCertificates certificates, String reply) throws Exception {
    return new TlsServer(certificates.context(), "TLSv1.3", false, request -> reply);
  }

  /** A server that requires a certificate of its clients. */
  public static TlsServer requiring(
      MadeCertificates client, MadeCertificates certificates, String protocol) throws Exception {
    return new TlsServer(certificates.contextTrusting(client), protocol, true, TlsServer::vectors);
  }

  private static String vectors(byte[] request) throws IOException {
    List<Vector> vectors =
        ReplyServer.input(JSON.readTree(request)).stream()
            .map(text -> Vectors.of(text, 4))
            .toList();
    return OpenAiReplies.of(vectors, Form.NUMBERS);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body =
          reply.to(exchange.getRequestBody().readAllBytes()).getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** The base URL. */
  public String url() {
    return "https://localhost:" + server.getAddress().getPort() + "/v1";
  }

  /** The handshakes that were begun. */
  public int handshakes() {
    return handshakes.get();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
