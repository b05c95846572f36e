package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.provider.remote.errors.FailedReply;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Voyage's jobs, whose lines contain only the texts: the job has the parameters of all of them.
 * Source, read in November 2026: docs.voyageai.com/docs/batch-inference. A job has at most 100,000
 * texts; an organization has at most 100 jobs with a billion tokens that have not ended, and gets a
 * 429 beyond that. A job costs a third less and ends after 12 hours as {@code completed}, with an
 * error {@code batch_expired} for each line that was not done. The size of a file, 1 GB, is from
 * the announcement of the API in March 2026.
 */
record VoyageJobs(EmbeddingSpec spec, OpenAiFormat format) implements OpenAiBatches.JobForm {
  private static final OpenAiBatches.JobSize SIZE =
      new OpenAiBatches.JobSize(
          100_000,
          100_000,
          1_000_000_000,
          OptionalLong.of(1_000_000_000),
          OptionalInt.of(100),
          new BigDecimal("0.67"),
          Duration.ofHours(12));

  @Override
  public OpenAiBatches.JobSize size() {
    return SIZE;
  }

  @Override
  public void line(JsonGenerator json, List<String> texts) throws IOException {
    json.writeObjectFieldStart("body");
    OpenAiFormat.input(json, texts, OpenAiBatches.dialect(format, spec));
    json.writeEndObject();
  }

  @Override
  public void job(JsonGenerator json, String file) throws IOException {
    OpenAiBatches.JobForm.super.job(json, file);
    json.writeObjectFieldStart("request_params");
    json.writeStringField("model", spec.model());
    format.options(json, spec, OpenAiBatches.dialect(format, spec));
    json.writeEndObject();
  }

  @Override
  public boolean isFull(FailedReply reply) {
    return BatchWords.isFullUnlessItAsksToWait(reply);
  }
}
