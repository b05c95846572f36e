package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.Headers;
import dev.embedctl.process.Embedctl.Ended;
import dev.embedctl.testing.ForwardProxy;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run over TLS through a proxy that wants a password. */
final class TunnelIT {
  @TempDir private Path folder;

  @Test
  void theProxyHearsItsPasswordAndNotTheKeyAndTheServerTheKeyAndNotThePassword() throws Exception {
    Path input = Files.writeString(folder.resolve("input.jsonl"), "\"a\"\n");
    try (TlsServer server = new TlsServer(folder);
        ForwardProxy proxy = ForwardProxy.to(server.port())) {
      Ended ended =
          new Embedctl(folder)
              .with("OPENAI_API_KEY", "sk-secret")
              .with("HTTPS_PROXY", "http://user:hush@127.0.0.1:" + proxy.port())
              .with("https_proxy", "")
              .with("NO_PROXY", "other.test")
              .with("no_proxy", "")
              .with("EMBEDCTL_OPTS", server.trustingIt())
              .run(
                  "batch",
                  input.toString(),
                  "--provider",
                  "openai",
                  "--model=m",
                  "--base-url",
                  TlsServer.BASE_URL);

      assertEquals("", ended.err());
      assertEquals(0, ended.code());
      assertEquals(1, ended.lines().size());
      String head = String.join("", proxy.heads());
      assertTrue(head.startsWith("CONNECT api.example.test:443 HTTP/1.1\r\n"), head);
      assertTrue(head.contains("Proxy-Authorization: Basic dXNlcjpodXNo\r\n"), head);
      assertFalse(head.contains("sk-secret"), head);
      Headers headers = server.heard();
      assertEquals("Bearer sk-secret", headers.getFirst("Authorization"));
      assertFalse(headers.containsKey("Proxy-Authorization"));
    }
  }
}
