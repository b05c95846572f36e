package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.provider.jobs.Job;
import dev.embedctl.provider.jobs.JobLimits;
import dev.embedctl.provider.jobs.JobState;
import dev.embedctl.provider.remote.errors.FailedReply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Gemini's batch API: {@code asyncBatchEmbedContent} with one text in a line. A small file of lines
 * is part of the call that creates the job, a large one is uploaded first; the results come the
 * same way. Sources, read in November 2026: ai.google.dev/api/embeddings,
 * ai.google.dev/gemini-api/docs/batch-api, /files and /rate-limits. A file has at most 2 GB, an
 * account at most 100 jobs, and a quota of tokens in jobs by its tier (0.5, 5 or 10 million for
 * embeddings). A job costs half and expires after 48 hours; uploaded files are deleted after 48
 * hours anyway. The order of results is not relied on.
 */
public final class GeminiBatches implements BatchFormat {
  private static final int LINES = 50_000;
  private static final long BYTES = 2_000_000_000;
  private static final int JOBS = 100;
  private static final int JOBS_PER_PAGE = 50;

  /** Vectors of the lines in a file of this size are a few megabytes. */
  private static final long SENT_WITH_THE_CALL = 64 << 10;

  private static final JobListing.Form LISTING =
      new JobListing.Form("operations", "name", "metadata.displayName");

  private static final String INLINED = "inlinedResponses";

  private final URI base;
  private final EmbeddingSpec spec;
  private final WireFormat format;

  private GeminiBatches(URI base, EmbeddingSpec spec, WireFormat format) {
    this.base = base;
    this.spec = spec;
    this.format = format;
  }

  /** The API at an address. */
  public static BatchFormat of(URI base, EmbeddingSpec spec, Clock clock) {
    return new GeminiBatches(base, spec, Gemini.format(clock));
  }

  @Override
  public JobLimits limits(ProviderLimits call) {
    return new JobLimits(
        call.withTextsAtMost(1),
        LINES,
        LINES,
        BYTES,
        OptionalLong.empty(),
        OptionalInt.of(JOBS),
        new BigDecimal("0.5"),
        Duration.ofDays(2));
  }

  @Override
  public byte[] line(String id, List<String> texts) {
    return WireJson.object(
        json -> {
          json.writeStringField("key", id);
          json.writeFieldName("request");
          Gemini.item(json, spec, texts.getFirst(), OpenAiBatches.dialect(format, spec));
        });
  }

  @Override
  public Optional<FileUpload> upload(long bytes, String label) {
    if (bytes <= SENT_WITH_THE_CALL) {
      return Optional.empty();
    }
    BatchCall start =
        BatchCall.post(
            besides("/upload", "/files"),
            WireJson.object(
                json -> {
                  json.writeObjectFieldStart("file");
                  json.writeStringField("displayName", label);
                  json.writeEndObject();
                }));
    return Optional.of(
        new FileUpload.InTwoCalls(
            start,
            Map.of(
                "X-Goog-Upload-Protocol", "resumable",
                "X-Goog-Upload-Command", "start",
                "X-Goog-Upload-Header-Content-Length", Long.toString(bytes),
                "X-Goog-Upload-Header-Content-Type", "application/jsonl"),
            "X-Goog-Upload-URL",
            Map.of("X-Goog-Upload-Offset", "0", "X-Goog-Upload-Command", "upload, finalize")));
  }

  /** An address of files, whose path has a word before the base URL's path. */
  private URI besides(String word, String path) {
    return BatchFormat.below(
        base.resolve("/"),
        word + Objects.requireNonNullElse(base.getRawPath(), "").replaceAll("/+$", "") + path);
  }

  @Override
  public String uploaded(InputStream reply) throws IOException {
    return Fields.of(reply).need("file.name");
  }

  @Override
  public BatchCall create(String file, String label) {
    return create(label, json -> json.writeStringField("fileName", file));
  }

  @Override
  public BatchCall createWith(byte[] lines, String label) {
    return create(
        label,
        json -> {
          json.writeObjectFieldStart("requests");
          json.writeArrayFieldStart("requests");
          for (String line : new String(lines, StandardCharsets.UTF_8).split("\n", -1)) {
            if (!line.isEmpty()) {
              inlined(json, line.getBytes(StandardCharsets.UTF_8));
            }
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private BatchCall create(String label, WireJson.Members config) {
    return BatchCall.post(
        BatchFormat.below(
            base, "/models/" + UriText.encoded(spec.model()) + ":asyncBatchEmbedContent"),
        WireJson.object(
            json -> {
              json.writeObjectFieldStart("batch");
              json.writeStringField("displayName", label);
              json.writeObjectFieldStart("inputConfig");
              config.to(json);
              json.writeEndObject();
              json.writeEndObject();
            }));
  }

  /** Writes a line of a file in the form that it has in a call: its key is in its metadata. */
  private static void inlined(JsonGenerator json, byte[] line) throws IOException {
    try (JsonParser parsed = WireJson.parser(line)) {
      parsed.nextToken();
      json.writeStartObject();
      while (parsed.nextToken() == JsonToken.FIELD_NAME) {
        String name = parsed.currentName();
        parsed.nextToken();
        if (name.equals("key")) {
          json.writeObjectFieldStart("metadata");
          json.writeStringField("key", parsed.getText());
          json.writeEndObject();
        } else {
          json.writeFieldName(name);
          json.copyCurrentStructureExact(parsed);
        }
      }
      json.writeEndObject();
    }
  }

  @Override
  public Optional<JobState.OverQuota> full(FailedReply reply) {
    return BatchWords.isFullUnlessItAsksToWait(reply)
        ? Optional.of(BatchWords.overQuota(reply.message()))
        : Optional.empty();
  }

  @Override
  public BatchCall poll(String id) {
    return BatchCall.get(named(id));
  }

  @Override
  public BatchCall cancel(String id) {
    return BatchCall.post(URI.create(named(id) + ":cancel"));
  }

  /** The address of something that is named like {@code batches/x}. */
  private URI named(String name) {
    return BatchFormat.below(base, "/" + encoded(name));
  }

  private static String encoded(String name) {
    return String.join("/", Stream.of(name.split("/", -1)).map(UriText::encoded).toList());
  }

  @Override
  public Job job(InputStream reply) throws IOException {
    return job(Fields.of(reply));
  }

  private static Job job(Fields fields) throws IOException {
    String name = fields.need("name");
    Optional<String> file =
        Stream.of("response.responsesFile", "metadata.output.responsesFile")
            .flatMap(path -> fields.text(path).stream())
            .findFirst();
    boolean inlined =
        fields.text("response." + INLINED).isPresent()
            || fields.text("metadata.output." + INLINED).isPresent();
    return new Job(
        name,
        state(fields),
        new Job.Progress(
            fields.count("metadata.batchStats.requestCount"),
            fields.count("metadata.batchStats.successfulRequestCount"),
            fields.count("metadata.batchStats.failedRequestCount")),
        file.or(() -> inlined ? Optional.of(name) : Optional.empty()).stream().toList(),
        Stream.concat(fields.text("metadata.inputConfig.fileName").stream(), file.stream())
            .toList(),
        OptionalLong.empty());
  }

  private static JobState state(Fields fields) throws IOException {
    String state =
        fields
            .text("metadata.state")
            .or(() -> fields.text("state"))
            .orElseThrow(() -> new IOException("the reply has no \"state\""));
    return switch (state.replaceFirst("^(?:BATCH|JOB)_STATE_", "")) {
      case "UNSPECIFIED", "PENDING", "QUEUED" -> new JobState.Waiting();
      case "RUNNING" -> new JobState.Running();
      case "SUCCEEDED" -> new JobState.Completed();
      case "EXPIRED" -> new JobState.Expired();
      case "CANCELLING" -> new JobState.Cancelling();
      case "CANCELLED" -> new JobState.Cancelled();
      case "FAILED" ->
          BatchWords.failed(List.of(), fields.text("error.message").orElse("it gives no reason"));
      default -> throw new IOException("the job has an unknown state: " + state);
    };
  }

  @Override
  public BatchCall list(Optional<String> next) {
    return BatchCall.get(
        BatchFormat.below(
            base,
            "/batches?pageSize="
                + JOBS_PER_PAGE
                + next.map(token -> "&pageToken=" + UriText.encoded(token)).orElse("")));
  }

  @Override
  public JobPage page(Optional<String> asked, String label, InputStream reply) throws IOException {
    JobListing page = JobListing.search(reply, LISTING, label);
    return new JobPage(
        page.found().isPresent() ? Optional.of(job(page.found().get())) : Optional.empty(),
        Optional.ofNullable(page.members().get("nextPageToken")).filter(token -> !token.isEmpty()));
  }

  /** Results in the job's description are read from there. */
  @Override
  public BatchCall results(String output) {
    return BatchCall.get(
        isJob(output)
            ? named(output)
            : besides("/download", "/" + encoded(output) + ":download?alt=media"));
  }

  private static boolean isJob(String output) {
    return output.startsWith("batches/");
  }

  @Override
  public ResultStream stream(String output, InputStream reply) throws IOException {
    return isJob(output) ? new InlinedResults(WireJson.parser(reply)) : ResultLines.of(reply);
  }

  /** The items of the list in a job's description, which is read while it arrives. */
  private static final class InlinedResults implements ResultStream {
    private final JsonParser json;
    private boolean begun;

    private InlinedResults(JsonParser json) {
      this.json = json;
    }

    @Override
    public Optional<byte[]> next() throws IOException {
      if (!begun) {
        begin();
      }
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      ByteArrayOutputStream item = new ByteArrayOutputStream();
      try (JsonGenerator copy = WireJson.generator(item)) {
        copy.copyCurrentStructureExact(json);
      }
      return Optional.of(item.toByteArray());
    }

    /** Goes to the list, which is in an object of the same name. */
    private void begin() throws IOException {
      begun = true;
      JsonToken token = json.nextToken();
      while (token != null
          && !(token == JsonToken.START_ARRAY && INLINED.equals(json.currentName()))) {
        token = json.nextToken();
      }
    }
  }

  @Override
  public LineReply result(byte[] result) throws IOException {
    return GeminiLine.read(result);
  }

  @Override
  public Reply reply(byte[] body, int texts) throws IOException {
    return Gemini.single(body);
  }

  @Override
  public BatchCall delete(String name) {
    return BatchCall.delete(named(name));
  }

  /** Files that are gone are forbidden. */
  @Override
  public boolean isGone(FailedReply reply) {
    return reply.status() == 404
        || (reply.status() == 403
            && reply.body().valuesNamed("status").contains("PERMISSION_DENIED"));
  }
}
