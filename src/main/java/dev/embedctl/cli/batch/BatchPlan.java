package dev.embedctl.cli.batch;

import dev.embedctl.cli.options.InputFiles;
import dev.embedctl.cli.options.InputPlan;
import dev.embedctl.cli.options.OpenFiles;
import dev.embedctl.cli.options.OptionBounds;
import dev.embedctl.cli.options.RunFiles;
import dev.embedctl.io.input.InputOptions;
import dev.embedctl.io.input.RecordSource;
import dev.embedctl.io.input.RecordSources;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a {@code batch} command line means: every option has its value, and no two contradict each
 * other.
 *
 * @param inputs the input files; empty for standard input
 * @param split how texts are split into pieces, if they are
 * @param output the output file; empty for standard output
 * @param errors where failed texts go, in collect mode
 */
record BatchPlan(
    List<Path> inputs,
    InputOptions inputOptions,
    Optional<Split> split,
    Optional<Path> output,
    OutputPlan outputPlan,
    Optional<Path> errors,
    Optional<Path> metrics,
    Optional<Path> events,
    ProviderSettings provider,
    CachePlan cache,
    PipelineOptions pipeline,
    Talk talk) {

  private static final int REQUESTS_A_MINUTE = 12;

  /** How much is said on standard error. */
  enum Talk {
    QUIET,
    NORMAL,
    VERBOSE
  }

  /**
   * Which cache, and how it is used.
   *
   * @param folder where it is; empty for none that outlasts the run
   * @param temporary where one is that does not
   * @param patience longest wait while maintenance has the cache
   */
  record CachePlan(Optional<Path> folder, Path temporary, Use use, Duration patience) {
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
    checkCacheOptions(typed);
    List<Path> inputs =
        InputFiles.of(
            typed.inputs,
            Optional.ofNullable(typed.inputFormat).map(InputPlan::format),
            typed.reading);
    Optional<Path> output = file(typed.output);
    InputOptions inputOptions =
        InputPlan.of(
            Optional.ofNullable(typed.inputFormat),
            typed.textField,
            Optional.ofNullable(typed.idField),
            Optional.ofNullable(typed.metadata),
            Optional.ofNullable(typed.template),
            typed.reading);
    OutputPlan outputPlan = OutputPlan.of(typed, output, inputOptions);
    boolean named = output.isPresent() && RunFiles.isOrMayBeRegular(output.get());
    Optional<Path> errors =
        Optional.ofNullable(typed.errors)
            .or(
                () ->
                    named
                        ? Optional.of(RunFiles.beside(output.get(), ".errors.jsonl"))
                        : Optional.empty());
    if (typed.onError == OnError.COLLECT && errors.isEmpty() && !typed.dryRun) {
      throw new Usage("--on-error collect needs --errors FILE where the output is no file");
    }
    Optional<Path> metrics =
        Optional.ofNullable(typed.metrics)
            .or(
                () ->
                    named
                        ? Optional.of(RunFiles.beside(output.get(), ".metrics.json"))
                        : Optional.empty());
    Optional<Path> events = Optional.ofNullable(typed.events);
    Map<String, Optional<Path>> written = new LinkedHashMap<>();
    written.put("--output", output);
    written.put(
        "the array's ids",
        outputPlan instanceof OutputPlan.Npy npy ? Optional.of(npy.ids()) : Optional.empty());
    written.put("--errors", errors);
    written.put("--metrics", metrics);
    written.put("--events", events);
    RunFiles.checkDistinct(read(inputs), written);
    if (!typed.dryRun) {
      RunFiles.checkPlaces(written);
    }
    return new BatchPlan(
        inputs,
        inputOptions,
        Optional.ofNullable(typed.split),
        output,
        outputPlan,
        errors,
        metrics,
        events,
        provider(typed),
        cache(typed, env),
        pipeline(typed),
        typed.quiet ? Talk.QUIET : typed.verbose ? Talk.VERBOSE : Talk.NORMAL);
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
    return inputs.isEmpty()
        ? RecordSources.open(standardInput, inputOptions)
        : RecordSources.open(inputs, inputOptions);
  }

  private static Map<String, Optional<Path>> read(List<Path> inputs) {
    Map<String, Optional<Path>> read = new HashMap<>();
    inputs.forEach(file -> read.put("INPUT " + file, Optional.of(file)));
    return read;
  }

  private static void checkCacheOptions(BatchOptions typed) {
    if (typed.cache.areOff() && (typed.cache.namesFolder() || typed.refresh || typed.cacheOnly)) {
      throw new Usage("--no-cache contradicts --cache, --refresh and --cache-only; drop one");
    }
    if (typed.refresh && typed.cacheOnly) {
      throw new Usage("--refresh pays for each text and --cache-only for none; drop one");
    }
  }

  private static Optional<Path> file(String name) {
    return name == null || name.equals("-") ? Optional.empty() : Optional.of(Path.of(name));
  }

  private static ProviderSettings provider(BatchOptions typed) {
    OptionBounds.range("--max-attempts", typed.maxAttempts, 1, 100);
    OptionBounds.positive("--max-wait", typed.maxWait);
    if (typed.maxTokens != null) {
      OptionBounds.range("--max-tokens", typed.maxTokens, 1, Long.MAX_VALUE);
    }
    if (typed.maxCost != null && typed.maxCost.signum() <= 0) {
      throw new Usage("--max-cost " + typed.maxCost + ": give dollars, more than 0");
    }
    return typed.asked.plan(
        new RetryPolicy(typed.maxAttempts, typed.backoff),
        pace(typed),
        new SpendingLimit(optional(typed.maxTokens), Optional.ofNullable(typed.maxCost)));
  }

  private static PaceLimits pace(BatchOptions typed) {
    if (typed.requestsPerMinute != null) {
      OptionBounds.range("--rpm", typed.requestsPerMinute, 1, Integer.MAX_VALUE);
    }
    if (typed.tokensPerMinute != null) {
      OptionBounds.range("--tpm", typed.tokensPerMinute, 1, Long.MAX_VALUE);
    }
    OptionBounds.range("--concurrency", typed.concurrency, 1, 1000);
    OpenFiles.checkRoomFor(typed.concurrency);
    return new PaceLimits(
        typed.concurrency,
        optional(typed.requestsPerMinute),
        optional(typed.tokensPerMinute),
        typed.backoff,
        typed.maxWait);
  }

  private static OptionalInt optional(Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  private static OptionalLong optional(Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private static CachePlan cache(BatchOptions typed, Map<String, String> env) {
    return new CachePlan(
        typed.cache.folder(env),
        Path.of(System.getProperty("java.io.tmpdir")),
        typed.refresh ? CachePlan.Use.THIS_RUN : CachePlan.Use.EVERYTHING,
        typed.cache.longestWait());
  }

  private static PipelineOptions pipeline(BatchOptions typed) {
    OptionBounds.range("--chunk-size", typed.chunkSize, 100, 500);
    if (typed.maxErrors != null && typed.onError == OnError.FAIL) {
      throw new Usage("--max-errors is for --on-error collect; add that, or drop it");
    }
    return new PipelineOptions(
        typed.onError,
        typed.cacheOnly ? OnMiss.FAIL : OnMiss.CALL,
        typed.concurrency,
        typed.chunkSize,
        textsPerRequest(typed.textsPerRequest),
        tokensPerRequest(typed),
        Optional.ofNullable(typed.maxErrors),
        Runtime.getRuntime().maxMemory() / 4,
        Runtime.getRuntime().availableProcessors(),
        typed.asked.timeout,
        typed.grace);
  }

  /** Under a limit of tokens a minute, requests are small enough to go every few seconds. */
  private static OptionalInt tokensPerRequest(BatchOptions typed) {
    return typed.tokensPerMinute == null
        ? OptionalInt.empty()
        : OptionalInt.of(
            Math.clamp(typed.tokensPerMinute / REQUESTS_A_MINUTE, 1, Integer.MAX_VALUE));
  }

  private static OptionalInt textsPerRequest(String typed) {
    if (typed.equals("auto")) {
      return OptionalInt.empty();
    }
    try {
      int texts = Integer.parseInt(typed);
      OptionBounds.range("--texts-per-request", texts, 1, Integer.MAX_VALUE);
      return OptionalInt.of(texts);
    } catch (NumberFormatException e) {
      throw new Usage("--texts-per-request " + typed + ": give a number, or auto");
    }
  }
}
