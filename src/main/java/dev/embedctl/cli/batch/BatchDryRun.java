package dev.embedctl.cli.batch;

import dev.embedctl.cache.LogCache;
import dev.embedctl.cache.NoCache;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.cache.files.LockTerms;
import dev.embedctl.cli.batch.BatchPlan.CachePlan;
import dev.embedctl.cli.batch.BatchPlan.Verbosity;
import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.ExitCode;
import dev.embedctl.io.input.RecordSource;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.pipeline.DryRun;
import dev.embedctl.pipeline.Findings;
import dev.embedctl.pipeline.Findings.InvalidRecord;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.provider.ProviderLimits.Counted;
import dev.embedctl.provider.Providers;
import dev.embedctl.provider.Providers.Unsent;
import dev.embedctl.provider.TokenLimit;
import dev.embedctl.provider.jobs.JobLimits;
import dev.embedctl.provider.pace.PaceLimits;
import dev.embedctl.report.Estimate;
import dev.embedctl.report.Estimate.Memory;
import dev.embedctl.report.Estimate.Pace;
import dev.embedctl.report.EstimateJson;
import dev.embedctl.report.EstimateText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/** Executes a plan without sending or writing anything, and prints what a run would do. */
final class BatchDryRun {
  private static final int MOST_PRINTED = 20;

  private final BatchPlan plan;
  private final Console console;
  private final Form form;

  /** How the report is written. */
  enum Form {
    /** A table for people. */
    TABLE,
    JSON
  }

  BatchDryRun(BatchPlan plan, Console console, Form form) {
    this.plan = plan;
    this.console = console;
    this.form = form;
  }

  /**
   * Writes the report to standard output; returns the exit code.
   *
   * @throws EmbedctlException if the input or the cache cannot be read
   */
  int run() {
    Providers providers =
        new Providers(
            plan.provider(),
            console.surroundings(),
            BatchRun.serverListener(plan.verbosity(), console),
            plan.cache().models());
    if (plan.jobs().isPresent()) {
      providers.checkBatchApi();
    }
    try (Unsent provider = providers.unsent();
        RecordSource source = plan.open(console.in(), provider.provider());
        VectorCache cache = cache(provider.spec())) {
      TextErrors errors = new TextErrors();
      Findings findings =
          new DryRun(
                  source,
                  cache,
                  provider.provider(),
                  provider.meter(),
                  provider.limit().stream().mapToLong(TokenLimit::tokens).findFirst(),
                  plan.pipeline(),
                  errors)
              .run();
      errors.printRest(findings);
      warnIfPriceIsUnknown(provider);
      print(estimate(findings, provider, providers.jobLimits()));
      return exitCode(findings).number();
    } catch (IOException e) {
      throw new RunFailed("the dry run could not be finished: " + e.getMessage(), e);
    }
  }

  private void print(Estimate estimate) {
    switch (form) {
      case TABLE -> console.print(EstimateText.of(estimate));
      case JSON -> console.printJson(new String(EstimateJson.of(estimate), StandardCharsets.UTF_8));
    }
  }

  private void warnIfPriceIsUnknown(Unsent provider) {
    if (plan.provider().limit().usd().isPresent() && provider.price().isEmpty()) {
      console.say(
          "a run with --max-cost would be refused: the price of "
              + provider.spec().model()
              + " is not known; use --max-tokens, or set a price in catalog.json");
    }
  }

  /** The cache, for look-ups only. */
  private VectorCache cache(EmbeddingSpec spec) {
    CachePlan planned = plan.cache();
    if (planned.folder().isEmpty() || planned.use() == CachePlan.Use.THIS_RUN) {
      return new NoCache();
    }
    Path folder = planned.folder().get();
    LockTerms terms =
        new LockTerms(
            planned.user() + " --dry-run",
            planned.patience(),
            holder -> {
              if (plan.verbosity() != Verbosity.QUIET) {
                console.say(holder);
              }
            });
    return LogCache.openReadOnly(folder, spec, terms, InstantSource.system());
  }

  private Estimate estimate(Findings findings, Unsent provider, Optional<JobLimits> jobs) {
    return new Estimate(
        findings,
        provider.spec(),
        provider.meter().precision(),
        provider.key(),
        plan.cache().folder().isPresent() ? Memory.CACHE : Memory.NONE,
        provider.price(),
        pace(provider.provider().limits().counts()),
        provider.limit(),
        jobs);
  }

  private Pace pace(Counted counts) {
    PaceLimits limits = plan.provider().pace();
    return new Pace(
        limits.requestsPerMinute(), limits.tokensPerMinute(), limits.concurrency(), counts);
  }

  private ExitCode exitCode(Findings findings) {
    if (findings.invalid() == 0 && findings.notCached() == 0) {
      return ExitCode.OK;
    }
    if (plan.pipeline().onError() == OnError.COLLECT) {
      return ExitCode.SOME_FAILED;
    }
    return findings.invalid() > 0 ? ExitCode.INVALID_INPUT : ExitCode.RUN_FAILED;
  }

  /** Prints the first errors of texts to standard error, and the number of the others. */
  private final class TextErrors implements Consumer<InvalidRecord> {
    private int printed;

    @Override
    public void accept(InvalidRecord invalid) {
      if (printed < MOST_PRINTED) {
        printed++;
        console.say(invalid.place() + ": " + invalid.message());
      }
    }

    void printRest(Findings findings) {
      if (findings.invalid() > printed) {
        console.say("and " + (findings.invalid() - printed) + " more invalid records");
      }
      if (findings.notCached() > 0) {
        console.say(
            findings.notCached()
                + " texts are not in the cache, and --cache-only forbids sending them");
      }
    }
  }
}
