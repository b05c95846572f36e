package dev.embedctl.provider;

import dev.embedctl.testing.OpenAiServer;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The provider {@code openai} against a server that answers out of order. */
final class OpenAiContractTest implements EmbeddingProviderContract {
  private OpenAiServer server;

  @BeforeEach
  void start() throws IOException {
    server = new OpenAiServer(16, Duration.ofMillis(1));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  public EmbeddingProvider provider() {
    return OpenAiWireTest.open(server.baseUrl(), Duration.ofSeconds(10));
  }
}
