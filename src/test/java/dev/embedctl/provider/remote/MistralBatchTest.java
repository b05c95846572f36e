package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.testing.batch.BatchPlay;
import dev.embedctl.testing.batch.Call;
import dev.embedctl.testing.batch.MistralPlay;
import dev.embedctl.testing.batch.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The jobs of Mistral. */
final class MistralBatchTest extends BatchContract {
  @Override
  BatchPlay play() {
    return new MistralPlay();
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
  void aJobHasTheModelAndItsLinesTheTexts() throws Exception {
    created();

    assertEquals(
        JSON.readTree(
            "{\"custom_id\": \"17\", \"body\": {\"input\": [\"x\", \"y\"], \"output_dimension\": 4}}"),
        JSON.readTree(api.line("17", List.of("x", "y"))));
    Call create = calls(Step.CREATE).getFirst();
    assertEquals("/v1/batch/jobs", create.uri().toString());
    assertEquals(
        JSON.readTree(
            """
            {"input_files": ["file-000001"], "model": "some-model", "endpoint": "/v1/embeddings",
             "timeout_hours": 24, "metadata": {"label": "embedctl-0123abcd-7"}}
            """),
        JSON.readTree(create.body()));
  }
}
