package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.jobs.BatchApi;
import dev.embedctl.provider.jobs.Job;
import dev.embedctl.provider.jobs.JobState;
import dev.embedctl.testing.batch.BatchPlay;
import dev.embedctl.testing.batch.BatchServer;
import dev.embedctl.testing.batch.Call;
import dev.embedctl.testing.batch.Fault;
import dev.embedctl.testing.batch.OpenAiPlay;
import dev.embedctl.testing.batch.Reply;
import dev.embedctl.testing.batch.Step;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The jobs of OpenAi. */
final class OpenAiBatchTest extends BatchContract {
  @Override
  BatchPlay play() {
    return OpenAiPlay.openAi();
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
  void aLineIsTheRequestOfACall() throws Exception {
    assertEquals(
        JSON.readTree(
            """
            {"custom_id": "17", "method": "POST", "url": "/v1/embeddings",
             "body": {"model": "some-model", "input": ["x", "y"], "encoding_format": "base64",
                      "dimensions": 4}}
            """),
        JSON.readTree(api.line("17", List.of("x", "y"))));
  }

  @Test
  void aJobSaysWhatTheDocumentAsksFor() throws Exception {
    created();

    Call create = calls(Step.CREATE).getFirst();
    assertEquals("/v1/batches", create.uri().toString());
    assertEquals(
        JSON.readTree(
            """
            {"input_file_id": "file-000001", "endpoint": "/v1/embeddings",
             "completion_window": "24h", "metadata": {"label": "embedctl-0123abcd-7"}}
            """),
        JSON.readTree(create.body()));
  }

  @Test
  void anAddressWithoutAPathGetsTheUsualOne() throws Exception {
    try (BatchApi bare =
        open(BatchServer.KEY, Duration.ofSeconds(20), server.baseUrl().replace("/v1", ""))) {
      assertEquals(Optional.empty(), bare.find(LABEL));
    }
  }

  @Test
  void theQuotaIsReadFromTheWordsOfAFailedJob() throws Exception {
    Path file = file(lines());
    server.next(
        Step.CREATE,
        Fault.instead(
            Reply.text(
                200,
                """
                {"id": "batch_1", "status": "failed", "input_file_id": "file-1",
                 "errors": {"object": "list", "data": [{"code": "token_limit_exceeded", "message":
                 "Enqueued token limit reached for m in organization o. Limit: 3,000,000 enqueued \
                tokens. Please try again once some in_progress batches have been completed.",
                 "param": null, "line": null}]}}
                """)));

    Job job = ((BatchApi.Creation.Created) api.create("file-1", file, LABEL)).job();

    JobState.OverQuota full = (JobState.OverQuota) job.state();
    assertEquals(OptionalLong.of(3_000_000), full.limit());
  }

  @Test
  void aModelThatDoesNotExistEndsTheRun() throws Exception {
    Path file = file(lines());
    server.next(
        Step.CREATE,
        Fault.instead(
            Reply.text(
                200,
                """
                {"id": "batch_1", "status": "failed", "input_file_id": "file-1",
                 "errors": {"data": [{"code": "model_not_found", "message": "no model m"}]}}
                """)));

    Job job = ((BatchApi.Creation.Created) api.create("file-1", file, LABEL)).job();

    JobState.Failed failed = (JobState.Failed) job.state();
    assertEquals(Hopeless.Reason.MODEL, ((Hopeless) failed.cause()).reason());
  }

  @Test
  void theTokensOfAJobAreThoseThatItIsChargedFor() throws Exception {
    server.next(
        Step.POLL,
        Fault.instead(
            Reply.text(
                200,
                """
                {"id": "batch_1", "status": "completed", "input_file_id": "file-1",
                 "output_file_id": "file-2", "error_file_id": "file-3",
                 "usage": {"input_tokens": 17, "output_tokens": 0, "total_tokens": 17}}
                """)));

    Job job = api.poll("batch_1");

    assertEquals(OptionalLong.of(17), job.tokens());
    assertEquals(List.of("file-2", "file-3"), job.outputs());
    assertEquals(List.of("file-1", "file-2", "file-3"), job.files());
  }
}
