package dev.embedctl.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
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
 * How near embedctl's start comes to a bare JVM's: medians of wall clock over rounds in which all
 * are run in turn, over those of {@code java -version} and of a Python interpreter that imports
 * what such a tool would.
 *
 * <p>Arguments: {@code [ROUNDS] [--json FILE]}; FILE gets a JSON object a row.
 */
public final class StartupBench {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path BASE = Path.of(System.getProperty("embedctl.basedir"));
  private static final Path HOME = Path.of(System.getProperty("embedctl.home"));
  private static final String IMPORTS = "import argparse,json,sqlite3,urllib.request";

  private StartupBench() {}

  /** A command that is timed, with the folder of caches that it sees. */
  private record Contender(String name, Path caches, List<String> command) {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<String> rest = new ArrayList<>(List.of(arguments));
    int json = rest.indexOf("--json");
    List<Path> files = json < 0 ? List.of() : List.of(Path.of(rest.get(json + 1)));
    if (json >= 0) {
      rest.subList(json, json + 2).clear();
    }
    int rounds = rest.isEmpty() ? 21 : Integer.parseInt(rest.getFirst());
    Path folder = Files.createTempDirectory("startup-bench");
    try {
      report(medians(contenders(folder), rounds, folder), files);
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

  /** A run of ten texts, whose vectors are in the cache by then. */
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
        if (round >= 0) { // the first fills the system's caches
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

  private static void report(Map<String, Double> medians, List<Path> files) throws IOException {
    List<Double> all = List.copyOf(medians.values());
    List<String> lines = new ArrayList<>();
    System.out.printf("| %-56s |    ms | x JVM | x Python |%n|---|---|---|---|%n", "start");
    for (Map.Entry<String, Double> row : medians.entrySet()) {
      double toJvm = row.getValue() / all.get(0);
      double toPython = row.getValue() / all.get(1);
      System.out.printf(
          Locale.ROOT,
          "| %-56s | %5.0f | %5.2f | %8.2f |%n",
          row.getKey(),
          row.getValue(),
          toJvm,
          toPython);
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("scenario", row.getKey());
      fields.put("unit", "ms");
      fields.put("ideal", all.get(0));
      fields.put("measured", row.getValue());
      fields.put("ratio", toJvm);
      fields.put("ratio_to_python", toPython);
      lines.add(JSON.writeValueAsString(fields));
    }
    for (Path file : files) {
      Files.write(file, lines);
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
