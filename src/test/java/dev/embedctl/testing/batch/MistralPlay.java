package dev.embedctl.testing.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.embedctl.testing.batch.Job.Fate;
import dev.embedctl.testing.batch.Job.Line;
import dev.embedctl.testing.batch.Job.State;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Mistral's batch API. */
public final class MistralPlay implements BatchPlay {
  private static final int PAGE = 100;

  @Override
  public String provider() {
    return "mistral";
  }

  @Override
  public String basePath() {
    return "/v1";
  }

  @Override
  public String keyHeader() {
    return "Authorization";
  }

  @Override
  public String keyPrefix() {
    return "Bearer ";
  }

  @Override
  public boolean hasErrorsFile() {
    return true;
  }

  @Override
  public Optional<Step> step(String method, String path) {
    String called = method + " " + path;
    if (called.equals("POST /v1/files")) {
      return Optional.of(Step.UPLOAD);
    } else if (called.matches("GET /v1/files/[^/]+/content")) {
      return Optional.of(Step.RESULTS);
    } else if (called.matches("DELETE /v1/files/[^/]+")) {
      return Optional.of(Step.DELETE);
    } else if (called.equals("POST /v1/batch/jobs")) {
      return Optional.of(Step.CREATE);
    } else if (called.equals("GET /v1/batch/jobs")) {
      return Optional.of(Step.LIST);
    } else if (called.matches("GET /v1/batch/jobs/[^/]+")) {
      return Optional.of(Step.POLL);
    } else if (called.matches("POST /v1/batch/jobs/[^/]+/cancel")) {
      return Optional.of(Step.CANCEL);
    } else if (called.equals("POST /v1/embeddings")) {
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
      case POLL -> polled(call, store);
      case CANCEL -> cancelled(call, store);
      case EMBED -> {
        JsonNode request = call.json();
        List<String> texts = PlayJson.strings(request.path("input"));
        store.embed(texts);
        yield Reply.of(PlayJson.embeddings(texts, request, store.dimensions()));
      }
      case START -> throw new AssertionError("no such call");
    };
  }

  private static Reply created(Call call, BatchStore store) {
    JsonNode request = call.json();
    String input = request.at("/input_files/0").asText();
    Optional<byte[]> file = store.file(input);
    if (file.isEmpty()) {
      return Reply.text(404, "{\"detail\":\"File not found\"}");
    }
    if (!request.path("endpoint").asText().equals("/v1/embeddings")
        || request.path("model").asText().isEmpty()) {
      return Reply.text(422, "{\"detail\":[{\"loc\":[\"body\",\"model\"],\"msg\":\"required\"}]}");
    }
    List<Line> lines =
        PlayJson.lines(file.get()).stream()
            .map(
                line ->
                    new Line(
                        line.path("custom_id").asText(),
                        PlayJson.strings(line.at("/body/input")),
                        line.path("body")))
            .toList();
    if (store.exceedsQuota(lines)) {
      return Reply.text(
          429,
          "{\"object\":\"error\",\"message\":\"Too many tokens in batch jobs\",\"type\":"
              + "\"rate_limited\",\"param\":null,\"code\":\"1300\"}");
    }
    return Reply.of(
        node(
            store.create(
                request.at("/metadata/label").asText(), Optional.of(input), request, lines)));
  }

  private static Reply listed(Call call, BatchStore store) {
    List<Job> newest = new ArrayList<>(store.jobs());
    Collections.reverse(newest);
    int size = call.query("page_size").map(Integer::parseInt).orElse(PAGE);
    int from = size * call.query("page").map(Integer::parseInt).orElse(0);
    ObjectNode list = PlayJson.object().put("object", "list").put("total", newest.size());
    ArrayNode data = list.putArray("data");
    newest.stream().skip(from).limit(size).forEach(job -> data.add(node(job)));
    return Reply.of(list);
  }

  private static Reply polled(Call call, BatchStore store) {
    return store
        .job(call.path().substring(call.path().lastIndexOf('/') + 1))
        .map(
            job -> {
              store.poll(job);
              return Reply.of(node(job));
            })
        .orElseGet(() -> Reply.text(404, "{\"detail\":\"Batch job not found\"}"));
  }

  private static Reply cancelled(Call call, BatchStore store) {
    String[] names = call.path().split("/", -1);
    return store
        .job(names[names.length - 2])
        .map(
            job -> {
              store.cancel(job);
              return Reply.of(node(job));
            })
        .orElseGet(() -> Reply.text(404, "{\"detail\":\"Batch job not found\"}"));
  }

  private static ObjectNode node(Job job) {
    ObjectNode node =
        PlayJson.object()
            .put("id", job.id)
            .put("object", "batch")
            .put("endpoint", "/v1/embeddings")
            .put("status", status(job.state))
            .put("created_at", 1_763_520_404)
            .put("total_requests", job.state == State.QUEUED ? 0 : job.lines.size())
            .put("completed_requests", job.answered + job.refused)
            .put("succeeded_requests", job.answered)
            .put("failed_requests", job.refused);
    node.putArray("input_files").add(job.input.orElseThrow());
    job.output.ifPresentOrElse(
        id -> node.put("output_file", id), () -> node.putNull("output_file"));
    job.errors.ifPresentOrElse(id -> node.put("error_file", id), () -> node.putNull("error_file"));
    node.putObject("metadata").put("label", job.label);
    ArrayNode errors = node.putArray("errors");
    if (job.state == State.FAILED) {
      errors.addObject().put("message", "The job failed").put("count", 1);
    }
    return node;
  }

  private static String status(State state) {
    return switch (state) {
      case QUEUED -> "QUEUED";
      case RUNNING, FINISHING -> "RUNNING";
      case COMPLETED -> "SUCCESS";
      case EXPIRED -> "TIMEOUT_EXCEEDED";
      case FAILED -> "FAILED";
      case CANCELLING -> "CANCELLATION_REQUESTED";
      case CANCELLED -> "CANCELLED";
    };
  }

  @Override
  public String result(Line line, Fate fate, JsonNode jobRequest, int dimensions) {
    ObjectNode parameters = PlayJson.object();
    parameters.set("model", jobRequest.path("model"));
    ObjectNode result = PlayJson.object().put("id", "r-" + line.id()).put("custom_id", line.id());
    ObjectNode response = result.putObject("response");
    switch (fate) {
      case ANSWERED, DOUBLED ->
          response
              .put("status_code", 200)
              .set("body", PlayJson.embeddings(line.texts(), parameters, dimensions));
      case MISSHAPEN ->
          response
              .put("status_code", 200)
              .set("body", PlayJson.embeddings(line.texts(), parameters, dimensions + 1));
      case REFUSED -> failed(response, 400, "This input is not accepted.");
      case BROKEN -> failed(response, 500, "Internal Server Error");
      case UNFINISHED -> {
        result.putNull("response");
        result.put("error", "The job ended before this request.");
        return result.toString();
      }
      case MISSING -> throw new AssertionError("it is in no file");
    }
    return result.putNull("error").toString();
  }

  /** The body of a failure is JSON in a string. */
  private static void failed(ObjectNode response, int status, String message) {
    response
        .put("status_code", status)
        .put(
            "body",
            "{\"object\":\"error\",\"message\":\""
                + message
                + "\",\"type\":\"invalid_request_file\",\"param\":null,\"code\":\"3310\"}");
  }
}
