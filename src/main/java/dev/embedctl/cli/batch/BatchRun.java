package dev.embedctl.cli.batch;

import dev.embedctl.cache.NoCache;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.cli.batch.BatchPlan.Verbosity;
import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.Console.Stream;
import dev.embedctl.cli.console.ExitCode;
import dev.embedctl.cli.console.OptionWords;
import dev.embedctl.cli.console.Signals;
import dev.embedctl.cli.options.Advice;
import dev.embedctl.io.input.RecordSource;
import dev.embedctl.io.output.ErrorsSink;
import dev.embedctl.io.output.FailureSink;
import dev.embedctl.io.output.RecordSink;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.ReaderGone;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.pipeline.BatchPipeline;
import dev.embedctl.pipeline.BatchPipeline.Ending;
import dev.embedctl.pipeline.CachedEncoding;
import dev.embedctl.pipeline.PipelineListener;
import dev.embedctl.provider.CallListener;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.Providers;
import dev.embedctl.provider.Servers;
import dev.embedctl.provider.catalog.Price;
import dev.embedctl.provider.remote.ServerListener;
import dev.embedctl.report.RunMetrics;
import dev.embedctl.report.RunStatus;
import dev.embedctl.report.RunSummary;
import dev.embedctl.report.SummaryText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Executes a plan: opens its parts, runs the pipeline, reports, and closes in reverse order. */
final class BatchRun {
  private final BatchPlan plan;
  private final Console console;
  private final Signals signals;
  private final Progress progress;
  private final Resumption resumption;
  private final AtomicReference<RunFailed> fatal = new AtomicReference<>();
  private final AtomicReference<VectorCache> opened = new AtomicReference<>(new NoCache());

  BatchRun(BatchPlan plan, Console console, Signals signals, Progress progress) {
    this.plan = plan;
    this.console = console;
    this.signals = signals;
    this.progress = progress;
    this.resumption = new Resumption(plan);
  }

  /**
   * Returns the exit code of a run that did not fail.
   *
   * @throws EmbedctlException if the run failed; its metrics are written anyway
   */
  int run() throws InterruptedException {
    RunMetrics metrics = new RunMetrics(System::nanoTime);
    ServerListener learned = serverListener(plan.verbosity(), console);
    Providers providers =
        new Providers(plan.provider(), console.surroundings(), learned, plan.cache().models());
    try (RunReport report = new RunReport(plan, console, Clock.systemUTC(), metrics);
        BatchLane lane = lane(providers, metrics);
        EmbeddingProvider provider =
            providers.around(
                bare(providers),
                signals.stop(),
                calls(metrics),
                new CachedEncoding(opened::get, learned::learned))) {
      Optional<Price> price = providers.price(provider.spec());
      signals.beforeForcedEnd(code -> abandon(report, provider, price, endedBy(code)));
      plan.destination().makeFolders();
      report.openEvents();
      progress.begin(metrics, price);
      RunStatus status;
      try {
        status =
            switch (flow(lane, provider, report)) {
              case COMPLETED -> RunStatus.COMPLETED;
              case PENDING -> RunStatus.PENDING;
              case INTERRUPTED, FAILED -> endedBy(signals.exitCode().orElseThrow());
            };
      } catch (ReaderGone e) {
        endAnyway(report, provider, price, RunStatus.INTERRUPTED, e);
        throw e;
      } catch (RuntimeException | IOException | Error e) {
        endAnyway(report, provider, price, RunStatus.FAILED, e);
        throw e;
      }
      RunSummary summary = report.end(provider, price, status, Optional.empty());
      progress.close();
      return conclude(summary);
    } catch (IOException e) {
      throw new RunFailed("the run could not be finished: " + e.getMessage(), e);
    }
  }

  private BatchLane lane(Providers providers, RunMetrics metrics) {
    return plan.jobs()
        .<BatchLane>map(
            jobs ->
                new LaneOfJobs(
                    plan, jobs, console, signals.stop(), providers, providers.batchApi(), metrics))
        .orElseGet(BatchLane::ofCalls);
  }

  /** A run that sends nothing needs no key. */
  private Servers bare(Providers providers) {
    return switch (plan.pipeline().onMiss()) {
      case CALL -> providers.bare();
      case FAIL -> providers.unsent().servers();
    };
  }

  private CallListener calls(RunMetrics metrics) {
    return plan.verbosity() == Verbosity.QUIET
        ? metrics
        : new WaitNotice(metrics, console::say, System::nanoTime);
  }

  /** Findings about the server are printed with -v only; warnings are printed unless -q is set. */
  static ServerListener serverListener(Verbosity verbosity, Console console) {
    return new ServerListener() {
      @Override
      public void learned(String sentence) {
        switch (verbosity) {
          case QUIET, NORMAL -> {}
          case VERBOSE -> console.say(sentence);
        }
      }

      @Override
      public void warned(String sentence) {
        switch (verbosity) {
          case QUIET -> {}
          case NORMAL, VERBOSE -> console.say(sentence);
        }
      }
    };
  }

  /** A signal interrupts a run; a thread that ended with an {@link Error} makes it fail. */
  private static RunStatus endedBy(int code) {
    return code == ExitCode.RUN_FAILED.number() ? RunStatus.FAILED : RunStatus.INTERRUPTED;
  }

  /** Writes the metrics of a run that does not end by itself; all else is left unchanged. */
  private void abandon(
      RunReport report, EmbeddingProvider provider, Optional<Price> price, RunStatus status) {
    RunSummary summary = report.abandon(provider, price, status);
    if (status == RunStatus.INTERRUPTED) {
      console.say(
          "ended after "
              + summary.batchSize()
              + " texts, although part of the run did not stop; "
              + resumption.afterSignal());
    } else if (fatal.get() != null) { // otherwise the thread with the error has printed it
      console.say(Advice.on(fatal.get()));
    }
  }

  /** Writes the metrics of a failed run; if that fails too, prints why. */
  private void endAnyway(
      RunReport report,
      EmbeddingProvider provider,
      Optional<Price> price,
      RunStatus status,
      Throwable cause) {
    try {
      report.end(
          provider, price, status, Optional.of(OptionWords.in(String.valueOf(cause.getMessage()))));
    } catch (RunFailed e) {
      // If the output's folder was removed, the run's own failure names it already.
      Optional<Path> output = plan.destination().path();
      if (output.isEmpty() || Files.exists(output.get().toAbsolutePath().getParent())) {
        console.say(e.getMessage());
      }
    }
  }

  private RunStatus flow(BatchLane lane, EmbeddingProvider provider, RunReport report)
      throws IOException, InterruptedException {
    try (CacheHealth health = new CacheHealth(console, plan.verbosity());
        VectorCache cache =
            new RunCache(plan, console, signals.stop()).open(provider.spec(), health)) {
      opened.set(cache);
      return lane.run(cache, provider, (found, asked) -> write(found, asked, report));
    }
  }

  private Ending write(VectorCache cache, EmbeddingProvider provider, RunReport report)
      throws IOException, InterruptedException {
    try (RecordSource source = progress.watched(plan.open(console.in(), provider));
        RecordSink sink = plan.destination().open(console.out());
        FailureSink failures = failures()) {
      PipelineListener listener =
          event -> {
            report.on(event);
            resumption.on(event);
          };
      BatchPipeline pipeline =
          new BatchPipeline(
              source, sink, failures, cache, provider, plan.pipeline(), signals.stop(), listener);
      try {
        return pipeline.run();
      } catch (RunFailed e) {
        RunFailed failure = resumption.withAdvice(e);
        if (e.getCause() instanceof Error) {
          fatal.set(failure);
          signals.fatal(); // closing may wait for a thread that has ended
        }
        throw failure;
      }
    }
  }

  private FailureSink failures() {
    return switch (plan.pipeline().onError()) {
      case FAIL -> FailureSink.none();
      case COLLECT ->
          new OptionWordsSink(
              ErrorsSink.open(plan.errors().orElseThrow(), plan.input().placeInErrors()));
    };
  }

  private int conclude(RunSummary run) {
    if (run.status() == RunStatus.INTERRUPTED) {
      console.say("stopped after " + run.batchSize() + " texts; " + resumption.afterSignal());
    }
    if (run.status() == RunStatus.PENDING) {
      console.say(LaneOfJobs.pending(run.lane().orElseThrow(), run.detail().price()));
      return ExitCode.PENDING.number();
    }
    if (run.status() != RunStatus.COMPLETED) { // the thread that made it fail has printed its error
      return signals.exitCode().orElseThrow();
    }
    printSummary(run);
    if (run.truncated() > 0 && plan.verbosity() != Verbosity.QUIET) {
      console.say(
          run.truncated()
              + (run.truncated() == 1 ? " text was" : " texts were")
              + " cut to the model's limit (--oversize truncate); their vectors do not include the"
              + " rest");
    }
    if (run.errors() == 0) {
      return ExitCode.OK.number();
    }
    console.say(
        run.errors()
            + " of "
            + run.batchSize()
            + " texts failed; "
            + plan.errors().orElseThrow()
            + " lists them with the reasons, and can be the input of the next run");
    return ExitCode.SOME_FAILED.number();
  }

  private void printSummary(RunSummary run) {
    boolean wanted =
        switch (plan.verbosity()) {
          case QUIET -> false;
          case NORMAL -> console.terminals().contains(Stream.ERR);
          case VERBOSE -> true;
        };
    if (wanted) {
      console.say(
          SummaryText.of(run)
              + plan.destination().path().map(file -> ": " + file).orElse("")
              + plan.metrics()
                  .map(file -> "; to make a report: embedctl report " + file)
                  .orElse(""));
    }
  }
}
