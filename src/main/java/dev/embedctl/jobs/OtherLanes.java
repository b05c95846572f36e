package dev.embedctl.jobs;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.jobs.JobCalls.Stopped;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.pipeline.SeenKeys;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The texts in pending jobs of other inputs with the same cache. They are left to these jobs, so
 * that they are paid for once; one run of a cache at a time makes jobs.
 */
final class OtherLanes {
  private static final Duration UNTIL_NEXT_TURN = Duration.ofMillis(100);

  /** The most bytes that a text needs in a set that has just grown. */
  private static final int BYTES_A_TEXT = 48;

  private final LaneFolder folder;
  private final EmbeddingSpec spec;
  private final long memory;
  private final JobCalls calls;
  private final Map<OtherJob, SeenKeys> open = new HashMap<>();
  private final Set<OtherJob> awaited = new HashSet<>();

  /** A job of another lane. */
  private record OtherJob(String lane, int number) {}

  /**
   * The lanes beside one.
   *
   * @param spec the spec of the run; only lanes of its model are read
   * @param memory the most bytes for texts
   */
  OtherLanes(LaneFolder folder, EmbeddingSpec spec, long memory, JobCalls calls) {
    this.folder = folder;
    this.spec = spec;
    this.memory = memory;
    this.calls = calls;
  }

  /** Waits until no other run makes jobs; none does until the turn is closed. */
  LaneFolder.Turn turn() throws IOException, InterruptedException, Stopped {
    while (true) {
      Optional<LaneFolder.Turn> turn = folder.turn();
      if (turn.isPresent()) {
        return turn.get();
      }
      calls.pause(UNTIL_NEXT_TURN);
    }
  }

  /** Reads the journals of the other lanes. */
  void refresh() throws IOException {
    Set<OtherJob> now = new HashSet<>();
    long texts = 0;
    for (Path other : folder.others()) {
      String lane = other.getFileName().toString();
      for (LaneJob job : openIn(LaneFolder.journalIn(other))) {
        OtherJob name = new OtherJob(lane, job.number());
        texts += job.texts();
        checkMemory(texts);
        if (open.containsKey(name) || read(name, LaneFolder.keysIn(other, job.number()), job)) {
          now.add(name);
        }
      }
    }
    open.keySet().retainAll(now);
  }

  private List<LaneJob> openIn(Path journal) throws IOException {
    try {
      JobBook book = JobBook.of(Journal.read(journal));
      return book.opened().filter(this::isOfTheSameModel).isPresent() ? book.open() : List.of();
    } catch (NoSuchFileException e) {
      return List.of(); // its output is complete meanwhile
    }
  }

  private boolean isOfTheSameModel(JournalEvent.Opened lane) {
    return lane.provider().equals(spec.provider())
        && lane.endpoint().equals(spec.endpoint())
        && lane.model().equals(spec.model());
  }

  private void checkMemory(long texts) {
    if (texts * BYTES_A_TEXT > memory) {
      throw new RunFailed(
          "more texts are in jobs of other inputs than this run can remember; wait until these have"
              + " ended, or give the process more memory");
    }
  }

  private boolean read(OtherJob name, Path keys, LaneJob job) throws IOException {
    SeenKeys seen = new SeenKeys((long) job.texts() * BYTES_A_TEXT);
    try {
      JobKeys.read(keys).all().forEach(seen::add);
    } catch (NoSuchFileException e) {
      return false; // it has ended meanwhile
    }
    open.put(name, seen);
    return true;
  }

  /** Whether a text is in a pending job, which is awaited then. */
  boolean have(CacheKey key) {
    for (Map.Entry<OtherJob, SeenKeys> job : open.entrySet()) {
      if (job.getValue().contains(key)) {
        awaited.add(job.getKey());
        return true;
      }
    }
    return false;
  }

  boolean areAwaited() {
    return !awaited.isEmpty();
  }

  /** The names of the lanes whose jobs are awaited. */
  Set<String> awaited() {
    Set<String> lanes = new TreeSet<>();
    awaited.forEach(job -> lanes.add(job.lane()));
    return lanes;
  }

  /** Whether a job that is awaited has ended, as of now. */
  boolean haveEnded() throws IOException {
    refresh();
    return !open.keySet().containsAll(awaited);
  }

  /** Awaits none any more. */
  void awaitNone() {
    awaited.clear();
  }
}
