package dev.embedctl.provider.remote.api;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.provider.jobs.Job;
import dev.embedctl.provider.jobs.JobLimits;
import dev.embedctl.provider.jobs.JobState;
import dev.embedctl.provider.remote.errors.FailedReply;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Mistral's batch API: {@code /batch/jobs} over uploaded files. A job has one model. Sources, read
 * in November 2026: docs.mistral.ai/capabilities/batch, docs.mistral.ai/api/endpoint/batch, and
 * docs.mistral.ai/resources/known-limitations, whose 100,000 lines are the lower of two published
 * limits; a file has at most 512 MB. A job costs half and ends after the 24 hours of {@code
 * timeout_hours}. Pages of jobs have numbers.
 */
final class MistralBatches implements BatchFormat {
  private static final int LINES = 100_000;
  private static final long BYTES = 512_000_000;
  private static final int HOURS = 24;
  private static final int JOBS_PER_PAGE = 100;

  private static final JobListing.Form LISTING =
      new JobListing.Form("data", "id", "metadata.label");

  private final URI base;
  private final EmbeddingSpec spec;
  private final OpenAiFormat format;

  MistralBatches(URI base, EmbeddingSpec spec, OpenAiFormat format) {
    this.base = base;
    this.spec = spec;
    this.format = format;
  }

  @Override
  public JobLimits limits(ProviderLimits call) {
    return new JobLimits(
        call,
        LINES,
        Integer.MAX_VALUE,
        BYTES,
        OptionalLong.empty(),
        OptionalInt.empty(),
        new BigDecimal("0.5"),
        Duration.ofHours(HOURS));
  }

  @Override
  public byte[] line(String id, List<String> texts) {
    Dialect dialect = OpenAiBatches.dialect(format, spec);
    return WireJson.object(
        json -> {
          json.writeStringField("custom_id", id);
          json.writeObjectFieldStart("body");
          OpenAiFormat.input(json, texts, dialect);
          format.options(json, spec, dialect);
          json.writeEndObject();
        });
  }

  @Override
  public Optional<FileUpload> upload(long bytes, String label) {
    return Optional.of(
        new FileUpload.Form(BatchFormat.below(base, "/files"), Map.of("purpose", "batch")));
  }

  @Override
  public String uploaded(InputStream reply) throws IOException {
    return Fields.of(reply).need("id");
  }

  @Override
  public BatchCall create(String file, String label) {
    return BatchCall.post(
        BatchFormat.below(base, "/batch/jobs"),
        WireJson.object(
            json -> {
              json.writeArrayFieldStart("input_files");
              json.writeString(file);
              json.writeEndArray();
              json.writeStringField("model", spec.model());
              json.writeStringField("endpoint", "/v1/embeddings");
              json.writeNumberField("timeout_hours", HOURS);
              json.writeObjectFieldStart("metadata");
              json.writeStringField("label", label);
              json.writeEndObject();
            }));
  }

  @Override
  public Optional<JobState.OverQuota> full(FailedReply reply) {
    return BatchWords.isFull(reply)
        ? Optional.of(BatchWords.overQuota(reply.message()))
        : Optional.empty();
  }

  @Override
  public BatchCall poll(String id) {
    return BatchCall.get(named(id));
  }

  @Override
  public BatchCall cancel(String id) {
    return BatchCall.post(BatchFormat.below(named(id), "/cancel"));
  }

  private URI named(String id) {
    return BatchFormat.below(base, "/batch/jobs/" + UriText.encoded(id));
  }

  private URI file(String name) {
    return BatchFormat.below(base, "/files/" + UriText.encoded(name));
  }

  @Override
  public Job job(InputStream reply) throws IOException {
    return job(Fields.of(reply));
  }

  private static Job job(Fields fields) throws IOException {
    List<String> results =
        Stream.of("output_file", "error_file").flatMap(name -> fields.text(name).stream()).toList();
    return new Job(
        fields.need("id"),
        state(fields),
        new Job.Progress(
            fields.count("total_requests"),
            fields.count("succeeded_requests"),
            fields.count("failed_requests")),
        results,
        Stream.concat(fields.text("input_files[0]").stream(), results.stream()).toList(),
        OptionalLong.empty());
  }

  private static JobState state(Fields fields) throws IOException {
    String status = fields.need("status");
    return switch (status) {
      case "QUEUED" -> new JobState.Waiting();
      case "RUNNING" -> new JobState.Running();
      case "SUCCESS" -> new JobState.Completed();
      case "TIMEOUT_EXCEEDED" -> new JobState.Expired();
      case "CANCELLATION_REQUESTED" -> new JobState.Cancelling();
      case "CANCELLED" -> new JobState.Cancelled();
      case "FAILED" ->
          BatchWords.failed(
              List.of(), fields.text("errors[0].message").orElse("it gives no reason"));
      default -> throw new IOException("the job has an unknown status: " + status);
    };
  }

  @Override
  public BatchCall list(Optional<String> next) {
    return BatchCall.get(
        BatchFormat.below(
            base,
            "/batch/jobs?page_size="
                + JOBS_PER_PAGE
                + "&order_by=-created&page="
                + UriText.encoded(next.orElse("0"))));
  }

  @Override
  public JobPage page(Optional<String> asked, String label, InputStream reply) throws IOException {
    JobListing page = JobListing.search(reply, LISTING, label);
    int number = asked.map(Integer::parseInt).orElse(0);
    return new JobPage(
        page.found().isPresent() ? Optional.of(job(page.found().get())) : Optional.empty(),
        page.size() < JOBS_PER_PAGE ? Optional.empty() : Optional.of(Integer.toString(number + 1)));
  }

  @Override
  public BatchCall results(String output) {
    return BatchCall.get(BatchFormat.below(file(output), "/content"));
  }

  @Override
  public ResultStream stream(String output, InputStream reply) {
    return ResultLines.of(reply);
  }

  @Override
  public LineReply result(byte[] result) throws IOException {
    return ResponseLine.read(result);
  }

  @Override
  public Reply reply(byte[] body, int texts) throws IOException {
    return format.reply(spec, body, texts);
  }

  @Override
  public BatchCall delete(String name) {
    return BatchCall.delete(file(name));
  }
}
