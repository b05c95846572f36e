package dev.embedctl.jobs;

import dev.embedctl.cache.VectorCache;
import dev.embedctl.io.input.RecordSource;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.pipeline.PipelineOptions;
import dev.embedctl.provider.CountedText;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.catalog.TokenMeter;
import dev.embedctl.provider.jobs.BatchApi;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * What a lane works with; none of it is closed by the lane.
 *
 * @param files the names of the input files, which with the spec identify the lane
 * @param provider the provider of the same spec, which counts tokens
 * @param dimensions the dimensions of the model, if known
 */
public record LaneParts(
    List<String> files,
    Input input,
    BatchApi api,
    VectorCache cache,
    EmbeddingProvider provider,
    TokenMeter meter,
    OptionalInt dimensions,
    PipelineOptions pipeline) {

  /** Opens the input from its beginning. */
  @FunctionalInterface
  public interface Input {
    RecordSource open() throws IOException;
  }

  public LaneParts {
    files = List.copyOf(files);
    Objects.requireNonNull(input);
    Objects.requireNonNull(api);
    Objects.requireNonNull(cache);
    Objects.requireNonNull(provider);
    Objects.requireNonNull(meter);
    Objects.requireNonNull(dimensions);
    Objects.requireNonNull(pipeline);
  }

  /** The most tokens that may be charged for a text. */
  long mostOf(CountedText text) {
    long high = meter.measure(text).high();
    OptionalInt longest = provider.limits().tokensPerText();
    return longest.isPresent() ? Math.min(high, longest.getAsInt()) : high;
  }

  /**
   * Opens the input from its beginning.
   *
   * @throws RunFailed if it cannot be read
   */
  RecordSource read() {
    try {
      return input.open();
    } catch (IOException e) {
      throw new RunFailed("the input cannot be read: " + e.getMessage(), e);
    }
  }
}
