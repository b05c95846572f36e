package dev.embedctl.cli.batch;

import dev.embedctl.cli.options.CacheOptions;
import dev.embedctl.cli.options.InputFile;
import dev.embedctl.cli.options.InputFiles;
import dev.embedctl.cli.options.InputPlan;
import dev.embedctl.cli.options.OptionBounds;
import dev.embedctl.cli.options.RunFiles;
import dev.embedctl.cli.options.SendingOptions;
import dev.embedctl.io.input.InputOptions;
import dev.embedctl.io.input.RecordSource;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.pipeline.ErrorLimit;
import dev.embedctl.pipeline.PipelineOptions;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.pipeline.PipelineOptions.OnMiss;
import dev.embedctl.pipeline.Split;
import dev.embedctl.pipeline.SplitSource;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.ProviderSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a {@code batch} command line means: every option has its value, and no two contradict each
 * other.
 *
 * @param split how texts are split into pieces, if they are
 * @param errors where failed texts go, in collect mode
 */
record BatchPlan(
    BatchInput input,
    InputOptions inputOptions,
    Optional<Split> split,
    Destination destination,
    Optional<Path> errors,
    Optional<Path> metrics,
    Optional<Path> events,
    ProviderSettings provider,
    CachePlan cache,
    PipelineOptions pipeline,
    Talk talk) {

  /** How much is said on standard error. */
  enum Talk {
    QUIET,
    NORMAL,
    VERBOSE;

    static Talk of(boolean quiet, boolean verbose) {
      return quiet ? QUIET : verbose ? VERBOSE : NORMAL;
    }
  }

  /**
   * Which cache, and how it is used.
   *
   * @param user the command that uses it, which others see while they wait
   * @param folder where it is; empty for none that outlasts the run
   * @param temporary where one is that does not
   * @param patience longest wait while maintenance has the cache
   */
  record CachePlan(String user, Optional<Path> folder, Path temporary, Use use, Duration patience) {
    static CachePlan of(
        String user, CacheOptions typed, SendingOptions sending, Map<String, String> env) {
      return new CachePlan(
          user,
          typed.folder(env),
          Path.of(System.getProperty("java.io.tmpdir")),
          sending.refreshes() ? Use.THIS_RUN : Use.EVERYTHING,
          typed.longestWait());
    }

    /** What is looked up. */
    enum Use {
      EVERYTHING,
      /** Only what this run stored: all else is paid again. */
      THIS_RUN
    }
  }

  /**
   * What the command line means.
   *
   * @throws Usage where it cannot be meant
   */
  static BatchPlan of(BatchOptions typed, Map<String, String> env) {
    typed.sending.checkBeside(typed.cache);
    List<InputFile> inputs =
        InputFiles.named(
            typed.inputs,
            Optional.ofNullable(typed.inputFormat).map(InputPlan::format),
            typed.reading,
            Destination.isFolder(typed.output)
                ? Optional.of(Path.of(typed.output))
                : Optional.empty());
    InputOptions inputOptions =
        InputPlan.of(
            Optional.ofNullable(typed.inputFormat),
            typed.textField,
            Optional.ofNullable(typed.idField),
            Optional.ofNullable(typed.metadata),
            Optional.ofNullable(typed.template),
            typed.reading);
    Destination destination = Destination.of(typed, inputs, inputOptions);
    Optional<Path> errors =
        Optional.ofNullable(typed.errors).or(() -> destination.companion("errors.jsonl"));
    if (typed.onError == OnError.COLLECT && errors.isEmpty() && !typed.dryRun) {
      throw new Usage("--on-error collect needs --errors FILE where the output is no file");
    }
    Optional<Path> metrics =
        Optional.ofNullable(typed.metrics).or(() -> destination.companion("metrics.json"));
    Optional<Path> events = Optional.ofNullable(typed.events);
    Map<String, Optional<Path>> written = destination.written();
    written.put("--errors", errors);
    written.put("--metrics", metrics);
    written.put("--events", events);
    RunFiles.checkDistinct(read(inputs), written);
    if (!typed.dryRun) {
      checkIsNoFolder(typed.output);
      RunFiles.checkPlaces(written, destination.made());
    }
    return new BatchPlan(
        inputs.isEmpty()
            ? new BatchInput.StandardInput()
            : new BatchInput.Files(
                inputs.stream().map(InputFile::path).toList(), destination.numbering()),
        inputOptions,
        Optional.ofNullable(typed.split),
        destination,
        errors,
        metrics,
        events,
        typed.sending.plan(typed.asked),
        CachePlan.of("embedctl batch", typed.cache, typed.sending, env),
        pipeline(typed),
        Talk.of(typed.quiet, typed.verbose));
  }

  /** The input, opened; its texts in pieces where that is asked for. */
  RecordSource open(InputStream standardInput, EmbeddingProvider embedding) throws IOException {
    RecordSource records = open(standardInput);
    return split
        .<RecordSource>map(pieces -> new SplitSource(records, pieces, embedding))
        .orElse(records);
  }

  /** The input, opened, as it stands. */
  RecordSource open(InputStream standardInput) throws IOException {
    return input.open(standardInput, inputOptions);
  }

  private static void checkIsNoFolder(String output) {
    if (!Destination.isFolder(output) && Files.isDirectory(Path.of(output))) {
      throw new Usage(
          "--output "
              + output
              + ": a folder; name a file in it, or give "
              + output
              + "/ for a file of each INPUT in it");
    }
  }

  private static Map<String, Optional<Path>> read(List<InputFile> inputs) {
    Map<String, Optional<Path>> read = new HashMap<>();
    inputs.forEach(file -> read.put("INPUT " + file.path(), Optional.of(file.path())));
    return read;
  }

  private static PipelineOptions pipeline(BatchOptions typed) {
    OptionBounds.range("--chunk-size", typed.chunkSize, 100, 500);
    if (typed.maxErrors != null && typed.onError == OnError.FAIL) {
      throw new Usage("--max-errors is for --on-error collect; add that, or drop it");
    }
    return pipeline(
        typed.sending,
        typed.cache.onMiss(),
        typed.asked.timeout,
        typed.onError,
        Optional.ofNullable(typed.maxErrors),
        typed.chunkSize);
  }

  /** How a run proceeds whose texts are sent as these options have it. */
  static PipelineOptions pipeline(
      SendingOptions sending,
      OnMiss onMiss,
      Duration timeout,
      OnError onError,
      Optional<ErrorLimit> maxErrors,
      int chunkSize) {
    return new PipelineOptions(
        onError,
        onMiss,
        sending.concurrency(),
        chunkSize,
        sending.textsPerRequest(),
        sending.tokensPerRequest(),
        maxErrors,
        Runtime.getRuntime().maxMemory() / 4,
        Runtime.getRuntime().availableProcessors(),
        timeout,
        sending.grace());
  }
}
