package dev.embedctl.jobs;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.jobs.LaneJob.Stage;
import dev.embedctl.jobs.Troubles.Failure;
import dev.embedctl.model.EmbedctlException.RunFailed;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A job in the journal of a run that is not complete.
 *
 * @param lane the name of the run's journal
 * @param number the job's number in it, from 1
 * @param id the provider's name of it, once it was created
 * @param endpoint the provider's address; empty if it is the usual one
 * @param inputs the files of the run
 * @param state what is known of it without asking the provider
 * @param tokens its tokens as they were counted or estimated, or those that are charged
 */
public record KnownJob(
    String lane,
    int number,
    Optional<String> id,
    String provider,
    String endpoint,
    String model,
    List<String> inputs,
    String state,
    int texts,
    int embedded,
    long tokens,
    Optional<Instant> submitted,
    Optional<Instant> ended) {
  private static final String GIVEN_UP = "given up";

  public KnownJob {
    Objects.requireNonNull(lane);
    Objects.requireNonNull(id);
    Objects.requireNonNull(state);
    inputs = List.copyOf(inputs);
    Objects.requireNonNull(submitted);
    Objects.requireNonNull(ended);
  }

  /** The jobs of all runs with a cache, the oldest first. Runs may be writing their journals. */
  public static List<KnownJob> in(Path cacheFolder) {
    Path lanes = cacheFolder.resolve(LaneFolder.LANES);
    List<KnownJob> jobs = new ArrayList<>();
    if (!Files.isDirectory(lanes)) {
      return jobs;
    }
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(lanes)) {
      for (Path folder : folders) {
        Path journal = LaneFolder.journalIn(folder);
        if (Files.exists(journal)) {
          jobs.addAll(jobs(folder.getFileName().toString(), JobBook.of(Journal.read(journal))));
        }
      }
    } catch (IOException e) {
      throw new RunFailed("the journals of jobs cannot be read: " + e.getMessage(), e);
    }
    jobs.sort(Comparator.comparing(KnownJob::lane).thenComparingInt(KnownJob::number));
    return jobs;
  }

  private static List<KnownJob> jobs(String lane, JobBook book) {
    return book.opened()
        .map(opened -> book.jobs().stream().map(job -> of(lane, opened, job)).toList())
        .orElse(List.of());
  }

  private static KnownJob of(String lane, JournalEvent.Opened opened, LaneJob job) {
    return switch (job.stage()) {
      case Stage.Prepared s -> unsubmitted(lane, opened, job, "prepared");
      case Stage.Uploaded s -> unsubmitted(lane, opened, job, "uploaded");
      case Stage.Creating s -> unsubmitted(lane, opened, job, "being created");
      case Stage.Dropped s -> unsubmitted(lane, opened, job, "replaced by smaller jobs");
      case Stage.Submitted(String id, String file, long at) ->
          new KnownJob(
              lane,
              job.number(),
              Optional.of(id),
              opened.provider(),
              opened.endpoint(),
              opened.model(),
              opened.inputs(),
              "pending",
              job.texts(),
              0,
              job.tokens(),
              Optional.of(Instant.ofEpochMilli(at)),
              Optional.empty());
      case Stage.Ended ended ->
          new KnownJob(
              lane,
              job.number(),
              Optional.of(ended.id()),
              opened.provider(),
              opened.endpoint(),
              opened.model(),
              opened.inputs(),
              ended.how(),
              job.texts(),
              ended.embedded(),
              ended.tokens(),
              Optional.of(Instant.ofEpochMilli(ended.since())),
              Optional.of(Instant.ofEpochMilli(ended.at())));
    };
  }

  private static KnownJob unsubmitted(
      String lane, JournalEvent.Opened opened, LaneJob job, String state) {
    return new KnownJob(
        lane,
        job.number(),
        Optional.empty(),
        opened.provider(),
        opened.endpoint(),
        opened.model(),
        opened.inputs(),
        state,
        job.texts(),
        0,
        job.tokens(),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * Gives up a pending job, whatever it did: the next run submits its texts again, and the most
   * that it may cost counts as charged. The provider keeps its results.
   *
   * @param user the command, which other runs print
   * @throws RunFailed if a run has its journal
   */
  public void giveUp(Path cacheFolder, String user, Instant now) {
    try (LaneStore store = LaneStore.open(cacheFolder, lane, user, LaneDisk.SYSTEM, event -> {})) {
      LaneJob job = store.book().job(number);
      if (job.stage() instanceof Stage.Submitted) { // it may have ended meanwhile
        store.append(new JournalEvent.GaveUp()); // its texts have all their attempts again
        Map<CacheKey, Failure> leftOut = new HashMap<>();
        JobKeys.read(store.folder().keys(number))
            .all()
            .forEach(key -> leftOut.put(key, Delivery.leftOut(GIVEN_UP)));
        store.troubles().add(number, leftOut);
        store.append(
            new JournalEvent.Ended(
                number, GIVEN_UP, 0, job.most(), job.filesBeside(List.of()), now.toEpochMilli()));
      }
    } catch (IOException e) {
      throw new RunFailed("the journal of the job cannot be written: " + e.getMessage(), e);
    }
  }

  /** Whether the provider has it and was still at work when a run last asked. */
  public boolean isPending() {
    return id.isPresent() && ended.isEmpty();
  }
}
