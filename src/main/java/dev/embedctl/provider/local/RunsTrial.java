package dev.embedctl.provider.local;

import dev.embedctl.model.Vector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs a model over sample texts, in turns that last a tenth of a second. */
final class RunsTrial implements RunsContest.Trial {
  private static final long TURN_NANOS = 100_000_000;

  /** In memory at the same time: with one thread a run and with two. */
  private static final int MODELS = 2;

  private final List<int[]> sentences;
  private final List<int[]> paragraphs;
  private final int[] page;
  private final Map<Integer, OnnxModel> byThreads = new HashMap<>();
  private final IdentityHashMap<int[], Vector> alone = new IdentityHashMap<>();

  private RunsTrial(List<int[]> sentences, List<int[]> paragraphs, int[] page) {
    this.sentences = sentences;
    this.paragraphs = paragraphs;
    this.page = page;
  }

  /** Loads a model for a trial with sentences and paragraphs. */
  static RunsTrial of(ModelFolder folder) {
    OnnxModel.requireRoom(folder.model(), MODELS);
    RunsTrial trial;
    try (Tokenizer tokenizer = Tokenizers.read(folder.tokenizer())) {
      trial =
          new RunsTrial(
              encoded(SampleTexts.sentences(), tokenizer, folder),
              encoded(SampleTexts.paragraphs(), tokenizer, folder),
              tokenizer.encode(String.join(" ", SampleTexts.paragraphs()), folder.window()));
    }
    try {
      for (int threads = 1; threads <= MODELS; threads++) {
        trial.byThreads.put(threads, OnnxModel.load(folder, threads));
      }
      return trial;
    } catch (RuntimeException e) {
      trial.close();
      throw e;
    }
  }

  private static List<int[]> encoded(List<String> texts, Tokenizer tokenizer, ModelFolder folder) {
    return texts.stream().map(text -> tokenizer.encode(text, folder.window())).toList();
  }

  private OnnxModel model(int threads) {
    return byThreads.get(threads);
  }

  @Override
  public boolean keepsVectors(Runs runs) {
    OnnxModel model = model(runs.threads());
    return samples(runs).stream()
        .allMatch(group -> model.run(group).equals(group.stream().map(this::alone).toList()));
  }

  /** Runs of similar texts, of one that is mostly padding, and of one that fills the window. */
  private List<List<int[]>> samples(Runs runs) {
    List<List<int[]>> samples = new ArrayList<>(runs.of(sentences));
    samples.addAll(runs.of(paragraphs));
    samples.addAll(runs.of(List.of(paragraphs.getFirst(), sentences.getFirst())));
    samples.add(List.of(page));
    return samples;
  }

  private Vector alone(int[] text) {
    return alone.computeIfAbsent(text, ids -> model(1).run(List.of(ids)).getFirst());
  }

  @Override
  public double tokensPerSecond(Runs runs) throws InterruptedException {
    OnnxModel model = model(runs.threads());
    List<List<List<int[]>>> groups = List.of(runs.of(sentences), runs.of(paragraphs));
    List<Callable<Double>> turns = new ArrayList<>();
    for (int each = 0; each < runs.atOnce(); each++) {
      int first = each;
      turns.add(() -> turn(model, groups, first));
    }
    try (ExecutorService workers = Executors.newFixedThreadPool(runs.atOnce())) {
      double sum = 0;
      for (Future<Double> turn : workers.invokeAll(turns)) {
        sum += turn.get();
      }
      return sum;
    } catch (ExecutionException e) {
      throw RunQueue.rethrown(e.getCause());
    }
  }

  /** The speed of one thread, which runs each kind as often as the others. */
  private static double turn(OnnxModel model, List<List<List<int[]>>> kinds, int first) {
    long start = System.nanoTime();
    long tokens = 0;
    long nanos = 0;
    for (int next = first; nanos < TURN_NANOS; next++) {
      for (List<List<int[]>> kind : kinds) {
        List<int[]> group = kind.get(next % kind.size());
        model.run(group);
        tokens += group.stream().mapToLong(ids -> ids.length).sum();
      }
      nanos = System.nanoTime() - start;
    }
    return 1e9 * tokens / nanos;
  }

  @Override
  public void close() {
    byThreads.values().forEach(OnnxModel::close);
  }
}
