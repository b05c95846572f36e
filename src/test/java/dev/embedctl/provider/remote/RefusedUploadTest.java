package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.catalog.CatalogModel;
import dev.embedctl.provider.catalog.ProviderCatalog;
import dev.embedctl.provider.jobs.BatchApi;
import dev.embedctl.provider.remote.RemoteProvider.PlainKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that refuse a file before they have read it: the status counts. */
@Timeout(60)
final class RefusedUploadTest {
  @TempDir private Path folder;

  private static BatchApi open(String baseUrl) {
    return RemoteBatches.open(
            new RemoteProvider.Settings(
                new EmbeddingSpec(
                    "openai", "", "m", OptionalInt.empty(), Optional.empty(), Oversize.ERROR, ""),
                URI.create(baseUrl),
                Optional.empty(),
                new Proxies(Map.of()),
                PlainKeys.REFUSED,
                Duration.ofSeconds(5),
                sentence -> {}),
            ProviderCatalog.builtIn().provider("openai"),
            CatalogModel.UNKNOWN,
            Clock.systemUTC())
        .orElseThrow();
  }

  private static void refuse(ServerSocket server, int status) {
    try (Socket socket = server.accept()) {
      assertTrue(socket.getInputStream().read(new byte[2000]) > 0);
      String body = "{\"error\":{\"message\":\"the file is too large\"}}";
      socket
          .getOutputStream()
          .write(
              ("HTTP/1.1 "
                      + status
                      + " No\r\nContent-Type: application/json\r\nContent-Length: "
                      + body.length()
                      + "\r\nConnection: close\r\n\r\n"
                      + body)
                  .getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
      socket.shutdownOutput();
      while (socket.getInputStream().read(new byte[1 << 16]) > 0) {
        // What is on its way is read, or the reply would be lost with the connection.
      }
    } catch (IOException e) {
      return; // the client has gone away
    }
  }

  @ParameterizedTest
  @CsvSource({"413, Refused", "401, Hopeless", "503, Transient"})
  void keepTheirStatusAndItsClass(int status, String type) throws Exception {
    Path file = Files.write(folder.resolve("lines.jsonl"), new byte[8_000_000]);
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        BatchApi api = open("http://127.0.0.1:" + server.getLocalPort() + "/v1")) {
      Thread refusing = Thread.ofVirtual().start(() -> refuse(server, status));

      ProviderException failure =
          assertThrows(ProviderException.class, () -> api.upload(file, "label"));

      assertEquals(type, failure.getClass().getSimpleName());
      assertTrue(failure.getMessage().contains("HTTP " + status), failure.getMessage());
      assertTrue(failure.getMessage().contains("too large"), failure.getMessage());
      refusing.interrupt();
    }
  }
}
