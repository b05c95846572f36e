package dev.embedctl.testing.batch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.embedctl.testing.batch.Job.Fate;
import dev.embedctl.testing.batch.Job.Line;
import dev.embedctl.testing.batch.Job.State;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/** The files and jobs of a server, and what is to become of them. A job moves on when polled. */
public final class BatchStore {
  private final BatchPlay play;
  private final int dimensions;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, byte[]> files = new TreeMap<>();
  private final Map<String, Job> jobs = new TreeMap<>();
  private final Map<String, Integer> submitted = new TreeMap<>();
  private final Map<String, Integer> paid = new TreeMap<>();
  private final Map<String, Integer> embedded = new TreeMap<>();
  private Function<Job, List<State>> courses = job -> List.of(State.RUNNING, State.COMPLETED);
  private Function<Line, Fate> fates = line -> Fate.ANSWERED;
  private long quota = Long.MAX_VALUE;
  private int truncated;
  private int made;

  BatchStore(BatchPlay play, int dimensions) {
    this.play = play;
    this.dimensions = dimensions;
  }

  /** The states that jobs take with each poll; the last one stays. */
  public void courses(Function<Job, List<State>> states) {
    locked(() -> courses = states);
  }

  /** The states that each job takes with each poll; the last one stays. */
  public void course(State... states) {
    courses(job -> List.of(states));
  }

  /** What becomes of each line. */
  public void fates(Function<Line, Fate> function) {
    locked(() -> fates = function);
  }

  /** The greatest number of tokens in all jobs that have not ended. */
  public void quota(long tokens) {
    locked(() -> quota = tokens);
  }

  /** The next results end in the middle of a line, although their transfer is complete. */
  public void truncateNextResults() {
    locked(() -> truncated++);
  }

  /** The files that are stored. */
  public List<String> files() {
    return locked(() -> List.copyOf(files.keySet()));
  }

  /** The jobs in the order of their creation. */
  public List<Job> jobs() {
    return locked(() -> List.copyOf(jobs.values()));
  }

  /** How often each text is in a job that was accepted. */
  public Map<String, Integer> submitted() {
    return locked(() -> Map.copyOf(submitted));
  }

  /** How often each text was paid for in a job. */
  public Map<String, Integer> paid() {
    return locked(() -> Map.copyOf(paid));
  }

  /** How often each text was paid for at the full price. */
  public Map<String, Integer> embedded() {
    return locked(() -> Map.copyOf(embedded));
  }

  int dimensions() {
    return dimensions;
  }

  String add(byte[] file) {
    return locked(() -> put("file-", file));
  }

  private String put(String prefix, byte[] file) {
    String id = prefix + String.format("%06d", ++made);
    files.put(id, file);
    return id;
  }

  Optional<byte[]> file(String id) {
    return locked(() -> Optional.ofNullable(files.get(id)));
  }

  boolean delete(String id) {
    return locked(() -> files.remove(id) != null);
  }

  boolean deleteJob(String id) {
    return locked(() -> jobs.remove(id) != null);
  }

  /** Whether a job with these lines exceeds the quota. */
  boolean exceedsQuota(List<Line> lines) {
    return locked(
        () -> {
          long enqueued =
              jobs.values().stream().filter(job -> !job.state.isEnd()).mapToLong(Job::tokens).sum();
          return enqueued + lines.stream().mapToLong(Line::tokens).sum() > quota;
        });
  }

  Job create(String label, Optional<String> input, JsonNode request, List<Line> lines) {
    return locked(
        () -> {
          Job job = new Job(String.format("job-%06d", ++made), label, input, request, lines);
          job.course.addAll(courses.apply(job));
          jobs.put(job.id, job);
          lines.forEach(
              line -> line.texts().forEach(text -> submitted.merge(text, 1, Integer::sum)));
          return job;
        });
  }

  /** A job that the API takes, and lets fail at once. */
  Job createFailing(
      String label, Optional<String> input, JsonNode request, List<Line> lines, String failure) {
    return locked(
        () -> {
          Job job = new Job(String.format("job-%06d", ++made), label, input, request, lines);
          job.course.add(State.FAILED);
          job.failure = failure;
          jobs.put(job.id, job);
          return job;
        });
  }

  Optional<Job> job(String id) {
    return locked(() -> Optional.ofNullable(jobs.get(id)));
  }

  /** Moves a job to its next state. */
  void poll(Job job) {
    locked(
        () -> {
          if (!job.state.isEnd() && !job.course.isEmpty()) {
            enter(job, job.course.remove());
          }
          return job;
        });
  }

  void cancel(Job job) {
    locked(
        () -> {
          if (!job.state.isEnd()) {
            job.state = State.CANCELLING;
            job.course.clear();
            job.course.addAll(List.of(State.CANCELLING, State.CANCELLED));
          }
          return job;
        });
  }

  void embed(List<String> texts) {
    locked(
        () -> {
          texts.forEach(text -> embedded.merge(text, 1, Integer::sum));
          return texts;
        });
  }

  private void enter(Job job, State state) {
    job.state = state;
    if (state == State.COMPLETED || state == State.EXPIRED || state == State.CANCELLED) {
      end(job, state);
    }
  }

  private void end(Job job, State state) {
    List<String> results = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    for (int i = 0; i < job.lines.size(); i++) {
      Line line = job.lines.get(i);
      boolean inTime = state == State.COMPLETED || i % 2 == 0;
      Fate fate = inTime ? fates.apply(line) : Fate.UNFINISHED;
      String written =
          fate == Fate.MISSING ? "" : play.result(line, fate, job.request, dimensions) + "\n";
      switch (fate) {
        case ANSWERED, DOUBLED, MISSHAPEN -> {
          results.addAll(Collections.nCopies(fate == Fate.DOUBLED ? 2 : 1, written));
          line.texts().forEach(text -> paid.merge(text, 1, Integer::sum));
          job.answered++;
        }
        case REFUSED, BROKEN, UNFINISHED -> {
          (play.hasErrorsFile() ? errors : results).add(written);
          job.refused++;
        }
        case MISSING -> {}
      }
    }
    Collections.reverse(results);
    if (!results.isEmpty()) {
      job.output = Optional.of(put("output-", bytes(results)));
    }
    if (!errors.isEmpty()) {
      job.errors = Optional.of(put("errors-", bytes(errors)));
    }
  }

  private byte[] bytes(List<String> lines) {
    byte[] whole = String.join("", lines).getBytes(StandardCharsets.UTF_8);
    if (truncated == 0) {
      return whole;
    }
    truncated--;
    return Arrays.copyOf(whole, whole.length / 2 + 7); // no line ends there
  }

  private <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }
}
