package dev.embedctl.testing.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.embedctl.testing.batch.Job.Fate;
import dev.embedctl.testing.batch.Job.Line;
import dev.embedctl.testing.batch.Job.State;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** OpenAI's batch API, Azure's, and Voyage's, which is like them. */
public final class OpenAiPlay implements BatchPlay {
  private static final int PAGE = 20;

  private final Kind kind;

  private enum Kind {
    OPENAI,
    AZURE,
    VOYAGE
  }

  private OpenAiPlay(Kind kind) {
    this.kind = kind;
  }

  public static BatchPlay openAi() {
    return new OpenAiPlay(Kind.OPENAI);
  }

  public static BatchPlay azure() {
    return new OpenAiPlay(Kind.AZURE);
  }

  public static BatchPlay voyage() {
    return new OpenAiPlay(Kind.VOYAGE);
  }

  @Override
  public String provider() {
    return switch (kind) {
      case OPENAI -> "openai";
      case AZURE -> "azure-openai";
      case VOYAGE -> "voyage";
    };
  }

  @Override
  public String basePath() {
    return kind == Kind.AZURE ? "/openai/v1" : "/v1";
  }

  @Override
  public String keyHeader() {
    return kind == Kind.AZURE ? "api-key" : "Authorization";
  }

  @Override
  public String keyPrefix() {
    return kind == Kind.AZURE ? "" : "Bearer ";
  }

  @Override
  public boolean hasErrorsFile() {
    return true;
  }

  @Override
  public Optional<Step> step(String method, String path) {
    if (!path.startsWith(basePath() + "/")) {
      return Optional.empty();
    }
    String called = method + " " + path.substring(basePath().length());
    if (called.equals("POST /files")) {
      return Optional.of(Step.UPLOAD);
    } else if (called.matches("GET /files/[^/]+/content")) {
      return Optional.of(Step.RESULTS);
    } else if (called.matches("DELETE /files/[^/]+")) {
      return Optional.of(Step.DELETE);
    } else if (called.equals("POST /batches")) {
      return Optional.of(Step.CREATE);
    } else if (called.equals("GET /batches")) {
      return Optional.of(Step.LIST);
    } else if (called.matches("GET /batches/[^/]+")) {
      return Optional.of(Step.POLL);
    } else if (called.matches("POST /batches/[^/]+/cancel")) {
      return Optional.of(Step.CANCEL);
    } else if (called.equals("POST /embeddings")) {
      return Optional.of(Step.EMBED);
    }
    return Optional.empty();
  }

  @Override
  public Reply answer(Step step, Call call, BatchStore store) {
    return switch (step) {
      case UPLOAD -> OpenAiFiles.uploaded(call, store);
      case RESULTS -> OpenAiFiles.content(call, store);
      case DELETE -> OpenAiFiles.deleted(call, store);
      case CREATE -> created(call, store);
      case LIST -> listed(call, store);
      case POLL -> polled(call.path(), store);
      case CANCEL -> cancelled(call.path(), store);
      case EMBED -> embedded(call, store);
      case START -> throw new AssertionError("no such call");
    };
  }

  private Reply created(Call call, BatchStore store) {
    JsonNode request = call.json();
    Optional<byte[]> file = store.file(request.path("input_file_id").asText());
    if (file.isEmpty()) {
      return refused("No such file", "input_file_id");
    }
    String window = kind == Kind.VOYAGE ? "12h" : "24h";
    if (!request.path("endpoint").asText().equals("/v1/embeddings")
        || !request.path("completion_window").asText().equals(window)) {
      return refused("Invalid endpoint or completion window", "endpoint");
    }
    if (kind == Kind.VOYAGE && request.at("/request_params/model").asText().isEmpty()) {
      return refused("request_params.model is required", "request_params");
    }
    String label = request.at("/metadata/label").asText();
    Optional<String> input = Optional.of(request.path("input_file_id").asText());
    List<Line> lines = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (JsonNode line : PlayJson.lines(file.get())) {
      if (!isValid(line) || !ids.add(line.path("custom_id").asText())) {
        return json(store.createFailing(label, input, request, List.of(), "invalid_request"));
      }
      lines.add(
          new Line(
              line.path("custom_id").asText(),
              PlayJson.strings(line.at("/body/input")),
              line.path("body")));
    }
    if (!store.exceedsQuota(lines)) {
      return json(store.create(label, input, request, lines));
    }
    return kind == Kind.VOYAGE
        ? Reply.text(429, "{\"detail\":\"The organization has too many tokens in batch jobs.\"}")
        : json(store.createFailing(label, input, request, lines, "token_limit_exceeded"));
  }

  private boolean isValid(JsonNode line) {
    boolean addressed =
        line.path("method").asText().equals("POST")
            && line.path("url").asText().equals("/v1/embeddings")
            && !line.at("/body/model").asText().isEmpty();
    return line.path("custom_id").isTextual()
        && (kind == Kind.VOYAGE ? line.size() == 2 && line.path("body").size() == 1 : addressed);
  }

  private static Reply refused(String message, String param) {
    return Reply.text(
        400,
        "{\"error\":{\"message\":\""
            + message
            + "\",\"type\":\"invalid_request_error\",\"param\":\""
            + param
            + "\",\"code\":null}}");
  }

  private Reply listed(Call call, BatchStore store) {
    List<Job> newest = new ArrayList<>(store.jobs());
    Collections.reverse(newest);
    Optional<String> after = call.query("after");
    int from = after.isEmpty() ? 0 : 1 + newest.stream().map(Job::id).toList().indexOf(after.get());
    int limit = call.query("limit").map(Integer::parseInt).orElse(PAGE);
    List<Job> page = newest.subList(from, Math.min(newest.size(), from + limit));
    ObjectNode list = PlayJson.object().put("object", "list");
    ArrayNode data = list.putArray("data");
    page.forEach(job -> data.add(node(job)));
    list.put("has_more", from + page.size() < newest.size());
    if (!page.isEmpty()) {
      list.put("last_id", page.getLast().id());
    }
    return Reply.of(list);
  }

  private Reply polled(String path, BatchStore store) {
    return store
        .job(path.substring(path.lastIndexOf('/') + 1))
        .map(
            job -> {
              store.poll(job);
              return json(job);
            })
        .orElseGet(OpenAiPlay::noBatch);
  }

  private Reply cancelled(String path, BatchStore store) {
    String[] names = path.split("/", -1);
    Optional<Job> found = store.job(names[names.length - 2]);
    if (found.isEmpty()) {
      return noBatch();
    }
    if (found.get().state.isEnd()) {
      return Reply.text(
          409,
          "{\"error\":{\"message\":\"Cannot cancel a batch that has ended\",\"type\":"
              + "\"invalid_request_error\",\"param\":null,\"code\":null}}");
    }
    store.cancel(found.get());
    return json(found.get());
  }

  private static Reply noBatch() {
    return Reply.text(
        404, "{\"error\":{\"message\":\"No batch found\",\"type\":\"invalid_request_error\"}}");
  }

  private Reply embedded(Call call, BatchStore store) {
    JsonNode request = call.json();
    List<String> texts = PlayJson.strings(request.path("input"));
    store.embed(texts);
    return Reply.of(PlayJson.embeddings(texts, request, store.dimensions()));
  }

  private Reply json(Job job) {
    return Reply.of(node(job));
  }

  private ObjectNode node(Job job) {
    ObjectNode node =
        PlayJson.object()
            .put("id", job.id)
            .put("object", "batch")
            .put("endpoint", "/v1/embeddings")
            .put("input_file_id", job.input.orElseThrow())
            .put("completion_window", "24h")
            .put("status", status(job.state));
    job.output.ifPresentOrElse(
        id -> node.put("output_file_id", id), () -> node.putNull("output_file_id"));
    job.errors.ifPresentOrElse(
        id -> node.put("error_file_id", id), () -> node.putNull("error_file_id"));
    if (kind == Kind.VOYAGE) {
      node.put("created_at", "2026-11-19T02:46:44.547607+00:00");
    } else {
      node.put("created_at", 1_763_520_404);
    }
    if (job.failure.isEmpty()) {
      node.putNull("errors");
    } else {
      node.putObject("errors")
          .put("object", "list")
          .putArray("data")
          .addObject()
          .put("code", job.failure)
          .put("message", "Enqueued token limit reached for m in organization o.")
          .putNull("param")
          .putNull("line");
    }
    node.putObject("request_counts")
        .put("total", job.lines.size())
        .put("completed", job.answered)
        .put("failed", job.refused);
    node.putObject("metadata").put("label", job.label);
    return node;
  }

  private String status(State state) {
    return switch (state) {
      case QUEUED -> "validating";
      case RUNNING -> "in_progress";
      case FINISHING -> "finalizing";
      case COMPLETED -> "completed";
      case EXPIRED -> kind == Kind.VOYAGE ? "completed" : "expired";
      case FAILED -> "failed";
      case CANCELLING -> "cancelling";
      case CANCELLED -> "cancelled";
    };
  }

  @Override
  public String result(Line line, Fate fate, JsonNode jobRequest, int dimensions) {
    JsonNode parameters = kind == Kind.VOYAGE ? jobRequest.path("request_params") : line.request();
    ObjectNode result = PlayJson.object().put("id", "r-" + line.id()).put("custom_id", line.id());
    switch (fate) {
      case ANSWERED, DOUBLED ->
          response(result, 200)
              .set("body", PlayJson.embeddings(line.texts(), parameters, dimensions));
      case MISSHAPEN ->
          response(result, 200)
              .set("body", PlayJson.embeddings(line.texts(), parameters, dimensions + 1));
      case REFUSED ->
          failed(response(result, 400), "This input is not accepted: " + line.texts().getFirst());
      case BROKEN -> failed(response(result, 500), "Internal Server Error");
      case UNFINISHED -> {
        result.putNull("response");
        result
            .putObject("error")
            .put("code", "batch_expired")
            .put("message", "This request could not be executed before the batch ended.");
        return result.toString();
      }
      case MISSING -> throw new AssertionError("it is in no file");
    }
    return result.putNull("error").toString();
  }

  private static ObjectNode response(ObjectNode result, int status) {
    return result.putObject("response").put("status_code", status).put("request_id", "q");
  }

  private void failed(ObjectNode response, String message) {
    if (kind == Kind.VOYAGE) {
      response.put("message", message);
    } else {
      response
          .putObject("body")
          .putObject("error")
          .put("message", message)
          .put("type", "invalid_request_error")
          .putNull("param")
          .putNull("code");
    }
  }
}
