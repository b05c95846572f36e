package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.testing.batch.BatchPlay;
import dev.embedctl.testing.batch.OpenAiPlay;
import dev.embedctl.testing.batch.Step;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The jobs of Voyage. */
final class VoyageBatchTest extends BatchContract {
  @Override
  BatchPlay play() {
    return OpenAiPlay.voyage();
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
  void aJobHasTheParametersAndItsLinesTheTexts() throws Exception {
    created();

    assertEquals(
        JSON.readTree("{\"custom_id\": \"17\", \"body\": {\"input\": [\"x\", \"y\"]}}"),
        JSON.readTree(api.line("17", List.of("x", "y"))));
    assertEquals(
        JSON.readTree(
            """
            {"input_file_id": "file-000001", "endpoint": "/v1/embeddings",
             "completion_window": "12h",
             "request_params": {"model": "some-model", "encoding_format": "base64",
                                "output_dimension": 4, "truncation": false},
             "metadata": {"label": "embedctl-0123abcd-7"}}
            """),
        JSON.readTree(calls(Step.CREATE).getFirst().body()));
  }

  @Test
  void aThirdOfThePriceIsSaved() {
    assertEquals(new BigDecimal("0.67"), api.limits().priceShare());
    assertEquals(Duration.ofHours(12), api.limits().window());
    assertEquals(OptionalInt.of(100), api.limits().jobs());
  }
}
