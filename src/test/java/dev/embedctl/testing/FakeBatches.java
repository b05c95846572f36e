package dev.embedctl.testing;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.provider.jobs.BatchApi;
import dev.embedctl.provider.jobs.Job;
import dev.embedctl.provider.jobs.Job.Progress;
import dev.embedctl.provider.jobs.JobLimits;
import dev.embedctl.provider.jobs.JobState;
import dev.embedctl.provider.jobs.LineResult;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A provider of jobs in memory, which outlives the runs that use it. Its vectors are those of
 * {@link ScriptedProvider}. One thread uses it at a time.
 */
public final class FakeBatches {
  /** The limits of a provider that takes large jobs. */
  public static final JobLimits ROOMY = limits(1000, 1000, 1_000_000, OptionalLong.empty());

  private static final String BETWEEN_TEXTS = "\u001f";

  private final Map<String, List<String>> files = new LinkedHashMap<>();
  private final Map<String, Held> jobs = new LinkedHashMap<>();
  private final List<String> steps = new ArrayList<>();
  private int names;

  /** The limits of a job. */
  public JobLimits limits = ROOMY;

  /** The polls of a job before it ends. */
  public int pollsUntilEnd = 1;

  /** Plays before a step is carried out, for example {@code create}. */
  public Script before = step -> {};

  /** Plays when a step was carried out and its reply is on its way. */
  public Script after = step -> {};

  /** How the job with this number, from 0, ends. */
  public Function<Integer, JobState.Ended> ending = number -> new JobState.Completed();

  /** Why the creation of a job is refused. */
  public Supplier<Optional<JobState.OverQuota>> full = Optional::empty;

  /** Whether lines of a job that did not complete have results. */
  public Function<Integer, Integer> linesDone = number -> Integer.MAX_VALUE;

  /** Why a line with these texts has no vectors. */
  public Function<List<String>, Optional<ProviderException>> refusal = texts -> Optional.empty();

  /** What becomes of the results on their way. */
  public UnaryOperator<List<LineResult>> results = given -> given;

  /** Whether the results of the job with this number, from 0, are gone. */
  public Predicate<Integer> resultsAreGone = number -> false;

  /** What happens at a step. */
  @FunctionalInterface
  public interface Script {
    void play(String step) throws ProviderException;
  }

  /** A job as the provider holds it. */
  private static final class Held {
    private final String id;
    private final String label;
    private final String file;
    private final int number;
    private final List<String> lines;
    private int polls;
    private boolean cancelled;

    private Held(String id, String label, String file, int number, List<String> lines) {
      this.id = id;
      this.label = label;
      this.file = file;
      this.number = number;
      this.lines = List.copyOf(lines);
    }
  }

  /** Limits of jobs whose lines take up to 100 texts. */
  public static JobLimits limits(int lines, int texts, long bytes, OptionalLong enqueuedTokens) {
    return new JobLimits(
        new ProviderLimits(100, OptionalInt.empty(), OptionalInt.empty()),
        lines,
        texts,
        bytes,
        enqueuedTokens,
        OptionalInt.empty(),
        new BigDecimal("0.5"),
        Duration.ofHours(24));
  }

  /** The jobs that were created. */
  public int created() {
    return jobs.size();
  }

  /** The texts of all jobs that embed something, as often as they were submitted. */
  public List<String> submitted() {
    return jobs.values().stream()
        .filter(job -> !(ending.apply(job.number) instanceof JobState.OverQuota))
        .flatMap(job -> job.lines.stream().flatMap(line -> textsOf(line).stream()))
        .toList();
  }

  /** The texts of each line of each job. */
  public List<List<List<String>>> jobs() {
    return jobs.values().stream()
        .map(job -> job.lines.stream().map(FakeBatches::textsOf).toList())
        .toList();
  }

  /** The files that were not deleted. */
  public int files() {
    return files.size();
  }

  /** All steps that began. */
  public List<String> steps() {
    return List.copyOf(steps);
  }

  /** A client of this provider. */
  public BatchApi api() {
    return new Api();
  }

  private static List<String> textsOf(String line) {
    return List.of(line.substring(line.indexOf(' ') + 1).split(BETWEEN_TEXTS, -1));
  }

  private static String idOf(String line) {
    return line.substring(0, line.indexOf(' '));
  }

  private final class Api implements BatchApi {

    @Override
    public EmbeddingSpec spec() {
      return new EmbeddingSpec(
          "scripted", "", "model", OptionalInt.empty(), Optional.empty(), Oversize.ERROR, "");
    }

    @Override
    public JobLimits limits() {
      return limits;
    }

    @Override
    public byte[] line(String id, List<String> texts) {
      return (id + " " + String.join(BETWEEN_TEXTS, texts)).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String upload(Path lines, String label) throws ProviderException {
      begin("upload");
      try {
        String name = "file-" + names++;
        files.put(name, Files.readAllLines(lines));
        after.play("upload");
        return name;
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public Creation create(String file, Path lines, String label) throws ProviderException {
      begin("create");
      if (!files.containsKey(file)) {
        throw new AssertionError("no such file: " + file);
      }
      Optional<JobState.OverQuota> reason = full.get();
      if (reason.isPresent()) {
        return new Creation.Full(reason.get());
      }
      String id = "job-" + names++;
      Held job = new Held(id, label, file, jobs.size(), files.get(file));
      jobs.put(id, job);
      after.play("create");
      return new Creation.Created(seen(job));
    }

    @Override
    public Optional<Job> find(String label) throws ProviderException {
      begin("find");
      Optional<Held> found =
          jobs.values().stream().filter(job -> job.label.equals(label)).findFirst();
      after.play("find");
      return found.map(this::seen);
    }

    @Override
    public Job poll(String id) throws ProviderException {
      begin("poll");
      Held job = jobs.get(id);
      job.polls++;
      after.play("poll");
      return seen(job);
    }

    @Override
    public JobState cancel(String id) throws ProviderException {
      begin("cancel");
      jobs.get(id).cancelled = true;
      after.play("cancel");
      return seen(jobs.get(id)).state();
    }

    @Override
    public Download results(Job job, LineSizes sizes, Receiver receiver)
        throws ProviderException, IOException {
      begin("results");
      Held held = jobs.get(job.id());
      if (resultsAreGone.test(held.number)) {
        return Download.GONE;
      }
      List<LineResult> given = new ArrayList<>();
      held.lines.stream().limit(linesDone.apply(held.number)).forEach(line -> given.add(of(line)));
      for (LineResult result : results.apply(given)) {
        receiver.receive(result);
      }
      after.play("results");
      return Download.COMPLETE;
    }

    @Override
    public void delete(String file) throws ProviderException {
      begin("delete");
      files.remove(file);
      after.play("delete");
    }

    @Override
    public void close() {}

    private void begin(String step) throws ProviderException {
      steps.add(step);
      before.play(step);
    }

    private LineResult of(String line) {
      List<String> texts = textsOf(line);
      return refusal
          .apply(texts)
          .<LineResult>map(cause -> new LineResult.Failed(idOf(line), cause))
          .orElseGet(
              () ->
                  new LineResult.Embedded(
                      idOf(line),
                      new Embeddings(
                          texts.stream()
                              .map(text -> Vectors.of(text, ScriptedProvider.DIMENSIONS))
                              .toList(),
                          OptionalLong.of(texts.stream().mapToInt(String::length).sum()))));
    }

    private Job seen(Held job) {
      JobState state =
          job.cancelled
              ? new JobState.Cancelled()
              : job.polls >= pollsUntilEnd ? ending.apply(job.number) : new JobState.Running();
      int done = state instanceof JobState.Ended ? job.lines.size() : 0;
      return new Job(
          job.id,
          state,
          new Progress(job.lines.size(), done, 0),
          List.of("results of " + job.id),
          List.of(job.file),
          OptionalLong.empty());
    }
  }

  /** A failure where the reply was lost although the step was carried out. */
  public static Transient lostReply() {
    return new Transient("no reply", Transient.Kind.NO_REPLY, Optional.empty(), null);
  }
}
