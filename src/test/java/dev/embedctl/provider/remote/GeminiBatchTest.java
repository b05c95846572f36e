package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.InputType;
import dev.embedctl.model.Oversize;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.jobs.BatchApi;
import dev.embedctl.provider.jobs.Job;
import dev.embedctl.provider.jobs.JobState;
import dev.embedctl.provider.jobs.LineResult;
import dev.embedctl.testing.batch.BatchPlay;
import dev.embedctl.testing.batch.Call;
import dev.embedctl.testing.batch.Fault;
import dev.embedctl.testing.batch.GeminiPlay;
import dev.embedctl.testing.batch.Reply;
import dev.embedctl.testing.batch.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The jobs of Gemini. */
final class GeminiBatchTest extends BatchContract {
  @Override
  BatchPlay play() {
    return new GeminiPlay();
  }

  @Override
  int lines() {
    return 700;
  }

  @Override
  int textsPerLine() {
    return 1;
  }

  @Override
  EmbeddingSpec spec() {
    return new EmbeddingSpec(
        "gemini",
        "",
        "gemini-embedding-001",
        OptionalInt.of(3072),
        Optional.of(InputType.DOCUMENT),
        Oversize.ERROR,
        "");
  }

  @Test
  void aLineIsTheRequestForOneText() throws Exception {
    assertEquals(
        JSON.readTree(
            """
            {"key": "17", "request": {"model": "models/gemini-embedding-001",
             "content": {"parts": [{"text": "x"}]}, "taskType": "RETRIEVAL_DOCUMENT",
             "outputDimensionality": 3072}}
            """),
        JSON.readTree(api.line("17", List.of("x"))));
    assertEquals(1, api.limits().line().textsPerRequest());
  }

  @Test
  void aFewLinesAreSentWithTheCallThatCreatesTheJob() throws Exception {
    Path file = file(1);
    assertEquals("", api.upload(file, LABEL));
    api.create("", file, LABEL);

    Call create = calls(Step.CREATE).getFirst();
    assertEquals(
        "/v1beta/models/gemini-embedding-001:asyncBatchEmbedContent", create.uri().toString());
    assertEquals(
        JSON.readTree(
            """
            {"batch": {"displayName": "embedctl-0123abcd-7", "inputConfig": {"requests":
             {"requests": [{"metadata": {"key": "0"}, "request":
               {"model": "models/gemini-embedding-001",
                "content": {"parts": [{"text": "text \\"0\\" of the line 0, 漢字 🙂"}]},
                "taskType": "RETRIEVAL_DOCUMENT", "outputDimensionality": 3072}}]}}}}
            """),
        JSON.readTree(create.body()));
  }

  @Test
  void manyLinesAreUploadedBeforeTheJobIsCreated() throws Exception {
    created();

    assertEquals(
        JSON.readTree(
            """
            {"batch": {"displayName": "embedctl-0123abcd-7",
             "inputConfig": {"fileName": "files/file-000001"}}}
            """),
        JSON.readTree(calls(Step.CREATE).getFirst().body()));
  }

  @Test
  void theKeyGoesToNoOtherServerThatIsNamedForAFile() throws Exception {
    Path file = file(lines());
    server.next(
        Step.START,
        Fault.instead(
            Reply.text(200, "")
                .with("X-Goog-Upload-URL", "http://127.0.0.2:9/upload?upload_id=1")));

    Hopeless failure = assertThrows(Hopeless.class, () -> api.upload(file, LABEL));

    assertEquals(Hopeless.Reason.ADDRESS, failure.reason());
  }

  @Test
  void aShortenedVectorIsScaledLikeThatOfACall() throws Exception {
    EmbeddingSpec shortened =
        new EmbeddingSpec(
            "gemini",
            "",
            "gemini-embedding-001",
            OptionalInt.of(DIMENSIONS),
            Optional.empty(),
            Oversize.ERROR,
            "");
    try (BatchApi shorter = open(shortened)) {
      Path file = file(1);
      Job job = ended(((BatchApi.Creation.Created) shorter.create("", file, LABEL)).job());
      List<LineResult> results = new ArrayList<>();
      shorter.results(job, id -> 1, results::add);

      LineResult.Embedded embedded = (LineResult.Embedded) results.getFirst();
      assertEquals(1, embedded.embeddings().vectors().getFirst().norm(), 1e-6);
    }
  }

  @Test
  void theStateIsReadAsTheApiWritesIt() throws Exception {
    server.next(
        Step.POLL,
        Fault.instead(
            Reply.text(
                200,
                """
                {"name": "batches/j1", "metadata": {"@type":
                 "type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch",
                 "model": "models/gemini-embedding-2", "output": {"responsesFile": "files/batch-j1"},
                 "state": "BATCH_STATE_SUCCEEDED", "name": "batches/j1"}, "done": true,
                 "response": {"@type":
                 "type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatchOutput",
                 "responsesFile": "files/batch-j1"}}
                """)));

    Job job = api.poll("batches/j1");

    assertEquals(new JobState.Completed(), job.state());
    assertEquals(List.of("files/batch-j1"), job.outputs());
  }
}
