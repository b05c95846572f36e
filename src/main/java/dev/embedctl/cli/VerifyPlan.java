package dev.embedctl.cli;

import dev.embedctl.cli.options.InputFiles;
import dev.embedctl.cli.options.InputPlan;
import dev.embedctl.cli.options.OptionBounds;
import dev.embedctl.cli.options.RunFiles;
import dev.embedctl.io.input.InputOptions;
import dev.embedctl.io.input.RecordSource;
import dev.embedctl.io.input.RecordSources;
import dev.embedctl.io.output.VectorFormat;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.pipeline.PipelineOptions;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.pipeline.PipelineOptions.OnMiss;
import dev.embedctl.pipeline.Split;
import dev.embedctl.pipeline.SplitSource;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.ProviderSettings;
import dev.embedctl.provider.RetryPolicy;
import dev.embedctl.provider.SpendingLimit;
import dev.embedctl.provider.pace.PaceLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The checked options of a {@code verify} command line.
 *
 * @param inputs the input files; empty for standard input
 * @param split the size of the pieces into which the output's texts were split, if they were
 * @param errors the file of the failed texts, if there is one
 * @param metrics the metrics that the run wrote beside its output, if they exist
 * @param sample the number of texts to embed again
 * @param minCosine the lowest cosine of a text's old and new vector
 */
record VerifyPlan(
    Path output,
    Optional<String> outputFormat,
    Optional<VectorFormat> vectors,
    List<Path> inputs,
    InputOptions inputOptions,
    Optional<Split> split,
    Optional<Path> errors,
    Optional<Path> metrics,
    int sample,
    double minCosine,
    ProviderSettings provider,
    Form form) {

  private static final int CALLS_AT_ONCE = 4;
  private static final int TEXTS_A_CHUNK = 100;
  private static final int MOST_SAMPLED = 10_000;

  /** How the report is written. */
  enum Form {
    NONE,
    TEXT,
    JSON
  }

  /**
   * Checks the options of a command line.
   *
   * @throws Usage if they are invalid
   */
  static VerifyPlan of(VerifyOptions typed) {
    OptionBounds.range("--sample", typed.sample, 0, MOST_SAMPLED);
    if (!(typed.minCosine >= -1 && typed.minCosine <= 1)) {
      throw new Usage("--min-cosine " + typed.minCosine + ": give a number from -1 to 1");
    }
    return new VerifyPlan(
        typed.output,
        Optional.ofNullable(typed.outputFormat),
        Optional.ofNullable(typed.vectorFormat),
        InputFiles.of(
            typed.inputs,
            Optional.ofNullable(typed.inputFormat).map(InputPlan::format),
            typed.reading,
            Optional.of(typed.output)),
        InputPlan.of(
            Optional.ofNullable(typed.inputFormat),
            typed.textField,
            Optional.ofNullable(typed.idField),
            Optional.empty(),
            Optional.ofNullable(typed.template),
            typed.reading),
        Optional.ofNullable(typed.split),
        Optional.ofNullable(typed.errors).or(() -> beside(typed.output, ".errors.jsonl")),
        Optional.of(RunFiles.metricsOf(typed.output)).filter(Files::isRegularFile),
        typed.sample,
        typed.minCosine,
        typed.provider.plan(RetryPolicy.USUAL, PaceLimits.usual(CALLS_AT_ONCE), SpendingLimit.NONE),
        typed.json ? Form.JSON : typed.quiet ? Form.NONE : Form.TEXT);
  }

  /** A file that the run wrote beside its output, if it exists. */
  private static Optional<Path> beside(Path output, String ending) {
    return Optional.of(RunFiles.beside(output, ending)).filter(Files::isRegularFile);
  }

  /** Whether a provider is needed: for a sample, or to count the tokens of pieces. */
  boolean needsProvider() {
    return sample > 0 || split.isPresent();
  }

  /** Opens the input, with its texts split into pieces if {@code split} is set. */
  RecordSource open(InputStream standardInput, Optional<EmbeddingProvider> embedding)
      throws IOException {
    RecordSource records = open(standardInput);
    return split
        .<RecordSource>map(pieces -> new SplitSource(records, pieces, embedding.orElseThrow()))
        .orElse(records);
  }

  /** Opens the input with whole texts. */
  RecordSource open(InputStream standardInput) throws IOException {
    return inputs.isEmpty()
        ? RecordSources.open(standardInput, inputOptions)
        : RecordSources.open(inputs, inputOptions);
  }

  /** The options for embedding the sample. */
  PipelineOptions pipeline() {
    return new PipelineOptions(
        OnError.COLLECT,
        OnMiss.CALL,
        CALLS_AT_ONCE,
        TEXTS_A_CHUNK,
        OptionalInt.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        Runtime.getRuntime().maxMemory() / 4,
        1,
        provider.timeout(),
        Duration.ZERO);
  }
}
