package dev.embedctl.cli.batch;

import dev.embedctl.cli.options.CacheOptions;
import dev.embedctl.cli.options.InputFile;
import dev.embedctl.cli.options.InputFiles;
import dev.embedctl.cli.options.InputPlan;
import dev.embedctl.cli.options.LaneChoice.Jobs;
import dev.embedctl.cli.options.OptionBounds;
import dev.embedctl.cli.options.ProviderOptions;
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
import dev.embedctl.provider.ServedMemory;
import dev.embedctl.service.CachedModels;
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
 * The checked options of a {@code batch} command line: every option has its value, and no two
 * contradict each other.
 *
 * @param split the size of the pieces into which texts are split, if they are
 * @param errors the file for failed texts, in collect mode
 * @param jobs what was chosen for jobs; empty for calls
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
    Optional<Jobs> jobs,
    CachePlan cache,
    PipelineOptions pipeline,
    Verbosity verbosity) {

  /** The amount of messages on standard error. */
  enum Verbosity {
    QUIET,
    NORMAL,
    VERBOSE;

    static Verbosity of(boolean quiet, boolean verbose) {
      return quiet ? QUIET : verbose ? VERBOSE : NORMAL;
    }
  }

  /**
   * The cache and its use.
   *
   * @param user the command's name, which other runs print while they wait for the cache
   * @param folder its folder; empty if no vector is kept after the run
   * @param temporary the folder for a cache that ends with the run
   * @param patience longest wait while maintenance locks the cache
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

    /** The models of the servers whose vectors are in the cache. */
    ServedMemory models() {
      return folder.<ServedMemory>map(CachedModels::new).orElseGet(ServedMemory::none);
    }

    /** The vectors that a lookup may return. */
    enum Use {
      EVERYTHING,
      /** Only those that this run stored: all others are paid for again. */
      THIS_RUN
    }
  }

  /**
   * Checks the options of a command line.
   *
   * @throws Usage if they are invalid
   */
  static BatchPlan of(BatchOptions typed, Map<String, String> env) {
    typed.sending.checkBeside(typed.cache);
    List<InputFile> inputs =
        InputFiles.named(
            typed.inputs,
            Optional.ofNullable(typed.inputFormat).map(InputPlan::format),
            typed.reading,
            Optional.of(Path.of(typed.output)));
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
      throw new Usage("--on-error collect needs --errors FILE, because the output is not a file");
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
        typed.sending.plan(typed.provider),
        jobs(typed, inputs),
        CachePlan.of("embedctl batch", typed.cache, typed.sending, env),
        pipeline(typed),
        Verbosity.of(typed.quiet, typed.verbose));
  }

  private static Optional<Jobs> jobs(BatchOptions typed, List<InputFile> inputs) {
    Optional<Jobs> jobs = typed.lane.jobs();
    if (jobs.isPresent()
        && (inputs.isEmpty()
            || inputs.stream().map(InputFile::path).anyMatch(BatchPlan::isReadOnlyOnce))) {
      throw new Usage(
          "--lane async needs INPUT in files, since later runs read it again; save it in one");
    }
    if (jobs.isPresent()
        && (typed.cache.areOff()
            || typed.sending.refreshes()
            || typed.cache.onMiss() == OnMiss.FAIL)) {
      throw new Usage(
          "--lane async keeps its vectors in the cache; drop --no-cache, --refresh and"
              + " --cache-only");
    }
    return jobs;
  }

  /** A file that does not exist is reported when it is opened, as in every run. */
  private static boolean isReadOnlyOnce(Path input) {
    return Files.exists(input) && !Files.isRegularFile(input);
  }

  /** Opens the input, with its texts split into pieces if {@code split} is set. */
  RecordSource open(InputStream standardInput, EmbeddingProvider embedding) throws IOException {
    RecordSource records = open(standardInput);
    return split
        .<RecordSource>map(pieces -> new SplitSource(records, pieces, embedding))
        .orElse(records);
  }

  /** Opens the input with whole texts. */
  RecordSource open(InputStream standardInput) throws IOException {
    return input.open(standardInput, inputOptions);
  }

  private static void checkIsNoFolder(String output) {
    if (!Destination.isFolder(output) && Files.isDirectory(Path.of(output))) {
      throw new Usage(
          "--output "
              + output
              + ": a folder; name a file in it, or pass "
              + output
              + "/ to write one file per INPUT");
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
      throw new Usage("--max-errors needs --on-error collect; add it, or drop --max-errors");
    }
    return pipeline(
        typed.sending,
        typed.cache.onMiss(),
        typed.provider,
        typed.onError,
        Optional.ofNullable(typed.maxErrors),
        typed.chunkSize);
  }

  /** The pipeline's options from those of a command line. */
  static PipelineOptions pipeline(
      SendingOptions sending,
      OnMiss onMiss,
      ProviderOptions provider,
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
        provider.way.timeout(),
        sending.grace(),
        sending.leastCosine(provider));
  }
}
