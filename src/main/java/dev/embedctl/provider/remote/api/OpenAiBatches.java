package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonGenerator;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * OpenAI's batch API: a file of requests is uploaded to {@code /files}, and a job for it is created
 * at {@code /batches}. Sources, read in November 2026: OpenAI's published OpenAPI description and
 * developers.openai.com/api/reference/python/resources/batches; for Azure
 * learn.microsoft.com/azure/foundry/reference/rest/batches-create-batch. A file has at most 50,000
 * lines with at most 50,000 texts and 200 MB; a job costs half and expires after 24 hours. The
 * quota of tokens in jobs depends on the account: a job beyond it fails with {@code
 * token_limit_exceeded}.
 */
final class OpenAiBatches implements BatchFormat {
  private static final JobSize SIZE =
      new JobSize(
          50_000,
          50_000,
          200_000_000,
          OptionalLong.empty(),
          OptionalInt.empty(),
          new BigDecimal("0.5"),
          Duration.ofHours(24));

  private static final int JOBS_PER_PAGE = 100;

  private static final JobListing.Form LISTING =
      new JobListing.Form("data", "id", "metadata.label");

  private final URI base;
  private final EmbeddingSpec spec;
  private final OpenAiFormat format;
  private final JobForm form;

  OpenAiBatches(URI base, EmbeddingSpec spec, OpenAiFormat format) {
    this(base, spec, format, new WholeRequests(spec, format));
  }

  OpenAiBatches(URI base, EmbeddingSpec spec, OpenAiFormat format, JobForm form) {
    this.base = base;
    this.spec = spec;
    this.format = format;
    this.form = form;
  }

  /** What differs between APIs that are like this one; the defaults are OpenAI's own. */
  interface JobForm {
    JobSize size();

    /** Writes the members of a line behind its name. */
    void line(JsonGenerator json, List<String> texts) throws IOException;

    /** The path of all jobs. */
    default String path() {
      return "/batches";
    }

    /** Writes the members of a job before its label. */
    default void job(JsonGenerator json, String file) throws IOException {
      json.writeStringField("input_file_id", file);
      json.writeStringField("endpoint", "/v1/embeddings");
      json.writeStringField("completion_window", size().window().toHours() + "h");
    }

    /** The job in a reply. */
    default Job job(Fields fields) throws IOException {
      return OpenAiBatches.ownJob(fields);
    }

    /** The query for a page of jobs, the newest first. */
    default String query(Optional<String> page) {
      return "limit=" + JOBS_PER_PAGE + page.map(id -> "&after=" + UriText.encoded(id)).orElse("");
    }

    /** The name of the page behind this one. */
    default Optional<String> behind(Optional<String> page, JobListing listing) {
      return "true".equals(listing.members().get("has_more")) ? listing.last() : Optional.empty();
    }

    /** Whether a job was not created since the account has too much work in jobs. */
    default boolean isFull(FailedReply reply) {
      return BatchWords.isFull(reply);
    }
  }

  /** The limits of a job besides those of its lines. */
  record JobSize(
      int lines,
      int texts,
      long bytes,
      OptionalLong enqueuedTokens,
      OptionalInt jobs,
      BigDecimal priceShare,
      Duration window) {

    JobLimits with(ProviderLimits line) {
      return new JobLimits(line, lines, texts, bytes, enqueuedTokens, jobs, priceShare, window);
    }
  }

  /** Each line is the request of a call. */
  private record WholeRequests(EmbeddingSpec spec, OpenAiFormat format) implements JobForm {
    @Override
    public JobSize size() {
      return SIZE;
    }

    @Override
    public void line(JsonGenerator json, List<String> texts) throws IOException {
      Dialect dialect = dialect(format, spec);
      json.writeStringField("method", "POST");
      json.writeStringField("url", "/v1/embeddings");
      json.writeObjectFieldStart("body");
      json.writeStringField("model", spec.model());
      OpenAiFormat.input(json, texts, dialect);
      format.options(json, spec, dialect);
      json.writeEndObject();
    }
  }

  /** The usual form of requests: nothing can be learned from a reply that comes hours later. */
  static Dialect dialect(WireFormat format, EmbeddingSpec spec) {
    return new Dialect(
        format.words(spec),
        new ProviderLimits(Integer.MAX_VALUE, OptionalInt.empty(), OptionalInt.empty()),
        Dialect.TextForm.LIST);
  }

  @Override
  public JobLimits limits(ProviderLimits call) {
    return form.size().with(call);
  }

  @Override
  public byte[] line(String id, List<String> texts) {
    return WireJson.object(
        json -> {
          json.writeStringField("custom_id", id);
          form.line(json, texts);
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
        BatchFormat.below(base, form.path()),
        WireJson.object(
            json -> {
              form.job(json, file);
              json.writeObjectFieldStart("metadata");
              json.writeStringField("label", label);
              json.writeEndObject();
            }));
  }

  @Override
  public Optional<JobState.OverQuota> full(FailedReply reply) {
    return form.isFull(reply)
        ? Optional.of(BatchWords.overQuota(reply.message()))
        : Optional.empty();
  }

  @Override
  public BatchCall poll(String id) {
    return BatchCall.get(batch(id));
  }

  @Override
  public BatchCall cancel(String id) {
    return BatchCall.post(BatchFormat.below(batch(id), "/cancel"));
  }

  private URI batch(String id) {
    return BatchFormat.below(base, form.path() + "/" + UriText.encoded(id));
  }

  private URI file(String name) {
    return BatchFormat.below(base, "/files/" + UriText.encoded(name));
  }

  @Override
  public Job job(InputStream reply) throws IOException {
    return form.job(Fields.of(reply));
  }

  private static Job ownJob(Fields fields) throws IOException {
    List<String> results =
        Stream.of("output_file_id", "error_file_id")
            .flatMap(name -> fields.text(name).stream())
            .toList();
    long tokens = fields.count("usage.total_tokens");
    return new Job(
        fields.need("id"),
        state(fields),
        new Job.Progress(
            fields.count("request_counts.total"),
            fields.count("request_counts.completed"),
            fields.count("request_counts.failed")),
        results,
        Stream.concat(fields.text("input_file_id").stream(), results.stream()).toList(),
        tokens > 0 ? OptionalLong.of(tokens) : OptionalLong.empty());
  }

  private static JobState state(Fields fields) throws IOException {
    String status = fields.need("status");
    return switch (status) {
      case "validating" -> new JobState.Waiting();
      case "in_progress" -> new JobState.Running();
      case "finalizing" -> new JobState.Finishing();
      case "completed" -> new JobState.Completed();
      case "expired" -> new JobState.Expired();
      case "cancelling" -> new JobState.Cancelling();
      case "cancelled" -> new JobState.Cancelled();
      case "failed" -> failed(fields);
      default -> throw new IOException("the job has an unknown status: " + status);
    };
  }

  private static JobState failed(Fields fields) {
    List<String> codes = new ArrayList<>();
    for (int i = 0; fields.text("errors.data[" + i + "].message").isPresent(); i++) {
      fields.text("errors.data[" + i + "].code").ifPresent(codes::add);
    }
    String line =
        fields.text("errors.data[0].line").map(number -> " (line " + number + ")").orElse("");
    return BatchWords.failed(
        codes, fields.text("errors.data[0].message").orElse("it gives no reason") + line);
  }

  @Override
  public BatchCall list(Optional<String> next) {
    return BatchCall.get(BatchFormat.below(base, form.path() + "?" + form.query(next)));
  }

  @Override
  public JobPage page(Optional<String> asked, String label, InputStream reply) throws IOException {
    JobListing page = JobListing.search(reply, LISTING, label);
    return new JobPage(
        page.found().isPresent() ? Optional.of(form.job(page.found().get())) : Optional.empty(),
        form.behind(asked, page));
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
