package dev.embedctl.jobs;

import dev.embedctl.jobs.JobCalls.Stopped;
import dev.embedctl.jobs.LaneJob.Stage;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.jobs.BatchApi;
import dev.embedctl.provider.jobs.BatchApi.Creation;
import dev.embedctl.provider.jobs.Job;
import dev.embedctl.provider.jobs.JobState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Brings jobs to the provider, each once. */
final class Submission {
  private final BatchApi api;
  private final LaneStore store;
  private final JobCalls calls;
  private final LaneClock clock;
  private final String lane;

  /** Submissions of a lane, whose name begins the labels of its jobs. */
  Submission(BatchApi api, LaneStore store, JobCalls calls, LaneClock clock, String lane) {
    this.api = api;
    this.store = store;
    this.calls = calls;
    this.clock = clock;
    this.lane = lane;
  }

  /** What became of a job. */
  enum Result {
    SUBMITTED,
    /** The provider takes it when other jobs have ended. */
    OVER_QUOTA,
    /** The provider never takes it, so its texts are put into smaller jobs. */
    TOO_LARGE
  }

  /** Uploads and creates a job. */
  Result submit(LaneJob job) throws IOException, InterruptedException, Stopped {
    int number = job.number();
    Path lines = store.folder().lines(number);
    String label = labelOf(job);
    if (job.stage() instanceof Stage.Prepared) {
      String file =
          calls.make(
              "the file of job " + number + " cannot be uploaded", () -> api.upload(lines, label));
      store.append(new JournalEvent.Uploaded(number, file));
    }
    if (store.book().job(number).stage() instanceof Stage.Uploaded(String file)) {
      store.append(new JournalEvent.Creating(number, label));
      return create(job, file, label);
    }
    throw new IllegalStateException("a job that is submitted already: " + job);
  }

  /** A label that no other job of the account has. */
  private String labelOf(LaneJob job) {
    String journal = HexFormat.of().toHexDigits(store.book().opened().orElseThrow().nonce());
    return String.join(
        "-",
        "embedctl",
        lane,
        journal,
        Integer.toString(job.number()),
        Integer.toString(job.creations() + 1));
  }

  /** Continues with a job that the last run was about to create, and that may exist. */
  Result complete(LaneJob job, Stage.Creating begun)
      throws IOException, InterruptedException, Stopped {
    Optional<Job> found = found(begun.label());
    return found.isPresent() ? created(job, found.get()) : create(job, begun.file(), begun.label());
  }

  /** Creates a job once: after a lost reply, it is searched for before it is created again. */
  private Result create(LaneJob job, String file, String label)
      throws IOException, InterruptedException, Stopped {
    for (int attempt = 1; true; attempt++) {
      try {
        return switch (api.create(file, store.folder().lines(job.number()), label)) {
          case Creation.Created(Job made) -> created(job, made);
          case Creation.Full(JobState.OverQuota reason) -> overQuota(job, List.of(file), reason);
        };
      } catch (Transient e) {
        if (!e.asksToWait() && attempt >= calls.attempts()) {
          throw JobCalls.failure("job " + job.number() + " cannot be created", e, attempt);
        }
        calls.pauseAfter(attempt, e);
        Optional<Job> found = found(label);
        if (found.isPresent()) {
          return created(job, found.get());
        }
      } catch (ProviderException e) {
        throw JobCalls.failure("job " + job.number() + " cannot be created", e, attempt);
      }
    }
  }

  private Result created(LaneJob job, Job made) throws IOException {
    store.append(new JournalEvent.Created(job.number(), made.id(), clock.now().toEpochMilli()));
    return Result.SUBMITTED;
  }

  /** The job with a label. A provider may list it some time after its creation. */
  private Optional<Job> found(String label) throws IOException, InterruptedException, Stopped {
    for (int attempt = 1; true; attempt++) {
      Optional<Job> found = calls.make("jobs cannot be listed", () -> api.find(label));
      if (found.isPresent() || attempt >= calls.attempts()) {
        return found;
      }
      calls.pause(attempt);
    }
  }

  /**
   * A job did not fit beside those that the account has at the provider.
   *
   * @param files what is to be deleted at the provider
   */
  Result overQuota(LaneJob job, List<String> files, JobState.OverQuota reason)
      throws IOException, InterruptedException, Stopped {
    long others = store.book().enqueued() - job.tokens();
    boolean canBeSmaller = job.lines() > 1;
    long learned = others > 0 ? others + job.tokens() - 1 : job.tokens() / (canBeSmaller ? 2 : 1);
    long limit = reason.limit().orElse(learned);
    store.append(new JournalEvent.OverQuota(job.number(), limit)); // first: it needs the files
    for (String file : files) {
      calls.makeIfPossible(
          () -> {
            api.delete(file);
            return true;
          });
    }
    if (job.tokens() <= limit || !canBeSmaller) {
      return Result.OVER_QUOTA;
    }
    drop(job);
    return Result.TOO_LARGE;
  }

  /** Gives up a job that does not exist at the provider; its texts are in no job any more. */
  void drop(LaneJob job) throws IOException, InterruptedException, Stopped {
    store.append(new JournalEvent.Dropped(job.number()));
    Files.deleteIfExists(store.folder().lines(job.number()));
    Files.deleteIfExists(store.folder().keys(job.number()));
    if (job.stage() instanceof Stage.Uploaded(String file)) {
      calls.makeIfPossible(
          () -> {
            api.delete(file);
            return true;
          });
    }
  }
}
