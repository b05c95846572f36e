package dev.embedctl.bench;

import dev.embedctl.testing.OpenAiServer;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Compares embedctl's start with that of a JVM: medians of wall clock over rounds in which all
 * commands run in turn, divided by those of {@code java -version} and of a Python interpreter that
 * imports what a similar tool would need.
 *
 * <p>Arguments: the number of rounds (21); {@code --json FILE}.
 */
public final class StartupBench {
  private static final Path BASE = Path.of(System.getProperty("embedctl.basedir"));
  private static final Path HOME = Path.of(System.getProperty("embedctl.home"));
  private static final String IMPORTS = "import argparse,json,sqlite3,urllib.request";

  private StartupBench() {}

  /** A measured command, with its cache folder. */
  private record Contender(String name, Path caches, List<String> command) {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Table table = new Table(StartupBench.class, arguments);
    int rounds = table.arguments().isEmpty() ? 21 : Integer.parseInt(table.arguments().getFirst());
    Path folder = Files.createTempDirectory("startup-bench");
    try {
      report(medians(contenders(folder), rounds, folder), table);
    } finally {
      delete(folder);
    }
  }

  private static List<Contender> contenders(Path folder) throws IOException, InterruptedException {
    Path cold = folder.resolve("cold");
    Path warm = folder.resolve("warm");
    String installed = HOME.resolve("bin/embedctl").toString();
    List<String> version = List.of(installed, "--version");
    List<String> batch = cachedBatch(folder, installed, cold);
    millis(new Contender("warmup", warm, List.of(installed, "warmup")), folder);
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return List.of(
        new Contender("java -version", cold, List.of(java, "-version")),
        new Contender("python3 -c '" + IMPORTS + "'", cold, List.of("python3", "-c", IMPORTS)),
        new Contender("--version", cold, version),
        new Contender("--version, after warmup", warm, version),
        new Contender(
            "--version, after warmup, from a checkout",
            warm,
            List.of(BASE.resolve("bin/embedctl").toString(), "--version")),
        new Contender("ten cached texts", cold, batch),
        new Contender("ten cached texts, after warmup", warm, batch));
  }

  /** A run of ten texts, whose vectors are then in the cache. */
  private static List<String> cachedBatch(Path folder, String installed, Path caches)
      throws IOException, InterruptedException {
    Files.write(
        folder.resolve("in.jsonl"),
        IntStream.range(0, 10).mapToObj(i -> "{\"text\":\"text " + i + "\"}").toList());
    try (OpenAiServer server = new OpenAiServer(384, Duration.ZERO)) {
      List<String> batch =
          new ArrayList<>(
              List.of(
                  installed,
                  "batch",
                  "in.jsonl",
                  "--output=out.jsonl",
                  "--cache=vectors",
                  "--provider=openai",
                  "--model=m",
                  "--base-url=" + server.baseUrl()));
      millis(new Contender("paid run", caches, batch), folder);
      batch.add("--cache-only");
      return batch;
    }
  }

  private static Map<String, Double> medians(List<Contender> contenders, int rounds, Path folder)
      throws IOException, InterruptedException {
    Map<String, double[]> times = new LinkedHashMap<>();
    for (int round = -1; round < rounds; round++) {
      for (Contender contender : contenders) {
        double millis = millis(contender, folder);
        if (round >= 0) { // the first round fills the system's caches
          times.computeIfAbsent(contender.name(), name -> new double[rounds])[round] = millis;
        }
      }
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    times.forEach(
        (name, all) -> {
          Arrays.sort(all);
          medians.put(name, all[all.length / 2]);
        });
    return medians;
  }

  private static double millis(Contender contender, Path folder)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(contender.command())
            .directory(folder.toFile())
            .redirectOutput(Redirect.DISCARD)
            .redirectErrorStream(true);
    builder.environment().put("XDG_CACHE_HOME", contender.caches().toString());
    long start = System.nanoTime();
    Process process = builder.start();
    if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException(contender.command() + " failed");
    }
    return (System.nanoTime() - start) / 1e6;
  }

  private static void report(Map<String, Double> medians, Table table) throws IOException {
    List<Double> all = List.copyOf(medians.values());
    for (Map.Entry<String, Double> row : medians.entrySet()) {
      table.add(
          row.getKey(),
          all.get(0),
          row.getValue(),
          "ms",
          String.format(
              Locale.ROOT,
              "java -version; %.2f times the Python start",
              row.getValue() / all.get(1)));
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
