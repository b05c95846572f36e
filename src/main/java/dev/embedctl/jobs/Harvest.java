package dev.embedctl.jobs;

import dev.embedctl.cache.VectorCache;
import dev.embedctl.jobs.Delivery.Unproven;
import dev.embedctl.jobs.JobCalls.Stopped;
import dev.embedctl.jobs.LaneJob.Stage;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ReplyCheck;
import dev.embedctl.provider.jobs.BatchApi;
import dev.embedctl.provider.jobs.BatchApi.Download;
import dev.embedctl.provider.jobs.Job;
import dev.embedctl.provider.jobs.JobState;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts the results of ended jobs into the cache, and deletes their files. */
final class Harvest {
  private final BatchApi api;
  private final LaneStore store;
  private final VectorCache cache;
  private final ReplyCheck check;
  private final Comparisons comparisons;
  private final JobCalls calls;
  private final LaneClock clock;
  private Optional<String> untaken = Optional.empty();
  private final List<String> undeleted = new ArrayList<>();

  Harvest(
      BatchApi api,
      LaneStore store,
      VectorCache cache,
      ReplyCheck check,
      Comparisons comparisons,
      JobCalls calls,
      LaneClock clock) {
    this.api = api;
    this.store = store;
    this.cache = cache;
    this.check = check;
    this.comparisons = comparisons;
    this.calls = calls;
    this.clock = clock;
  }

  /**
   * Takes the results of a job. If the process dies meanwhile, the next run takes them again.
   *
   * @param how the word for its end
   */
  void take(LaneJob job, Job seen, String how) throws IOException, InterruptedException, Stopped {
    JobKeys keys = JobKeys.read(store.folder().keys(job.number()));
    Delivery delivery = new Delivery(keys, cache, store.paid(), check, comparisons::cover);
    Allowance allowance = comparisons.allowanceOf(job, seen);
    Download download = Download.COMPLETE;
    try {
      if (mayHaveResults(seen)) {
        download = compared(seen, keys, delivery, allowance);
      }
    } catch (Hopeless e) {
      untaken = Optional.of(seen.id());
      throw new RunFailed(
          "job "
              + seen.id()
              + ": "
              + e.getMessage()
              + "; the job is kept, and its results stay at the provider",
          e);
    }
    boolean isLost =
        seen.state() instanceof JobState.Forgotten
            || (download == Download.GONE && delivery.missesLines());
    String end = download == Download.GONE && isLost ? "results lost" : how;
    store.troubles().add(job.number(), delivery.failures(end));
    store.troubles().settle(delivery.keysOfEmbedded());
    store.paid().force();
    cache.force(); // after the next step, the results are deleted at the provider
    store.append(
        new JournalEvent.Ended(
            job.number(),
            end,
            delivery.embedded(),
            isLost && seen.tokens().isEmpty()
                ? job.most()
                : seen.tokens().orElse(delivery.tokens(job.tokens())) + allowance.takenAsInJobs(),
            job.filesBeside(seen.files()),
            clock.now().toEpochMilli()));
    clean(store.book().job(job.number()));
    if (delivery.hopeless().isPresent()) {
      throw JobCalls.failure("job " + seen.id(), delivery.hopeless().get(), 1);
    }
  }

  /**
   * Downloads the results, of which nothing is stored that has to be compared before.
   *
   * @throws Hopeless if they are not to be believed
   */
  private Download compared(Job seen, JobKeys keys, Delivery delivery, Allowance allowance)
      throws Hopeless, IOException, InterruptedException, Stopped {
    comparisons.compareModel("job " + seen.id(), allowance);
    Download download = downloaded(seen, keys, delivery);
    for (Optional<Unproven> line = delivery.takeUnproven();
        line.isPresent();
        line = delivery.takeUnproven()) {
      comparisons.prove(line.get(), "job " + seen.id(), allowance);
      download = downloaded(seen, keys, delivery);
    }
    if (delivery.disbelieved().isPresent()) {
      throw delivery.disbelieved().get();
    }
    return download;
  }

  private Download downloaded(Job seen, JobKeys keys, Delivery delivery)
      throws IOException, InterruptedException, Stopped {
    for (int attempt = 1; true; attempt++) {
      Download download =
          calls.make(
              "the results of job " + seen.id() + " cannot be downloaded",
              () -> api.results(seen, keys::size, delivery));
      if (attempt >= calls.attempts()
          || (download == Download.COMPLETE && !mayBeCut(seen, delivery))) {
        return download;
      }
      calls.pause(attempt);
    }
  }

  private static boolean mayHaveResults(Job seen) {
    return switch (seen.state()) {
      case JobState.Forgotten state -> false;
      case JobState.Failed state -> !seen.outputs().isEmpty();
      case JobState other -> true;
    };
  }

  /** A file that is cut at the end of a line is not damaged, but a complete job has all lines. */
  private static boolean mayBeCut(Job seen, Delivery delivery) {
    return delivery.missesLines()
        && (delivery.isDamaged() || seen.state() instanceof JobState.Completed);
  }

  /** Deletes the files of an ended job, here and at the provider. */
  void clean(LaneJob job) throws IOException, InterruptedException, Stopped {
    Files.deleteIfExists(store.folder().lines(job.number()));
    if (!job.isIncomplete()) {
      Files.deleteIfExists(store.folder().keys(job.number()));
    }
    if (job.stage() instanceof Stage.Ended ended && !ended.files().isEmpty()) {
      for (String file : ended.files()) {
        boolean deleted =
            calls.makeIfPossible(
                () -> {
                  api.delete(file);
                  return true;
                });
        if (!deleted) {
          undeleted.add(file);
        }
      }
      store.append(new JournalEvent.Cleaned(job.number()));
    }
  }

  /** The job whose results were not believed, if there is one. */
  Optional<String> untaken() {
    return untaken;
  }

  /** Files that could not be deleted at the provider. */
  List<String> undeleted() {
    return List.copyOf(undeleted);
  }
}
