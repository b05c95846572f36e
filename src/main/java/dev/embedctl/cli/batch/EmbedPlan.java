package dev.embedctl.cli.batch;

import dev.embedctl.cli.batch.BatchPlan.CachePlan;
import dev.embedctl.cli.options.RunFiles;
import dev.embedctl.io.bytes.Compression;
import dev.embedctl.io.input.InputOptions;
import dev.embedctl.io.output.VectorFormat;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the plan of an {@code embed} command line: a run over its arguments. */
final class EmbedPlan {
  private static final String STANDARD_INPUT = "-";
  private static final int CHUNK_SIZE = 250;

  private EmbedPlan() {}

  /**
   * Checks the options of a command line.
   *
   * @throws Usage if its options contradict each other
   */
  static BatchPlan of(EmbedOptions typed, Map<String, String> env) {
    typed.sending.checkBeside(typed.cache);
    Optional<Path> metrics = Optional.ofNullable(typed.metrics);
    RunFiles.checkPlaces(Map.of("--metrics", metrics));
    return new BatchPlan(
        input(typed.texts),
        InputOptions.defaults(),
        Optional.empty(),
        new Destination.StandardOutput(
            new OutputPlan.Jsonl(
                Optional.ofNullable(typed.vectorFormat).orElse(VectorFormat.FLOAT),
                Compression.NONE)),
        Optional.empty(),
        metrics,
        Optional.empty(),
        typed.sending.plan(typed.provider),
        Optional.empty(),
        CachePlan.of("embedctl embed", typed.cache, typed.sending, env),
        BatchPlan.pipeline(
            typed.sending,
            typed.cache.onMiss(),
            typed.provider,
            OnError.FAIL,
            Optional.empty(),
            CHUNK_SIZE),
        BatchPlan.Verbosity.of(typed.quiet, typed.verbose));
  }

  private static BatchInput input(List<String> texts) {
    if (texts.isEmpty() || texts.equals(List.of(STANDARD_INPUT))) {
      return new BatchInput.PipedText();
    }
    if (texts.contains(STANDARD_INPUT)) {
      throw new Usage("TEXT -: standard input cannot be combined with other texts");
    }
    return new BatchInput.Arguments(texts);
  }
}
