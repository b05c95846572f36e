package dev.embedctl.provider.local;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.InputType;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Parameter;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.CountedText;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.EmbeddingRequest;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Runs a model in this process. The model is loaded for the first text, so a run whose texts are
 * all cached does not wait for that.
 */
public final class LocalModelProvider implements EmbeddingProvider {
  /** Its name on the command line. */
  public static final String NAME = "local";

  /** Small, since the texts of a request fail together. */
  private static final int TEXTS_PER_REQUEST = 64;

  private final ModelFolder folder;
  private final EmbeddingSpec spec;
  private final String prefix;
  private final ModelFile file;
  private final Function<Path, Tokenizer> tokenizers;
  private final MeasuredRuns measured;
  private final ReentrantLock loading = new ReentrantLock();
  private Tokenizer tokenizer;
  private ModelEngine engine;

  private LocalModelProvider(
      ModelFolder folder,
      EmbeddingSpec spec,
      String prefix,
      ModelFile file,
      Function<Path, Tokenizer> tokenizers,
      MeasuredRuns measured) {
    this.folder = folder;
    this.spec = spec;
    this.prefix = prefix;
    this.file = file;
    this.tokenizers = tokenizers;
    this.measured = measured;
  }

  /**
   * Opens a provider.
   *
   * @param place the model's folder, or one of its {@code .onnx} files
   * @param origin where the model came from
   * @param name the model's name
   * @param processors how many there are for this process
   */
  public static LocalModelProvider open(
      Path place,
      ModelOrigin origin,
      String name,
      Optional<InputType> inputType,
      Oversize oversize,
      int processors) {
    return open(
        place,
        origin,
        name,
        inputType,
        Optional.empty(),
        oversize,
        Normalization.NONE,
        MeasuredRuns.none(processors));
  }

  /**
   * The same, with another prefix before texts and normalized vectors, beyond what the model's
   * folder says.
   *
   * @param typed what the model reads before each text; empty for its own prompt
   * @param wanted what is made of vectors whose model leaves them as they come
   * @param measured which runs are the fastest
   */
  public static LocalModelProvider open(
      Path place,
      ModelOrigin origin,
      String name,
      Optional<InputType> inputType,
      Optional<String> typed,
      Oversize oversize,
      Normalization wanted,
      MeasuredRuns measured) {
    return open(
        place, origin, name, inputType, typed, oversize, wanted, Tokenizers::read, measured);
  }

  /** The same, with another way to read the model's tokenizer. */
  static LocalModelProvider open(
      Path place,
      ModelOrigin origin,
      String name,
      Optional<InputType> inputType,
      Optional<String> typed,
      Oversize oversize,
      Normalization wanted,
      Function<Path, Tokenizer> tokenizers,
      MeasuredRuns measured) {
    ModelFolder read = ModelFolder.read(place).with(wanted);
    ModelFile file = ModelFile.of(read.model(), origin);
    String prefix = prefix(read, inputType, typed);
    String revision =
        String.join(
            " ",
            file.sha256(),
            ModelFile.sha256(read.tokenizer()),
            read.pooling().toString(),
            (read.lowerCase() ? "lower case " : "")
                + (read.normalized() ? "normalized" : "as they come"),
            "" + read.window(),
            prefix,
            switch (file.arithmetic()) {
              case FLOAT32 -> "";
              case DYNAMIC_INT8 ->
                  "onnxruntime "
                      + OnnxModel.runtimeVersion()
                      + " on "
                      + Processor.here().decisive();
            });
    EmbeddingSpec spec =
        new EmbeddingSpec(NAME, "", name, OptionalInt.empty(), inputType, oversize, revision);
    return new LocalModelProvider(read, spec, prefix, file, tokenizers, measured);
  }

  private static String prefix(
      ModelFolder read, Optional<InputType> inputType, Optional<String> typed) {
    if (typed.isPresent() && inputType.isPresent()) {
      throw new Usage(
          Parameter.PREFIX
              + " contradicts "
              + Parameter.INPUT_TYPE
              + ", which selects the model's own prompt; drop one");
    }
    return typed.orElseGet(() -> read.prompts().before(inputType));
  }

  /** Whether a processor with instructions for eight bits runs the model much faster. */
  public boolean computesInEightBits() {
    return switch (file.arithmetic()) {
      case FLOAT32 -> false;
      case DYNAMIC_INT8 -> true;
    };
  }

  @Override
  public EmbeddingSpec spec() {
    return spec;
  }

  @Override
  public Normalization normalization() {
    return folder.normalized() ? Normalization.UNIT_LENGTH : Normalization.NONE;
  }

  @Override
  public String prefix() {
    return prefix;
  }

  @Override
  public ProviderLimits limits() {
    return new ProviderLimits(
        TEXTS_PER_REQUEST, OptionalInt.of(folder.window()), OptionalInt.empty());
  }

  @Override
  public int tokens(String text) {
    return tokenizer().encode(prepared(text)).length;
  }

  @Override
  public CountedText count(String text) {
    return tokenized(text);
  }

  @Override
  public Embeddings embed(EmbeddingRequest request) throws ProviderException, InterruptedException {
    List<int[]> ids = new ArrayList<>(request.counted().size());
    for (CountedText text : request.counted()) {
      ids.add(ids(text));
    }
    List<Vector> vectors = engine().run(ids);
    long tokens = ids.stream().mapToLong(each -> each.length).sum();
    return new Embeddings(vectors, OptionalLong.of(tokens));
  }

  private int[] ids(CountedText counted) throws Refused {
    TokenizedText text =
        counted instanceof TokenizedText already ? already : tokenized(counted.text());
    if (text.tokens() > folder.window() && spec.oversize() != Oversize.TRUNCATE) {
      throw new Refused(
          "the text has "
              + text.tokens()
              + " tokens; "
              + spec.model()
              + " accepts "
              + folder.window());
    }
    return text.ids();
  }

  private TokenizedText tokenized(String text) {
    String read = prepared(text);
    int[] ids = tokenizer().encode(read);
    if (ids.length <= folder.window()) {
      return new TokenizedText(text, ids.length, ids);
    }
    int[] beginning =
        spec.oversize() == Oversize.TRUNCATE
            ? tokenizer().encode(read, folder.window())
            : new int[0];
    return new TokenizedText(text, ids.length, beginning);
  }

  private String prepared(String text) {
    String read = prefix + text;
    return folder.lowerCase() ? read.toLowerCase(Locale.ROOT) : read;
  }

  private Tokenizer tokenizer() {
    loading.lock();
    try {
      if (tokenizer == null) {
        tokenizer = tokenizers.apply(folder.tokenizer());
      }
      return tokenizer;
    } finally {
      loading.unlock();
    }
  }

  private ModelEngine engine() {
    loading.lock();
    try {
      if (engine == null) {
        engine = ModelEngine.start(folder, measured.of(file));
      }
      return engine;
    } finally {
      loading.unlock();
    }
  }

  /** Waits for the current runs, then frees the model. */
  @Override
  public void close() {
    if (engine != null) {
      engine.close();
    }
    if (tokenizer != null) {
      tokenizer.close();
    }
  }
}
