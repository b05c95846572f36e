package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.provider.jobs.BatchApi;
import dev.embedctl.testing.batch.BatchPlay;
import dev.embedctl.testing.batch.BatchServer;
import dev.embedctl.testing.batch.OpenAiPlay;
import dev.embedctl.testing.batch.Step;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The jobs of AzureOpenAi. */
final class AzureOpenAiBatchTest extends BatchContract {
  @Override
  BatchPlay play() {
    return OpenAiPlay.azure();
  }

  @Override
  int lines() {
    return 40;
  }

  @Override
  int textsPerLine() {
    return 3;
  }

  @Test
  void theResourcesPlainAddressLeadsToTheNewerOne() throws Exception {
    try (BatchApi plain =
        open(BatchServer.KEY, Duration.ofSeconds(20), server.baseUrl().replace("/openai/v1", ""))) {
      assertEquals(Optional.empty(), plain.find(LABEL));
    }
    assertEquals("/openai/v1/batches?limit=100", calls(Step.LIST).getFirst().uri().toString());
  }
}
