package dev.embedctl.jobs;

import dev.embedctl.jobs.JobCalls.Stopped;
import dev.embedctl.jobs.LaneJob.Stage;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.StopSignal;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ReplyCheck;
import dev.embedctl.provider.jobs.Job;
import dev.embedctl.provider.jobs.JobState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings the jobs of one journal on: completes what an earlier run began, asks for their states,
 * and takes the results of those that have ended.
 */
final class PendingJobs {
  private final LaneParts parts;
  private final LaneStore store;
  private final JobCalls calls;
  private final LaneClock clock;
  private final StopSignal stop;
  private final Reaction reaction;
  private final Submission submission;
  private final Comparisons comparisons;
  private final Harvest harvest;
  private final Map<Integer, Job> lastSeen = new HashMap<>();

  /** Receives what becomes of jobs. */
  interface Reaction {
    /** Nobody needs to know. */
    Reaction NONE =
        new Reaction() {
          @Override
          public void submitted(Submission.Result result) {}

          @Override
          public void seen() {}

          @Override
          public void ended() {}
        };

    /** A job was brought to the provider, or not. */
    void submitted(Submission.Result result) throws IOException;

    /** The provider was asked for the state of a job. */
    void seen();

    /** The results of a job were taken. */
    void ended();
  }

  /**
   * The jobs of a lane.
   *
   * @param name the name of the lane, which begins the labels of its jobs
   */
  PendingJobs(
      LaneParts parts,
      LaneOptions options,
      LaneStore store,
      JobCalls calls,
      LaneClock clock,
      StopSignal stop,
      String name,
      Reaction reaction) {
    this.parts = parts;
    this.store = store;
    this.calls = calls;
    this.clock = clock;
    this.stop = stop;
    this.reaction = reaction;
    this.submission = new Submission(parts.api(), store, calls, clock, name);
    this.comparisons = new Comparisons(parts, options, store, calls, clock);
    this.harvest =
        new Harvest(
            parts.api(),
            store,
            parts.cache(),
            new ReplyCheck(parts.api().spec(), parts.dimensions()),
            comparisons,
            calls,
            clock);
  }

  /** Uploads and creates a job. */
  void submit(LaneJob job) throws IOException, InterruptedException, Stopped {
    reaction.submitted(submission.submit(job));
  }

  /** Drops the jobs that are not at the provider, since no run is about to submit them. */
  void dropUnsubmitted() throws IOException, InterruptedException, Stopped {
    for (LaneJob job : store.book().open()) {
      if (!job.isSubmitted()) {
        submission.drop(job);
      }
    }
  }

  /** Completes what the last run began and did not end. */
  void completeBegun() throws IOException, InterruptedException, Stopped {
    for (LaneJob job : store.book().jobs()) {
      if (job.stage() instanceof Stage.Creating begun) {
        reaction.submitted(submission.complete(job, begun));
      } else if (job.stage() instanceof Stage.Ended) {
        harvest.clean(job);
      }
    }
  }

  /** Asks for the states of all jobs, and takes the results of those that have ended. */
  void poll() throws IOException, InterruptedException, Stopped {
    for (LaneJob job : store.book().submitted()) {
      if (job.stage() instanceof Stage.Submitted(String id, String file, long at)) {
        Job seen = calls.make("job " + id + " cannot be polled", () -> parts.api().poll(id));
        lastSeen.put(job.number(), seen);
        reaction.seen();
        if (stop.isRaised()) {
          throw new Stopped();
        }
        switch (seen.state()) {
          case JobState.Pending pending -> {}
          case JobState.OverQuota reason ->
              reaction.submitted(submission.overQuota(job, job.filesBeside(seen.files()), reason));
          case JobState.Completed state -> take(job, seen, LaneJob.COMPLETED);
          case JobState.Expired state -> take(job, seen, "expired");
          case JobState.Cancelled state -> take(job, seen, "cancelled");
          case JobState.Forgotten(String message) -> {
            checkThatItIsOver(id, at, message);
            take(job, seen, "lost: " + message);
          }
          case JobState.Failed failed -> {
            take(job, seen, "failed: " + failed.cause().getMessage());
            if (failed.cause() instanceof Hopeless e) {
              throw JobCalls.failure("job " + id + " failed", e, 1);
            }
          }
        }
      }
    }
  }

  /** A job that the provider does not show may be alive for another key. */
  private void checkThatItIsOver(String id, long submitted, String message) {
    Duration window = parts.api().limits().window();
    Instant over = Instant.ofEpochMilli(submitted).plus(window);
    if (clock.now().isBefore(over)) {
      throw new RunFailed(
          "job "
              + id
              + " is not at the provider for this key ("
              + message
              + "); use the key of the account and project that submitted it; the job is kept, and"
              + " its texts are submitted again only when it is "
              + window.toHours()
              + " hours old");
    }
  }

  private void take(LaneJob job, Job seen, String how)
      throws IOException, InterruptedException, Stopped {
    harvest.take(job, seen, how);
    reaction.ended();
  }

  /**
   * Compares the model before texts that no job embedded are sent in calls.
   *
   * @throws RunFailed if it is another one than that of the cache's old vectors, or the allowance
   *     is too small
   */
  void compareForCalls(Allowance allowance) throws IOException, InterruptedException, Stopped {
    try {
      comparisons.compareModel("texts that no job embedded", allowance);
    } catch (Hopeless e) {
      throw new RunFailed(
          "texts that no job embedded: "
              + e.getMessage()
              + "; the vectors of jobs are in the cache",
          e);
    }
  }

  /** The last replies about jobs, by their numbers. */
  Map<Integer, Job> lastSeen() {
    return Map.copyOf(lastSeen);
  }

  /** The job whose results were not believed, if there is one. */
  Optional<String> untaken() {
    return harvest.untaken();
  }

  /** Files that could not be deleted at the provider. */
  List<String> undeleted() {
    return harvest.undeleted();
  }
}
