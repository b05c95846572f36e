package dev.embedctl.cli;

import dev.embedctl.cache.CaffeineCache;
import dev.embedctl.cache.NoCache;
import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.ExitCode;
import dev.embedctl.cli.options.OutputOrigin;
import dev.embedctl.io.input.RecordSource;
import dev.embedctl.io.readback.ErrorsFile;
import dev.embedctl.io.readback.OutputReader;
import dev.embedctl.io.readback.OutputReaders;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.StopSignal;
import dev.embedctl.provider.CallListener;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.EncodingMemory;
import dev.embedctl.provider.Providers;
import dev.embedctl.report.Verdict;
import dev.embedctl.report.VerdictJson;
import dev.embedctl.report.VerdictText;
import dev.embedctl.service.EmbeddingService;
import dev.embedctl.verify.Difference;
import dev.embedctl.verify.Differences;
import dev.embedctl.verify.Drift;
import dev.embedctl.verify.DriftCheck;
import dev.embedctl.verify.Findings;
import dev.embedctl.verify.OutputCheck;
import dev.embedctl.verify.Sample;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/** Executes a plan: checks the output, embeds a sample again, and prints the differences. */
final class VerifyRun {
  private static final int MOST_PRINTED = 10;

  /** Makes the sample the same each time, so that a difference can be reproduced. */
  private static final long SEED = 1;

  private final VerifyPlan plan;
  private final Console console;
  private final StopSignal stop;

  VerifyRun(VerifyPlan plan, Console console, StopSignal stop) {
    this.plan = plan;
    this.console = console;
    this.stop = stop;
  }

  /**
   * Returns the exit code.
   *
   * @throws dev.embedctl.model.EmbedctlException if the output cannot be checked
   */
  ExitCode run() throws InterruptedException {
    Differences differences = new Differences(MOST_PRINTED);
    Sample sample = new Sample(plan.sample(), new SplittableRandom(SEED));
    try {
      // First, so that a provider that cannot be used is an error before anything is read.
      Optional<EmbeddingProvider> provider =
          plan.needsProvider() ? Optional.of(provider()) : Optional.empty();
      try {
        Findings findings = check(sample, differences, provider);
        Optional<Drift> drift =
            plan.sample() == 0
                ? Optional.empty()
                : Optional.of(drift(provider.orElseThrow(), sample, differences));
        print(new Verdict(plan.output().toString(), findings, drift, differences));
      } finally {
        provider.ifPresent(EmbeddingProvider::close);
      }
    } catch (IOException e) {
      throw new RunFailed("the output could not be verified: " + e.getMessage(), e);
    }
    return differences.total() == 0 ? ExitCode.OK : ExitCode.RUN_FAILED;
  }

  private EmbeddingProvider provider() {
    return new Providers(plan.provider(), console.surroundings(), sentence -> {})
        .open(stop, CallListener.none(), EncodingMemory.none());
  }

  private Findings check(
      Sample sample, Differences differences, Optional<EmbeddingProvider> provider)
      throws IOException {
    OptionalInt dimensions = plan.provider().dimensions();
    if (dimensions.isEmpty()) {
      // If the metrics do not contain them either, those of most vectors count.
      dimensions =
          plan.metrics().map(OutputOrigin::read).orElseGet(OutputOrigin::unknown).dimensions();
    }
    try (RecordSource records = plan.open(console.in(), provider);
        OutputReader rows =
            OutputReaders.open(
                plan.output(),
                new OutputReaders.Reading(plan.outputFormat(), plan.vectors(), dimensions));
        ErrorsFile failed =
            plan.errors().isPresent() ? ErrorsFile.open(plan.errors().get()) : ErrorsFile.none()) {
      return new OutputCheck(
              records,
              rows,
              failed,
              sample,
              differences,
              dimensions,
              MOST_PRINTED,
              Runtime.getRuntime().maxMemory() / 16 * 9)
          .run();
    }
  }

  private Drift drift(EmbeddingProvider provider, Sample sample, Differences differences)
      throws InterruptedException {
    EmbeddingService service =
        EmbeddingService.over(
            provider, new CaffeineCache(new NoCache(), CaffeineCache.USUAL_BYTES), plan.pipeline());
    return new DriftCheck(sample.taken(), plan.minCosine(), differences).run(service, stop);
  }

  private void print(Verdict verdict) {
    Differences differences = verdict.differences();
    differences.first().stream().map(Difference::message).forEach(console::say);
    long rest = differences.total() - differences.inMessages();
    if (rest > 0) {
      console.say("and " + rest + " more");
    }
    switch (plan.form()) {
      case NONE -> {}
      case TEXT -> console.print(VerdictText.of(verdict) + "\n");
      case JSON -> console.printJson(new String(VerdictJson.of(verdict), StandardCharsets.UTF_8));
    }
  }
}
