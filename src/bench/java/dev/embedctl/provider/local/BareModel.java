package dev.embedctl.provider.local;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * The minimal code that computes vectors with the default model: all texts are tokenised and sorted
 * once, and each worker takes the next group. The difference to this baseline is the provider's
 * overhead.
 */
public final class BareModel implements AutoCloseable {
  private static final String OUTPUT = "output_0";
  private static final int DIMENSIONS = 384;

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Tokenizer tokenizer;

  /**
   * The model of a folder. The runtime's libraries must have been loaded by the provider before.
   */
  public BareModel(Path folder) throws OrtException {
    this.environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      this.session = environment.createSession(folder.resolve("model.onnx").toString(), options);
    }
    this.tokenizer = Tokenizers.read(folder.resolve("tokenizer.json"));
  }

  /** The number of tokens in the texts. */
  public long tokens(List<String> texts) {
    return texts.stream().mapToLong(text -> tokenizer.encode(text).length).sum();
  }

  /**
   * The vectors of texts, with a maximum number of padded tokens per run and of runs at the same
   * time.
   */
  public float[][] embed(List<String> texts, int tokensPerRun, int workers)
      throws InterruptedException {
    int[][] ids = texts.stream().map(tokenizer::encode).toArray(int[][]::new);
    List<int[]> groups = groups(ids, tokensPerRun);
    float[][] vectors = new float[ids.length][];
    AtomicInteger next = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int g = next.getAndIncrement();
                        g < groups.size();
                        g = next.getAndIncrement()) {
                      run(groups.get(g), ids, vectors);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return vectors;
  }

  private static List<int[]> groups(int[][] ids, int tokensPerRun) {
    int[] order =
        IntStream.range(0, ids.length)
            .boxed()
            .sorted(Comparator.comparingInt((Integer place) -> ids[place].length).reversed())
            .mapToInt(Integer::intValue)
            .toArray();
    List<int[]> groups = new ArrayList<>();
    for (int from = 0; from < order.length; ) {
      int size = Math.max(1, tokensPerRun / ids[order[from]].length);
      groups.add(Arrays.copyOfRange(order, from, Math.min(order.length, from + size)));
      from += size;
    }
    return groups;
  }

  private void run(int[] group, int[][] ids, float[][] vectors) {
    int longest = ids[group[0]].length;
    long[] tokens = new long[group.length * longest];
    long[] mask = new long[tokens.length];
    for (int i = 0; i < group.length; i++) {
      for (int t = 0; t < ids[group[i]].length; t++) {
        tokens[i * longest + t] = ids[group[i]][t];
        mask[i * longest + t] = 1;
      }
    }
    long[] shape = {group.length, longest};
    try (OnnxTensor input = tensor(tokens, shape);
        OnnxTensor attention = tensor(mask, shape);
        OnnxTensor types = tensor(new long[tokens.length], shape);
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", input, "attention_mask", attention, "token_type_ids", types),
                Set.of(OUTPUT))) {
      FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] row = new float[DIMENSIONS];
      for (int i = 0; i < group.length; i++) {
        double[] sums = new double[DIMENSIONS];
        for (int t = 0; t < ids[group[i]].length; t++) {
          values.get((i * longest + t) * DIMENSIONS, row);
          for (int d = 0; d < DIMENSIONS; d++) {
            sums[d] += row[d];
          }
        }
        vectors[group[i]] = unit(sums);
      }
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private OnnxTensor tensor(long[] values, long[] shape) throws OrtException {
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
  }

  private static float[] unit(double[] sums) {
    double length = Math.sqrt(Arrays.stream(sums).map(sum -> sum * sum).sum());
    float[] unit = new float[sums.length];
    for (int d = 0; d < unit.length; d++) {
      unit[d] = (float) (sums[d] / length);
    }
    return unit;
  }

  @Override
  public void close() throws OrtException {
    session.close();
    tokenizer.close();
  }
}
