package dev.embedctl.jobs;

import dev.embedctl.jobs.LaneJob.Stage;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** The jobs of a lane: the sum of its journal's events. */
final class JobBook {
  private final Map<Integer, LaneJob> jobs = new TreeMap<>();
  private Optional<JournalEvent.Opened> opened = Optional.empty();
  private int round = 1;
  private int attempt = 1;
  private OptionalLong quota = OptionalLong.empty();

  /** The book of a journal. */
  static JobBook of(List<JournalEvent> events) {
    JobBook book = new JobBook();
    events.forEach(book::add);
    return book;
  }

  void add(JournalEvent event) {
    switch (event) {
      case JournalEvent.Opened e -> opened = Optional.of(e);
      case JournalEvent.RoundBegan e -> {
        round = e.round();
        attempt = e.attempt();
      }
      case JournalEvent.GaveUp e -> attempt = 0;
      case JournalEvent.Prepared e ->
          jobs.put(
              e.job(),
              new LaneJob(
                  e.job(),
                  e.round(),
                  e.lines(),
                  e.texts(),
                  e.tokens(),
                  e.most(),
                  0,
                  new Stage.Prepared()));
      case JournalEvent.Uploaded e -> move(e.job(), new Stage.Uploaded(e.file()));
      case JournalEvent.Creating e ->
          jobs.put(e.job(), job(e.job()).toBeCreated(fileOf(job(e.job())), e.label()));
      case JournalEvent.Created e ->
          move(e.job(), new Stage.Submitted(e.id(), fileOf(job(e.job())), e.at()));
      case JournalEvent.OverQuota e -> {
        quota = OptionalLong.of(e.limit());
        move(e.job(), new Stage.Prepared());
      }
      case JournalEvent.Dropped e -> move(e.job(), new Stage.Dropped());
      case JournalEvent.Ended e -> move(e.job(), ended(job(e.job()), e));
      case JournalEvent.Cleaned e -> move(e.job(), cleaned(job(e.job())));
    }
  }

  private void move(int number, Stage stage) {
    jobs.put(number, job(number).in(stage));
  }

  private static String fileOf(LaneJob job) {
    return switch (job.stage()) {
      case Stage.Uploaded(String file) -> file;
      case Stage.Creating(String file, String label) -> file;
      case Stage.Prepared s -> throw outOfOrder(job);
      case Stage.Submitted s -> throw outOfOrder(job);
      case Stage.Ended s -> throw outOfOrder(job);
      case Stage.Dropped s -> throw outOfOrder(job);
    };
  }

  private static IllegalStateException outOfOrder(LaneJob job) {
    return new IllegalStateException("events of a job are out of order: " + job);
  }

  private static Stage ended(LaneJob job, JournalEvent.Ended e) {
    if (job.stage() instanceof Stage.Submitted(String id, String file, long since)) {
      return new Stage.Ended(id, e.how(), e.embedded(), e.tokens(), e.files(), since, e.at());
    }
    throw outOfOrder(job);
  }

  private static Stage cleaned(LaneJob job) {
    if (job.stage() instanceof Stage.Ended e) {
      return new Stage.Ended(
          e.id(), e.how(), e.embedded(), e.tokens(), List.of(), e.since(), e.at());
    }
    throw outOfOrder(job);
  }

  /** The first event, once the journal has begun. */
  Optional<JournalEvent.Opened> opened() {
    return opened;
  }

  int round() {
    return round;
  }

  /** The submissions of a text at the end of the round, at most; 0 if all begin anew. */
  int attempt() {
    return attempt;
  }

  /** The jobs of the round that ended without vectors for some of their texts. */
  List<LaneJob> incomplete() {
    return jobs.values().stream()
        .filter(job -> job.round() == round && job.isIncomplete())
        .toList();
  }

  /** The most tokens in jobs at once, as far as this was learned. */
  OptionalLong quota() {
    return quota;
  }

  Collection<LaneJob> jobs() {
    return List.copyOf(jobs.values());
  }

  LaneJob job(int number) {
    return jobs.get(number);
  }

  int nextNumber() {
    return jobs.size() + 1;
  }

  /** The jobs whose texts still wait for their vectors. */
  List<LaneJob> open() {
    return jobs.values().stream().filter(LaneJob::isOpen).toList();
  }

  /** The jobs that are, or may be, at the provider. */
  List<LaneJob> submitted() {
    return jobs.values().stream().filter(LaneJob::isSubmitted).toList();
  }

  /** The tokens in the jobs at the provider. */
  long enqueued() {
    return submitted().stream().mapToLong(LaneJob::tokens).sum();
  }

  /** The tokens that are charged, or may be for jobs that have not ended. */
  long charged() {
    return jobs.values().stream()
        .mapToLong(
            job ->
                switch (job.stage()) {
                  case Stage.Ended ended -> ended.tokens();
                  case Stage.Dropped dropped -> 0;
                  case Stage.Prepared s -> job.most();
                  case Stage.Uploaded s -> job.most();
                  case Stage.Creating s -> job.most();
                  case Stage.Submitted s -> job.most();
                })
        .sum();
  }
}
