package dev.embedctl.bench;

import ai.onnxruntime.OrtException;
import com.sun.management.OperatingSystemMXBean;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.CountedText;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.EmbeddingRequest;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.local.BareModel;
import dev.embedctl.provider.local.LocalModelProvider;
import dev.embedctl.provider.local.ModelOrigin;
import dev.embedctl.service.JvmProperties;
import dev.embedctl.service.UserFolders;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Measures the default model through the provider and through the whole program, and compares it
 * with the same file in a bare ONNX Runtime loop and with LangChain4j's in-process model on the
 * same texts; and the same model in eight bits, if {@code embedctl models pull} has downloaded it.
 * All take turns in one run, so the ratios are stable even if the figures are not.
 *
 * <p>Arguments: {@code --json FILE}; and optionally the number of rounds (3) and a factor for the
 * number of texts (1.0).
 */
public final class LocalBench implements AutoCloseable {
  private static final Path HOME = Path.of(System.getProperty("embedctl.home"));
  private static final String MODEL = "all-MiniLM-L6-v2";
  private static final String EIGHT_BIT_MODEL = "all-MiniLM-L6-v2-q";
  private static final Path FOLDER = HOME.resolve("models").resolve(MODEL);
  private static final int CORES = Runtime.getRuntime().availableProcessors();
  private static final int PERMITS = 10;
  private static final int TOKENS_PER_RUN = 256;
  private static final Map<LocalTexts, Integer> COUNTS =
      Map.of(LocalTexts.SENTENCES, 960, LocalTexts.MIXED, 240, LocalTexts.PARAGRAPHS, 128);

  private final EmbeddingProvider provider = provider(FOLDER, ModelOrigin.INSTALLED);
  private final Optional<EmbeddingProvider> eightBits =
      UserFolders.models(System.getenv())
          .map(folder -> folder.resolve(EIGHT_BIT_MODEL))
          .filter(Files::isDirectory)
          .map(folder -> provider(folder, ModelOrigin.USERS_OWN));
  private final BareModel bare;
  private final AllMiniLmL6V2EmbeddingModel langChain4j;
  private final Table table;
  private final int rounds;

  /** The implementations. */
  private enum Contender {
    BARE_ALONE("a bare loop, one text per run"),
    BARE("a bare loop, sorted, 256 tokens per run"),
    PROVIDER("embedctl's provider"),
    PROGRAM("embedctl batch, without its start"),
    EIGHT_BITS("embedctl's provider, eight bits"),
    EIGHT_BIT_PROGRAM("embedctl batch, eight bits, without its start"),
    LANGCHAIN4J("LangChain4j's embedAll");

    private final String said;

    Contender(String said) {
      this.said = said;
    }
  }

  private LocalBench(Table table, int rounds) throws Exception {
    this.table = table;
    this.rounds = rounds;
    provider.tokens("The provider says where ONNX Runtime's libraries are.");
    provider.embed(List.of("And loads them."));
    if (eightBits.isEmpty()) {
      System.out.println(
          EIGHT_BIT_MODEL + " is left out: embedctl models pull has not downloaded it");
    }
    System.setProperty("OPT_OUT_TRACKING", "true"); // of LangChain4j's tokenizer library
    this.bare = new BareModel(FOLDER);
    this.langChain4j = new AllMiniLmL6V2EmbeddingModel();
  }

  private static EmbeddingProvider provider(Path folder, ModelOrigin origin) {
    return LocalModelProvider.open(
        folder, origin, folder.getFileName().toString(), Optional.empty(), Oversize.ERROR, CORES);
  }

  public static void main(String[] arguments) throws Exception {
    JvmProperties.recommended(HOME).forEach(System::setProperty);
    Table table = new Table(LocalBench.class, arguments);
    List<String> own = table.arguments();
    int rounds = own.isEmpty() ? 3 : Integer.parseInt(own.get(0));
    double share = own.size() < 2 ? 1 : Double.parseDouble(own.get(1));
    FirstVector.measure(table);
    try (LocalBench bench = new LocalBench(table, rounds)) {
      for (LocalTexts shape : LocalTexts.values()) {
        bench.measure(shape, shape.texts((int) (COUNTS.get(shape) * share)));
      }
    }
  }

  private void measure(LocalTexts shape, List<String> texts) throws Exception {
    long tokens = bare.tokens(texts);
    check(texts.subList(0, Math.min(64, texts.size())));
    Map<Contender, List<Took>> took = new EnumMap<>(Contender.class);
    List<Took> starts = new ArrayList<>();
    List<Took> eightBitStarts = new ArrayList<>();
    try (LocalRuns program = new LocalRuns(texts)) {
      for (int round = 0; round < rounds; round++) {
        starts.add(program.start(MODEL));
        if (eightBits.isPresent()) {
          eightBitStarts.add(program.start(EIGHT_BIT_MODEL));
        }
        for (Contender contender : contenders()) {
          took.computeIfAbsent(contender, none -> new ArrayList<>())
              .add(run(contender, texts, program));
        }
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%n%s: %d texts, %.1f tokens per text, the best of %d rounds%n"
            + "| %-38s | texts/s | tokens/s | CPU ms/text | of bare | CPU of bare |%n"
            + "|---|--:|--:|--:|--:|--:|%n",
        shape.said(),
        texts.size(),
        (double) tokens / texts.size(),
        rounds,
        "");
    Took start = Took.least(starts);
    took.computeIfPresent(
        Contender.PROGRAM, (who, times) -> times.stream().map(time -> time.less(start)).toList());
    took.computeIfPresent(
        Contender.EIGHT_BIT_PROGRAM,
        (who, times) -> times.stream().map(time -> time.less(Took.least(eightBitStarts))).toList());
    Took best = best(took);
    took.forEach((who, times) -> print(who, Took.least(times), best, texts.size(), tokens));
    System.out.printf(
        Locale.ROOT,
        "(embedctl's start, a run of one text: %.0f ms, of CPU %.0f ms)%n",
        1000 * start.seconds(),
        1000 * start.cpuSeconds());
    rows(shape, took, texts.size());
  }

  private List<Contender> contenders() {
    return Stream.of(Contender.values())
        .filter(
            contender ->
                switch (contender) {
                  case BARE_ALONE, BARE, PROVIDER, PROGRAM, LANGCHAIN4J -> true;
                  case EIGHT_BITS, EIGHT_BIT_PROGRAM -> eightBits.isPresent();
                })
        .toList();
  }

  private static Took best(Map<Contender, List<Took>> took) {
    Took alone = Took.least(took.get(Contender.BARE_ALONE));
    Took sorted = Took.least(took.get(Contender.BARE));
    return alone.seconds() < sorted.seconds() ? alone : sorted;
  }

  private static void print(Contender who, Took took, Took best, int texts, long tokens) {
    System.out.printf(
        Locale.ROOT,
        "| %-38s | %7.1f | %8.0f | %11.2f | %7.3f | %11.3f |%n",
        who.said,
        texts / took.seconds(),
        tokens / took.seconds(),
        1000 * took.cpuSeconds() / texts,
        best.seconds() / took.seconds(),
        took.cpuSeconds() / best.cpuSeconds());
  }

  private void rows(LocalTexts shape, Map<Contender, List<Took>> took, int texts)
      throws IOException {
    double bareRate = texts / best(took).seconds();
    double peerRate = texts / Took.least(took.get(Contender.LANGCHAIN4J)).seconds();
    for (Contender contender : took.keySet()) {
      double rate = texts / Took.least(took.get(contender)).seconds();
      String row = "local model, " + shape.said() + ": " + contender.said;
      switch (contender) {
        case PROVIDER, PROGRAM -> {
          table.add(row, bareRate, rate, "texts/s", "the model's own bare loop");
          table.add(row, peerRate, rate, "texts/s", "LangChain4j on the same texts");
        }
        case EIGHT_BITS -> {
          double float32 = texts / Took.least(took.get(Contender.PROVIDER)).seconds();
          table.add(row, float32, rate, "texts/s", "embedctl's provider in float32");
          table.add(row, peerRate, rate, "texts/s", "LangChain4j in float32");
        }
        case EIGHT_BIT_PROGRAM -> {
          double alone = texts / Took.least(took.get(Contender.EIGHT_BITS)).seconds();
          table.add(row, alone, rate, "texts/s", "the provider alone");
        }
        case BARE_ALONE, BARE, LANGCHAIN4J -> {} // the ideals
      }
    }
  }

  private Took run(Contender contender, List<String> texts, LocalRuns program) throws Exception {
    if (contender == Contender.PROGRAM) {
      return program.whole(MODEL);
    }
    if (contender == Contender.EIGHT_BIT_PROGRAM) {
      return program.whole(EIGHT_BIT_MODEL);
    }
    OperatingSystemMXBean machine =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long cpu = machine.getProcessCpuTime();
    long start = System.nanoTime();
    switch (contender) {
      case BARE_ALONE -> bare.embed(texts, 1, CORES);
      case BARE -> bare.embed(texts, TOKENS_PER_RUN, CORES);
      case PROVIDER -> askProvider(provider, texts);
      case EIGHT_BITS -> askProvider(eightBits.orElseThrow(), texts);
      case LANGCHAIN4J -> askLangChain4j(texts);
      case PROGRAM, EIGHT_BIT_PROGRAM ->
          throw new IllegalStateException("the program was run above");
    }
    return new Took((System.nanoTime() - start) / 1e9, (machine.getProcessCpuTime() - cpu) / 1e9);
  }

  /** Like the pipeline: counts tokens first, then sends full requests, one per permit. */
  private static List<Vector> askProvider(EmbeddingProvider provider, List<String> texts)
      throws InterruptedException, ExecutionException {
    List<CountedText> counted = texts.stream().map(provider::count).toList();
    int size = provider.limits().textsPerRequest();
    Semaphore permits = new Semaphore(PERMITS);
    List<Future<List<Vector>>> requests = new ArrayList<>();
    try (ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int from = 0; from < counted.size(); from += size) {
        EmbeddingRequest request =
            new EmbeddingRequest(counted.subList(from, Math.min(from + size, counted.size())));
        permits.acquire();
        requests.add(calls.submit(() -> embed(provider, request, permits)));
      }
    }
    List<Vector> vectors = new ArrayList<>();
    for (Future<List<Vector>> request : requests) {
      vectors.addAll(request.get());
    }
    return vectors;
  }

  private static List<Vector> embed(
      EmbeddingProvider provider, EmbeddingRequest request, Semaphore permits)
      throws ProviderException, InterruptedException {
    try {
      return provider.embed(request).vectors();
    } finally {
      permits.release();
    }
  }

  private List<float[]> askLangChain4j(List<String> texts) {
    return langChain4j.embedAll(texts.stream().map(TextSegment::from).toList()).content().stream()
        .map(embedding -> embedding.vector())
        .toList();
  }

  /** Checks that all do the same work: their vectors are equal except for the last bits. */
  private void check(List<String> texts) throws Exception {
    float[][] sorted = bare.embed(texts, TOKENS_PER_RUN, CORES);
    List<Vector> asked = askProvider(provider, texts);
    List<float[]> peer = askLangChain4j(texts);
    for (int i = 0; i < texts.size(); i++) {
      double off = distance(sorted[i], asked.get(i).toArray());
      boolean cut = bare.tokens(texts.subList(i, i + 1)) > 128; // LangChain4j reads no further
      double peerOff = cut ? 0 : distance(sorted[i], peer.get(i));
      if (off > 1e-5 || peerOff > 1e-4) {
        throw new IllegalStateException(
            "the vectors of \"" + texts.get(i) + "\" differ: " + off + ", " + peerOff);
      }
    }
  }

  private static double distance(float[] one, float[] other) {
    return IntStream.range(0, one.length)
        .mapToDouble(d -> Math.abs(one[d] - other[d]))
        .max()
        .orElse(1);
  }

  @Override
  public void close() throws OrtException {
    provider.close();
    eightBits.ifPresent(EmbeddingProvider::close);
    bare.close();
  }
}
