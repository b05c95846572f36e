package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A server over TLS that says of itself to be api.example.test, with a certificate that nobody but
 * the test trusts.
 */
final class TlsServer implements AutoCloseable {
  static final String BASE_URL = "https://api.example.test/v1";
  private static final String STORE_PASSWORD = "changeit";

  private final BlockingQueue<Headers> heard = new LinkedBlockingQueue<>();
  private final Path store;
  private final HttpsServer server;

  /**
   * A started one.
   *
   * @param folder where its key may lie
   */
  TlsServer(Path folder) throws Exception {
    store = keyStore(folder);
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, STORE_PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, STORE_PASSWORD.toCharArray());
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(managers.getKeyManagers(), null, null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    server.createContext("/v1/embeddings", this::answer);
    server.start();
  }

  private static Path keyStore(Path folder) throws IOException, InterruptedException {
    Path store = folder.resolve("keys.p12");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-keyalg",
            "EC",
            "-dname",
            "CN=api.example.test",
            "-ext",
            "san=dns:api.example.test",
            "-storetype",
            "PKCS12",
            "-keystore",
            store.toString(),
            "-storepass",
            STORE_PASSWORD);
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, keytool.waitFor(), said);
    return store;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      heard.add(exchange.getRequestHeaders());
      byte[] reply =
          "{\"data\":[{\"index\":0,\"embedding\":[1,2]}]}".getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, reply.length);
      exchange.getResponseBody().write(reply);
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Options for a JVM that shall trust it. */
  String trustingIt() {
    return "-Djavax.net.ssl.trustStore="
        + store
        + " -Djavax.net.ssl.trustStorePassword="
        + STORE_PASSWORD;
  }

  /** The headers of the one request. */
  Headers heard() {
    return heard.remove();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
