package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.provider.jobs.Job;
import dev.embedctl.provider.jobs.JobState;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Mistral's jobs: {@code /batch/jobs} over uploaded files. A job has one model. Sources, read in
 * November 2026: docs.mistral.ai/capabilities/batch, docs.mistral.ai/api/endpoint/batch, and
 * docs.mistral.ai/resources/known-limitations, whose 100,000 lines are the lower of two published
 * limits; a file has at most 512 MB. A job costs half and ends after the 24 hours of {@code
 * timeout_hours}. Pages of jobs have numbers.
 */
record MistralJobs(EmbeddingSpec spec, OpenAiFormat format) implements OpenAiBatches.JobForm {
  private static final OpenAiBatches.JobSize SIZE =
      new OpenAiBatches.JobSize(
          100_000,
          Integer.MAX_VALUE,
          512_000_000,
          OptionalLong.empty(),
          OptionalInt.empty(),
          new BigDecimal("0.5"),
          Duration.ofHours(24));

  private static final int JOBS_PER_PAGE = 100;

  @Override
  public OpenAiBatches.JobSize size() {
    return SIZE;
  }

  @Override
  public void line(JsonGenerator json, List<String> texts) throws IOException {
    Dialect dialect = OpenAiBatches.dialect(format, spec);
    json.writeObjectFieldStart("body");
    OpenAiFormat.input(json, texts, dialect);
    format.options(json, spec, dialect);
    json.writeEndObject();
  }

  @Override
  public String path() {
    return "/batch/jobs";
  }

  @Override
  public void job(JsonGenerator json, String file) throws IOException {
    json.writeArrayFieldStart("input_files");
    json.writeString(file);
    json.writeEndArray();
    json.writeStringField("model", spec.model());
    json.writeStringField("endpoint", "/v1/embeddings");
    json.writeNumberField("timeout_hours", SIZE.window().toHours());
  }

  @Override
  public Job job(Fields fields) throws IOException {
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
  public String query(Optional<String> page) {
    return "page_size="
        + JOBS_PER_PAGE
        + "&order_by=-created&page="
        + UriText.encoded(page.orElse("0"));
  }

  @Override
  public Optional<String> behind(Optional<String> page, JobListing listing) {
    int number = page.map(Integer::parseInt).orElse(0);
    return listing.size() < JOBS_PER_PAGE
        ? Optional.empty()
        : Optional.of(Integer.toString(number + 1));
  }
}
