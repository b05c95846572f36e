package dev.embedctl.cli.batch;

import dev.embedctl.cache.VectorCache;
import dev.embedctl.cli.batch.BatchPlan.Verbosity;
import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.options.LaneChoice.Jobs;
import dev.embedctl.io.input.RecordSources;
import dev.embedctl.jobs.AsyncLane;
import dev.embedctl.jobs.JournalEvent;
import dev.embedctl.jobs.LaneClock;
import dev.embedctl.jobs.LaneFigures;
import dev.embedctl.jobs.LaneListener;
import dev.embedctl.jobs.LaneOptions;
import dev.embedctl.jobs.LaneParts;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.StopSignal;
import dev.embedctl.pipeline.BatchPipeline.Ending;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.Providers;
import dev.embedctl.provider.catalog.Price;
import dev.embedctl.provider.jobs.BatchApi;
import dev.embedctl.report.RunMetrics;
import dev.embedctl.report.RunStatus;
import dev.embedctl.service.UserFolders;
import java.io.IOException;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The lane of jobs: the flow begins when all of them have ended. */
final class LaneOfJobs implements BatchLane {
  private final BatchPlan plan;
  private final Jobs jobs;
  private final Console console;
  private final StopSignal stop;
  private final Providers providers;
  private final BatchApi api;
  private final RunMetrics metrics;

  /**
   * The lane of a plan.
   *
   * @param api the provider's asynchronous API, which is closed with the lane
   */
  LaneOfJobs(
      BatchPlan plan,
      Jobs jobs,
      Console console,
      StopSignal stop,
      Providers providers,
      BatchApi api,
      RunMetrics metrics) {
    this.plan = plan;
    this.jobs = jobs;
    this.console = console;
    this.stop = stop;
    this.providers = providers;
    this.api = api;
    this.metrics = metrics;
  }

  @Override
  public RunStatus run(VectorCache cache, EmbeddingProvider provider, Flow flow)
      throws IOException, InterruptedException {
    try (AsyncLane lane = open(cache, provider)) {
      RunStatus status =
          switch (worked(lane)) {
            case DONE -> written(lane, provider, flow);
            case PENDING -> RunStatus.PENDING;
            case INTERRUPTED -> RunStatus.INTERRUPTED;
          };
      metrics.jobsChanged(lane.figures());
      warnOf(lane.undeleted());
      return status;
    }
  }

  private AsyncLane.Ending worked(AsyncLane lane) throws InterruptedException {
    try {
      return lane.run();
    } catch (RunFailed e) {
      throw lane.untaken()
          .map(job -> new RunFailed(e.getMessage() + "; " + forgetting(job), e))
          .orElse(e);
    }
  }

  /** How a job is given up. */
  private String forgetting(String job) {
    Path cache = plan.cache().folder().orElseThrow();
    String where = cache.equals(UserFolders.cache(console.env())) ? "" : " --cache " + cache;
    return "embedctl jobs forget " + job + where + " gives it up";
  }

  private RunStatus written(AsyncLane lane, EmbeddingProvider provider, Flow flow)
      throws IOException, InterruptedException {
    try {
      Ending ending = flow.write(lane.bought(), lane.boughtFrom(provider));
      if (ending == Ending.COMPLETED) {
        lane.finish();
      }
      return BatchLane.statusOf(ending);
    } catch (RunFailed e) {
      lane.giveUp();
      throw e;
    }
  }

  private AsyncLane open(VectorCache cache, EmbeddingProvider provider) {
    return AsyncLane.open(
        plan.cache().folder().orElseThrow(),
        plan.cache().user(),
        new LaneParts(
            files(),
            () -> plan.open(console.in(), provider),
            api,
            cache,
            provider,
            providers.meter(provider),
            providers.dimensions(provider.spec()),
            plan.pipeline()),
        new LaneOptions(
            plan.provider().retries(),
            jobs.longest(),
            jobs.finish(),
            plan.pipeline().textsPerRequest(),
            providers.tokenLimit(provider.spec(), api.limits().priceShare())),
        LaneClock.system(stop),
        stop,
        new LaneListener() {
          @Override
          public void changed(LaneFigures figures) {
            metrics.jobsChanged(figures);
          }

          @Override
          public void appended(JournalEvent event) {
            if (plan.verbosity() == Verbosity.VERBOSE) {
              sentence(event).ifPresent(console::say);
            }
          }
        });
  }

  private static Optional<String> sentence(JournalEvent event) {
    return switch (event) {
      case JournalEvent.Created e ->
          Optional.of("job " + e.job() + " is submitted; the provider calls it " + e.id());
      case JournalEvent.OverQuota e ->
          Optional.of(
              "job "
                  + e.job()
                  + " waits: the account has room for "
                  + e.limit()
                  + " tokens in jobs");
      case JournalEvent.Ended e ->
          Optional.of(
              "job "
                  + e.job()
                  + " has ended ("
                  + e.how()
                  + "): "
                  + e.embedded()
                  + " texts embedded");
      case JournalEvent.RoundBegan e ->
          Optional.of("texts without a vector are submitted again, attempt " + e.attempt());
      case JournalEvent.Opened e -> Optional.empty();
      case JournalEvent.GaveUp e -> Optional.empty();
      case JournalEvent.Prepared e -> Optional.empty();
      case JournalEvent.Uploaded e -> Optional.empty();
      case JournalEvent.Creating e -> Optional.empty();
      case JournalEvent.Dropped e -> Optional.empty();
      case JournalEvent.Cleaned e -> Optional.empty();
    };
  }

  private List<String> files() {
    return switch (plan.input()) {
      case BatchInput.Files files ->
          files.paths().stream().map(LaneOfJobs::real).map(Path::toString).toList();
      case BatchInput.StandardInput input -> throw new IllegalStateException("not a file");
      case BatchInput.PipedText text -> throw new IllegalStateException("not a file");
      case BatchInput.Arguments arguments -> throw new IllegalStateException("not a file");
    };
  }

  /** The one path of a file, so that all its other paths lead to the same jobs. */
  private static Path real(Path file) {
    try {
      RecordSources.openStream(file, file.toString()).close(); // it must exist before its journal
      return file.toRealPath();
    } catch (IOException e) {
      throw new RunFailed("cannot find the real path of " + file + ": " + e.getMessage(), e);
    }
  }

  private void warnOf(List<String> undeleted) {
    if (!undeleted.isEmpty() && plan.verbosity() != Verbosity.QUIET) {
      console.say(
          "the provider did not delete "
              + String.join(", ", undeleted)
              + "; delete them there, since they contain the texts");
    }
  }

  /** What a run with pending jobs prints. */
  static String pending(LaneFigures figures, Optional<Price> price) {
    if (figures.pending() == 0) {
      return "no job of this input is pending, but the run has to wait for the provider or for jobs"
          + " of another input; the same command continues";
    }
    return (figures.pending() == 1 ? "1 job is" : figures.pending() + " jobs are")
        + " pending: "
        + figures.embedded()
        + " of "
        + figures.texts()
        + " texts are embedded, the oldest job is "
        + age(figures)
        + " old"
        + price.map(known -> ", up to $" + cost(figures, known) + " may be charged").orElse("")
        + "; the same command continues";
  }

  private static String age(LaneFigures figures) {
    long minutes = figures.oldest().toMinutes();
    return minutes < 60 ? minutes + " min" : minutes / 60 + " h " + minutes % 60 + " min";
  }

  private static String cost(LaneFigures figures, Price price) {
    return price
        .of(figures.tokens() + figures.reserved())
        .multiply(figures.priceShare())
        .setScale(4, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }

  @Override
  public void close() {
    api.close();
  }
}
