package dev.embedctl.bench;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.CacheKeys;
import dev.embedctl.cache.LogCache;
import dev.embedctl.cache.files.LockTerms;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Measures runs whose texts are all different and cached, and compares them with the necessary work
 * alone: reading and hashing texts, and reading, formatting and writing vectors on all cores. Each
 * run is measured from the launcher's start to its exit, in turns with the baselines.
 *
 * <p>Arguments: the number of rows (1000000) and of dimensions (384, then 1536). Needs space for
 * four times the vectors in the folder for temporary files.
 */
public final class WarmBench {
  private static final String URL = "http://127.0.0.1:9/v1";
  private static final EmbeddingSpec SPEC =
      new EmbeddingSpec(
          "openai", URL, "bench", OptionalInt.empty(), Optional.empty(), Oversize.ERROR, "");
  private static final LockTerms TERMS = new LockTerms("bench", Duration.ZERO, notice -> {});

  /** Longer vectors take so long that the noise is small. */
  private static final int MANY = 512;

  private static final Set<Form> OF_LONG_VECTORS = EnumSet.of(Form.JSONL, Form.BASE64, Form.NPY);
  private static final int OPENINGS = 15;

  /** The first ones compile the program. */
  private static final int LOOK_UPS = 8;

  private static final int CHUNK = 250;
  private static final double MOST_TO_OPEN = 100;

  private final Program program;
  private final Table table;
  private final int rows;
  private final int dimensions;
  private final int rounds;
  private final Yardsticks yardsticks;
  private final Path cache;
  private final List<String> threads = new ArrayList<>();

  /** An output format. */
  private enum Form {
    JSONL("JSON Lines", "out.jsonl", "--vector-format=float"),
    BASE64("base64 JSON Lines", "out.jsonl", "--vector-format=base64"),
    CSV("CSV", "out.csv", "--output-format=csv"),
    PARQUET("Parquet", "out.parquet", "--output-format=parquet"),
    ARROW("Arrow", "out.arrow", "--output-format=arrow"),
    NPY("npy", "out.npy", "--output-format=npy");

    private final String said;
    private final String file;
    private final String option;

    Form(String said, String file, String option) {
      this.said = said;
      this.file = file;
      this.option = option;
    }
  }

  private WarmBench(Program program, Table table, int rows, int dimensions) {
    this.program = program;
    this.table = table;
    this.rows = rows;
    this.dimensions = dimensions;
    this.rounds = dimensions > MANY ? 1 : 3;
    this.yardsticks = new Yardsticks(program, rows, dimensions);
    this.cache = program.file("cache");
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Table table = new Table(WarmBench.class, arguments);
    List<Integer> own = table.arguments().stream().map(Integer::parseInt).toList();
    int rows = own.isEmpty() ? 1_000_000 : own.get(0);
    for (int dimensions : own.size() < 2 ? List.of(384, 1536) : own.subList(1, own.size())) {
      try (Program program = new Program()) {
        new WarmBench(program, table, rows, dimensions).run();
      }
    }
  }

  private void run() throws IOException, InterruptedException {
    String of = String.format(Locale.ROOT, " of %,d vectors of %d floats", rows, dimensions);
    double written = yardsticks.writeFlat(CHUNK);
    table.add(
        "cold cache inserts" + of,
        rows / written,
        rows / fillCache(),
        "texts/s",
        "the same floats appended to a file and forced to disk; a cache row also has a key, a"
            + " checksum and an index entry");
    writeInput();
    double[] mapped = new double[LOOK_UPS];
    double[] lookedUp = new double[LOOK_UPS];
    for (int round = 0; round < LOOK_UPS; round++) {
      mapped[round] = yardsticks.readMappedAndCheck();
      lookedUp[round] = lookUp();
    }
    table.add(
        "look-ups in order" + of,
        rows / least(mapped),
        rows / least(lookedUp),
        "texts/s",
        "plain reads of a mapped file and a checksum of each row by one thread; the texts are hashed"
            + " before");
    measureOpening();
    for (Form form : dimensions > MANY ? OF_LONG_VECTORS : EnumSet.allOf(Form.class)) {
      measure(form);
    }
    System.out.println(
        "CPU time of the last run by thread, for vectors of " + dimensions + " floats");
    threads.forEach(System.out::println);
    System.out.println("(" + yardsticks.sink() + ")");
  }

  private static String text(int row) {
    return "Text number " + row + " is about as long as the title of a product in a shop's list.";
  }

  /**
   * The time in seconds until all vectors are stored and the cache is closed, with a sealed index.
   */
  private double fillCache() throws IOException {
    CacheKeys keys = new CacheKeys(SPEC);
    long start = System.nanoTime();
    try (LogCache log = LogCache.open(cache, SPEC, TERMS, InstantSource.system())) {
      for (int from = 0; from < rows; from += CHUNK) {
        Map<CacheKey, Vector> some = LinkedHashMap.newLinkedHashMap(CHUNK); // like a request
        for (int row = from; row < Math.min(rows, from + CHUNK); row++) {
          some.put(keys.keyOf(text(row)), Vector.wrap(yardsticks.values(row)));
        }
        log.store(some);
      }
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private void writeInput() throws IOException {
    try (BufferedWriter input = Files.newBufferedWriter(program.file("in.jsonl"))) {
      for (int row = 0; row < rows; row++) {
        input.write("{\"id\":" + row + ",\"text\":\"" + text(row) + "\"}\n");
      }
    }
  }

  private double lookUp() throws IOException {
    CacheKeys hash = new CacheKeys(SPEC);
    List<CacheKey> keys = IntStream.range(0, rows).mapToObj(row -> hash.keyOf(text(row))).toList();
    try (LogCache log = LogCache.open(cache, SPEC, TERMS, InstantSource.system())) {
      long start = System.nanoTime();
      for (int from = 0; from < rows; from += CHUNK) {
        List<CacheKey> some = keys.subList(from, Math.min(rows, from + CHUNK));
        if (!log.find(some).isWhole()) {
          throw new IllegalStateException("a vector is missing");
        }
      }
      return (System.nanoTime() - start) / 1e9;
    }
  }

  /**
   * The additional time to open a full cache and look up ten texts, compared with an empty cache.
   */
  private void measureOpening() throws IOException, InterruptedException {
    program.input("ten.jsonl", IntStream.range(0, 10));
    double[] empty = new double[OPENINGS];
    double[] full = new double[OPENINGS];
    for (int round = 0; round < OPENINGS; round++) {
      empty[round] = 1000 * runOverTen(program.file("empty"));
      full[round] = 1000 * runOverTen(cache);
    }
    table.add(
        String.format(Locale.ROOT, "a run over a cache of %,d x %d", rows, dimensions),
        median(empty) + MOST_TO_OPEN,
        median(full),
        "ms",
        String.format(
            Locale.ROOT,
            "a run over an empty cache plus 100 ms; it took %.0f ms more",
            median(full) - median(empty)));
  }

  /** None of the ten texts is in the cache, and nothing is sent, so each is an error. */
  private double runOverTen(Path folder) throws IOException, InterruptedException {
    return program
        .batch(
            "ten.jsonl",
            options(folder, List.of("--output=ten.out", "--on-error=collect")),
            Program.SOME_FAILED)
        .seconds();
  }

  private void measure(Form form) throws IOException, InterruptedException {
    Path output = program.file(form.file);
    List<String> options = options(cache, List.of(form.option, "--output=" + output));
    double[] ideal = new double[rounds];
    double[] took = new double[rounds];
    double disk = 0;
    double peak = 0;
    double cpu = 0;
    Map<String, Double> byThread = Map.of();
    for (int round = 0; round < rounds; round++) {
      Program.Run run = program.batch("in.jsonl", options);
      took[round] = run.seconds();
      peak = Math.max(peak, run.peakBytes().orElse(0) / 1e6);
      cpu = run.cpuSeconds();
      byThread = run.threads();
      Yardsticks.Written written = yardsticks.writeAgain(output);
      double texts = yardsticks.readTexts(program.file("in.jsonl"));
      double serial = texts + yardsticks.readMapped() + written.toSystem();
      ideal[round] = serial / Yardsticks.CORES + formatting(form);
      disk = written.toDisk();
    }
    table.add(
        String.format(Locale.ROOT, "%,d cached x %d to %s", rows, dimensions, form.said),
        rows / median(ideal),
        rows / median(took),
        "texts/s",
        String.format(
            Locale.ROOT,
            "reading and hashing texts, reading, formatting and writing vectors on all cores;"
                + " %.1f s of CPU,"
                + " at most %.0f MB; writing and forcing the bytes alone %.1f s of the %.1f s",
            cpu,
            peak,
            disk,
            median(took)));
    threads.add(form.said + ": " + ThreadTimes.said(byThread));
    Files.delete(output);
  }

  private double formatting(Form form) throws InterruptedException {
    return switch (form) {
      case JSONL, CSV -> yardsticks.formatDigits();
      case BASE64 -> yardsticks.formatBase64();
      case PARQUET, ARROW, NPY -> 0;
    };
  }

  private static List<String> options(Path cache, List<String> others) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "--provider=openai",
                "--base-url=" + URL,
                "--model=bench",
                "--cache=" + cache,
                "--cache-only"));
    options.addAll(others);
    return options;
  }

  private static double least(double... values) {
    return Arrays.stream(values).min().orElseThrow();
  }

  private static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
