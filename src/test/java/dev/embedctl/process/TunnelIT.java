package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.embedctl.process.Embedctl.Ended;
import dev.embedctl.testing.ForwardProxy;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run over TLS through a proxy that wants a password. */
final class TunnelIT {
  private static final String STORE_PASSWORD = "changeit";

  @TempDir private Path folder;
  private final BlockingQueue<Headers> heard = new LinkedBlockingQueue<>();

  /** A key and a certificate that nobody but this test trusts. */
  private Path keyStore() throws Exception {
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

  private HttpsServer server(Path store) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, STORE_PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, STORE_PASSWORD.toCharArray());
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(managers.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    server.createContext("/v1/embeddings", this::answer);
    server.start();
    return server;
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

  @Test
  void theProxyHearsItsPasswordAndNotTheKeyAndTheServerTheKeyAndNotThePassword() throws Exception {
    Path store = keyStore();
    Path input = Files.writeString(folder.resolve("input.jsonl"), "\"a\"\n");
    HttpsServer server = server(store);
    try (ForwardProxy proxy = ForwardProxy.to(server.getAddress().getPort())) {
      Ended ended =
          new Embedctl(folder)
              .with("OPENAI_API_KEY", "sk-secret")
              .with("HTTPS_PROXY", "http://user:hush@127.0.0.1:" + proxy.port())
              .with("https_proxy", "")
              .with("NO_PROXY", "other.test")
              .with("no_proxy", "")
              .with(
                  "EMBEDCTL_OPTS",
                  "-Djavax.net.ssl.trustStore="
                      + store
                      + " -Djavax.net.ssl.trustStorePassword="
                      + STORE_PASSWORD)
              .run(
                  "batch",
                  input.toString(),
                  "--provider",
                  "openai",
                  "--base-url",
                  "https://api.example.test/v1");

      assertEquals("", ended.err());
      assertEquals(0, ended.code());
      assertEquals(1, ended.lines().size());
      String head = String.join("", proxy.heads());
      assertTrue(head.startsWith("CONNECT api.example.test:443 HTTP/1.1\r\n"), head);
      assertTrue(head.contains("Proxy-Authorization: Basic dXNlcjpodXNo\r\n"), head);
      assertFalse(head.contains("sk-secret"), head);
      Headers headers = heard.remove();
      assertEquals("Bearer sk-secret", headers.getFirst("Authorization"));
      assertFalse(headers.containsKey("Proxy-Authorization"));
    } finally {
      server.stop(0);
    }
  }
}
