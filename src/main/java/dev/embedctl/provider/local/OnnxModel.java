package dev.embedctl.provider.local;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.Parameter;
import dev.embedctl.model.Vector;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model in ONNX Runtime: token ids in, pooled vectors out. Several runs may happen at the same
 * time; for short texts this is mostly faster than several threads for one run.
 */
final class OnnxModel implements AutoCloseable {
  /** The memory limit of this process in MiB, which the launcher finds out. */
  private static final String MEMORY_LIMIT = "embedctl.memory";

  private static final long MEBIBYTE = 1 << 20;

  /**
   * Memory in addition to the model: with the default model of 87 MiB, a run was killed at a limit
   * of 200 MiB, but not at 208.
   */
  private static final long BESIDE_MODEL = 122;

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final String output;
  private final List<Pooling> pooling;
  private final boolean normalized;

  private OnnxModel(
      OrtEnvironment environment,
      OrtSession session,
      String output,
      List<Pooling> pooling,
      boolean normalized) {
    this.environment = environment;
    this.session = session;
    this.output = output;
    this.pooling = pooling;
    this.normalized = normalized;
  }

  /**
   * Loads a model.
   *
   * @param threads the number of threads that compute a run
   * @throws RunFailed if the file is not a model, this platform has no runtime, or this container
   *     has too little memory
   */
  static OnnxModel load(ModelFolder folder, int threads) {
    requireRoom(folder.model(), 1);
    OrtEnvironment environment = environment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      OrtSession session = environment.createSession(folder.model().toString(), options);
      return new OnnxModel(
          environment,
          session,
          tokenVectors(session, folder.model()),
          folder.pooling(),
          folder.normalized());
    } catch (OrtException e) {
      throw new RunFailed("the model " + folder.model() + " cannot be loaded: " + reason(e), e);
    }
  }

  /**
   * Fails before the kernel would kill the process without a message.
   *
   * @param times how often the model is to be in memory
   */
  static void requireRoom(Path model, int times) {
    long mebibytes = Long.getLong(MEMORY_LIMIT, Long.MAX_VALUE);
    long needed = BESIDE_MODEL + times * ModelFile.bytes(model) / MEBIBYTE;
    if (mebibytes < needed) {
      throw new RunFailed(
          "the memory limit of this container is "
              + mebibytes
              + " MiB, but the model "
              + model
              + " needs "
              + needed
              + " MiB; raise the limit, or use a remote provider");
    }
  }

  /** The version of ONNX Runtime. */
  static String runtimeVersion() {
    return environment().getVersion();
  }

  private static OrtEnvironment environment() {
    try {
      OrtEnvironment environment =
          OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      environment.setTelemetry(false);
      return environment;
    } catch (OrtException | LinkageError | RuntimeException e) {
      throw new RunFailed(
          "ONNX Runtime does not run on this machine ("
              + e
              + "); use "
              + Parameter.PROVIDER
              + " openai",
          e);
    }
  }

  /** The name of the output with one vector per token: [texts, tokens, dimensions]. */
  private static String tokenVectors(OrtSession session, Path file) throws OrtException {
    List<String> candidates = new ArrayList<>();
    for (NodeInfo node : session.getOutputInfo().values()) {
      if (node.getInfo() instanceof TensorInfo tensor && tensor.getShape().length == 3) {
        candidates.add(node.getName());
      }
    }
    for (String usual : List.of("last_hidden_state", "token_embeddings")) {
      if (candidates.contains(usual)) {
        return usual;
      }
    }
    if (candidates.isEmpty()) {
      throw new RunFailed("the model " + file + " has no output with one vector per token");
    }
    return candidates.get(0);
  }

  /**
   * Computes the vectors of texts.
   *
   * @param texts the token ids of each text
   */
  List<Vector> run(List<int[]> texts) {
    int longest = texts.stream().mapToInt(ids -> ids.length).max().orElseThrow();
    long[] shape = {texts.size(), longest};
    long[] ids = new long[texts.size() * longest];
    long[] mask = new long[ids.length];
    for (int text = 0; text < texts.size(); text++) {
      for (int token = 0; token < texts.get(text).length; token++) {
        ids[text * longest + token] = texts.get(text)[token];
        mask[text * longest + token] = 1;
      }
    }
    Map<String, long[]> all =
        Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", new long[ids.length]);
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      for (String name : session.getInputNames()) {
        if (!all.containsKey(name)) {
          throw new RunFailed(
              "the model needs an input " + name + ", which embedctl does not support");
        }
        inputs.put(
            name, OnnxTensor.createTensor(environment, LongBuffer.wrap(all.get(name)), shape));
      }
      try (OrtSession.Result result = session.run(inputs, Set.of(output))) {
        return pooled((OnnxTensor) result.get(0), texts, longest);
      }
    } catch (OrtException e) {
      throw new RunFailed("the model failed: " + reason(e), e);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private List<Vector> pooled(OnnxTensor tensor, List<int[]> texts, int longest) {
    int dimensions = (int) tensor.getInfo().getShape()[2];
    FloatBuffer buffer = tensor.getFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    List<Vector> vectors = new ArrayList<>(texts.size());
    for (int text = 0; text < texts.size(); text++) {
      TokenVectors tokens =
          new TokenVectors(values, text * longest * dimensions, texts.get(text).length, dimensions);
      float[] vector = new float[pooling.size() * dimensions];
      for (int part = 0; part < pooling.size(); part++) {
        pooling.get(part).pool(tokens, vector, part * dimensions);
      }
      Vector pooled = Vector.wrap(vector);
      vectors.add(normalized ? pooled.ofUnitLength() : pooled);
    }
    return vectors;
  }

  /** The token vectors of one text in the output of a run. */
  private static final class TokenVectors implements Pooling.Tokens {
    private final float[] values;
    private final int from;
    private final int count;
    private final int dimensions;

    TokenVectors(float[] values, int from, int count, int dimensions) {
      this.values = values;
      this.from = from;
      this.count = count;
      this.dimensions = dimensions;
    }

    @Override
    public int count() {
      return count;
    }

    @Override
    public int dimensions() {
      return dimensions;
    }

    @Override
    public float value(int token, int dimension) {
      return values[from + token * dimensions + dimension];
    }
  }

  private static String reason(OrtException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new RunFailed("the model could not be closed: " + reason(e), e);
    }
  }
}
