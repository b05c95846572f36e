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

/** Carries out a plan: goes through the output, asks the model again for a sample, and tells. */
final class VerifyRun {
  private static final int TOLD = 10;

  /** The same sample each time, so that a difference that was found is found again. */
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
   * @throws dev.embedctl.model.EmbedctlException where it cannot be told
   */
  ExitCode run() throws InterruptedException {
    Differences differences = new Differences(TOLD);
    Sample sample = new Sample(plan.sample(), new SplittableRandom(SEED));
    try {
      // Before anything is read: what cannot be asked is told at once.
      Optional<EmbeddingProvider> provider =
          plan.needsProvider() ? Optional.of(provider()) : Optional.empty();
      try {
        Findings findings = check(sample, differences, provider);
        Optional<Drift> drift =
            plan.sample() == 0
                ? Optional.empty()
                : Optional.of(drift(provider.orElseThrow(), sample, differences));
        tell(new Verdict(plan.output().toString(), findings, drift, differences));
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
      // Where nothing says them, the dimensions of most vectors are the right ones.
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
              TOLD,
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

  private void tell(Verdict verdict) {
    Differences differences = verdict.differences();
    differences.first().stream().map(Difference::message).forEach(console::say);
    long untold = differences.total() - differences.inMessages();
    if (untold > 0) {
      console.say("and " + untold + " more");
    }
    switch (plan.form()) {
      case NONE -> {}
      case TEXT -> console.print(VerdictText.of(verdict) + "\n");
      case JSON -> console.printJson(new String(VerdictJson.of(verdict), StandardCharsets.UTF_8));
    }
  }
}
