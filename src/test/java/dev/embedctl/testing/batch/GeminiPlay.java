package dev.embedctl.testing.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.embedctl.testing.OpenAiReplies;
import dev.embedctl.testing.Vectors;
import dev.embedctl.testing.batch.Job.Fate;
import dev.embedctl.testing.batch.Job.Line;
import dev.embedctl.testing.batch.Job.State;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gemini's batch API for embeddings, with requests in the call or in an uploaded file. */
public final class GeminiPlay implements BatchPlay {
  private static final int PAGE = 50;

  @Override
  public String provider() {
    return "gemini";
  }

  @Override
  public String basePath() {
    return "/v1beta";
  }

  @Override
  public String keyHeader() {
    return "x-goog-api-key";
  }

  @Override
  public String keyPrefix() {
    return "";
  }

  @Override
  public boolean hasErrorsFile() {
    return false;
  }

  @Override
  public Optional<Step> step(String method, String path) {
    String called = method + " " + path;
    if (called.equals("POST /upload/v1beta/files")) {
      return Optional.of(Step.START);
    } else if (called.equals("POST /upload/v1beta/files/bytes")) {
      return Optional.of(Step.UPLOAD);
    } else if (called.matches("GET /download/v1beta/files/[^/]+:download")) {
      return Optional.of(Step.RESULTS);
    } else if (called.matches("DELETE /v1beta/files/[^/]+")) {
      return Optional.of(Step.DELETE);
    } else if (called.matches("POST /v1beta/models/[^/]+:asyncBatchEmbedContent")) {
      return Optional.of(Step.CREATE);
    } else if (called.equals("GET /v1beta/batches")) {
      return Optional.of(Step.LIST);
    } else if (called.matches("GET /v1beta/batches/[^/]+")) {
      return Optional.of(Step.POLL);
    } else if (called.matches("POST /v1beta/batches/[^/]+:cancel")) {
      return Optional.of(Step.CANCEL);
    } else if (called.matches("POST /v1beta/models/[^/]+:batchEmbedContents")) {
      return Optional.of(Step.EMBED);
    }
    return Optional.empty();
  }

  @Override
  public Reply answer(Step step, Call call, BatchStore store) {
    return switch (step) {
      case START ->
          Reply.text(200, "")
              .with(
                  "X-Goog-Upload-URL",
                  "{origin}/upload/v1beta/files/bytes?upload_id=abc&upload_protocol=resumable");
      case UPLOAD -> uploaded(call, store);
      case CREATE -> created(call, store);
      case LIST -> listed(call, store);
      case POLL -> polled(call, store);
      case CANCEL -> cancelled(call, store);
      case RESULTS -> content(call, store);
      case DELETE -> deleted(call, store);
      case EMBED -> embedded(call, store);
    };
  }

  private static Reply uploaded(Call call, BatchStore store) {
    if (!"upload, finalize".equals(call.headers().getFirst("X-Goog-Upload-Command"))
        || !"0".equals(call.headers().getFirst("X-Goog-Upload-Offset"))) {
      return error(400, "INVALID_ARGUMENT", "the upload has no command or no offset");
    }
    ObjectNode reply = PlayJson.object();
    reply.putObject("file").put("name", "files/" + store.add(call.body())).put("state", "ACTIVE");
    return Reply.of(reply);
  }

  private static Reply error(int status, String word, String message) {
    ObjectNode reply = PlayJson.object();
    reply.putObject("error").put("code", status).put("message", message).put("status", word);
    return Reply.text(status, reply.toString());
  }

  private static Reply created(Call call, BatchStore store) {
    JsonNode batch = call.json().path("batch");
    String label = batch.path("displayName").asText();
    JsonNode config = batch.path("inputConfig");
    List<Line> lines = new ArrayList<>();
    Optional<String> input = Optional.empty();
    if (config.has("fileName")) {
      input = Optional.of(config.path("fileName").asText().replace("files/", ""));
      Optional<byte[]> file = store.file(input.get());
      if (file.isEmpty()) {
        return error(404, "NOT_FOUND", "no such file");
      }
      PlayJson.lines(file.get())
          .forEach(line -> lines.add(line(line.path("key").asText(), line.path("request"))));
    } else {
      config
          .at("/requests/requests")
          .forEach(
              each -> lines.add(line(each.at("/metadata/key").asText(), each.path("request"))));
    }
    if (label.isEmpty() || lines.isEmpty()) {
      return error(400, "INVALID_ARGUMENT", "a batch needs a displayName and requests");
    }
    if (store.exceedsQuota(lines)) {
      return error(429, "RESOURCE_EXHAUSTED", "You exceeded your quota of batch enqueued tokens.");
    }
    return Reply.of(node(store.create(label, input, batch, lines), store));
  }

  private static Line line(String key, JsonNode request) {
    return new Line(key, List.of(request.at("/content/parts/0/text").asText()), request);
  }

  private static Reply listed(Call call, BatchStore store) {
    List<Job> newest = new ArrayList<>(store.jobs());
    Collections.reverse(newest);
    int size = call.query("pageSize").map(Integer::parseInt).orElse(PAGE);
    int from = call.query("pageToken").map(Integer::parseInt).orElse(0);
    ObjectNode list = PlayJson.object();
    if (!newest.isEmpty()) {
      ArrayNode operations = list.putArray("operations");
      newest.stream().skip(from).limit(size).forEach(job -> operations.add(node(job, store)));
    }
    if (from + size < newest.size()) {
      list.put("nextPageToken", Integer.toString(from + size));
    }
    return Reply.of(list);
  }

  private static Reply polled(Call call, BatchStore store) {
    return store
        .job(call.path().substring(call.path().lastIndexOf('/') + 1))
        .map(
            job -> {
              store.poll(job);
              return Reply.of(node(job, store));
            })
        .orElseGet(() -> error(404, "NOT_FOUND", "no such batch"));
  }

  private static Reply cancelled(Call call, BatchStore store) {
    String name = call.path().substring(call.path().lastIndexOf('/') + 1).replace(":cancel", "");
    return store
        .job(name)
        .map(
            job -> {
              store.cancel(job);
              return Reply.of(PlayJson.object());
            })
        .orElseGet(() -> error(404, "NOT_FOUND", "no such batch"));
  }

  private static Reply content(Call call, BatchStore store) {
    String name = call.path().substring(call.path().lastIndexOf('/') + 1).replace(":download", "");
    return store
        .file(name)
        .filter(file -> call.query("alt").equals(Optional.of("media")))
        .map(file -> new Reply(200, Map.of(), file))
        .orElseGet(() -> error(404, "NOT_FOUND", "no such file"));
  }

  private static Reply deleted(Call call, BatchStore store) {
    return store.delete(call.path().substring(call.path().lastIndexOf('/') + 1))
        ? Reply.of(PlayJson.object())
        : error(403, "PERMISSION_DENIED", "You do not have permission to access the File.");
  }

  private static Reply embedded(Call call, BatchStore store) {
    List<String> texts = new ArrayList<>();
    call.json()
        .path("requests")
        .forEach(each -> texts.add(each.at("/content/parts/0/text").asText()));
    store.embed(texts);
    ObjectNode reply = PlayJson.object();
    ArrayNode embeddings = reply.putArray("embeddings");
    texts.forEach(text -> embeddings.add(embedding(text, store.dimensions())));
    return Reply.of(reply);
  }

  private static JsonNode embedding(String text, int dimensions) {
    return PlayJson.read(
        "{\"values\":" + OpenAiReplies.numbers(Vectors.of(text, dimensions)) + "}");
  }

  private static ObjectNode node(Job job, BatchStore store) {
    ObjectNode node = PlayJson.object().put("name", "batches/" + job.id);
    ObjectNode metadata =
        node.putObject("metadata")
            .put(
                "@type",
                "type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch")
            .put("displayName", job.label)
            .put("state", status(job.state))
            .put("createTime", "2026-11-19T02:46:44.547607Z")
            .put("name", "batches/" + job.id);
    metadata
        .putObject("batchStats")
        .put("requestCount", Integer.toString(job.lines.size()))
        .put("successfulRequestCount", Integer.toString(job.answered))
        .put("failedRequestCount", Integer.toString(job.refused));
    if (job.state.isEnd()) {
      node.put("done", true);
    }
    if (job.state == State.FAILED) {
      node.putObject("error").put("code", 13).put("message", "The job failed");
    }
    job.output.ifPresent(
        id -> {
          ObjectNode response = node.putObject("response");
          if (job.input.isPresent()) {
            response.put("responsesFile", "files/" + id);
          } else {
            ArrayNode inlined = response.putObject("inlinedResponses").putArray("inlinedResponses");
            store.file(id).map(PlayJson::lines).orElseThrow().forEach(inlined::add);
          }
        });
    return node;
  }

  private static String status(State state) {
    return switch (state) {
      case QUEUED -> "BATCH_STATE_PENDING";
      case RUNNING, FINISHING, CANCELLING -> "BATCH_STATE_RUNNING";
      case COMPLETED -> "BATCH_STATE_SUCCEEDED";
      case EXPIRED -> "BATCH_STATE_EXPIRED";
      case FAILED -> "BATCH_STATE_FAILED";
      case CANCELLED -> "BATCH_STATE_CANCELLED";
    };
  }

  @Override
  public String result(Line line, Fate fate, JsonNode jobRequest, int dimensions) {
    ObjectNode result = PlayJson.object();
    if (jobRequest.at("/inputConfig/fileName").isMissingNode()) {
      result.putObject("metadata").put("key", line.id());
    } else {
      result.put("key", line.id());
    }
    switch (fate) {
      case ANSWERED, DOUBLED ->
          result.putObject("response").set("embedding", embedding(line.texts().get(0), dimensions));
      case MISSHAPEN ->
          result
              .putObject("response")
              .set("embedding", embedding(line.texts().get(0), dimensions + 1));
      case REFUSED -> failed(result, 3, "This input is not accepted.");
      case BROKEN -> failed(result, 13, "Internal error encountered.");
      case UNFINISHED -> failed(result, 4, "The deadline expired before this request.");
      case MISSING -> throw new AssertionError("it is in no file");
    }
    return result.toString();
  }

  private static void failed(ObjectNode result, int code, String message) {
    result.putObject("error").put("code", code).put("message", message);
  }
}
