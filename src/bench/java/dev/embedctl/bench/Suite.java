package dev.embedctl.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs the benchmarks that produce rows, each in a JVM of its own, and prints one table and one
 * JSON file. {@link CacheBench}, which needs a folder, and {@link PaceBench} print tables of their
 * own.
 *
 * <p>Arguments: {@code --json FILE} (target/bench.json).
 */
public final class Suite {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final Path BASE = Path.of(System.getProperty("embedctl.basedir"));
  private static final List<String> BENCHES =
      List.of("FlowBench", "WarmBench", "StartupBench", "LocalBench", "MemoryBench");

  private Suite() {}

  /** All rows, and the machine. */
  private record Report(
      @JsonProperty("taken_on") String takenOn, Machine machine, List<JsonNode> rows) {}

  /** The machine of the measurement. */
  private record Machine(String processor, int processors, String system, String java) {
    static Machine here() throws IOException {
      return new Machine(
          processorName(),
          Runtime.getRuntime().availableProcessors(),
          System.getProperty("os.name") + " " + System.getProperty("os.version"),
          Runtime.version().toString());
    }

    private static String processorName() throws IOException {
      Path cpus = Path.of("/proc/cpuinfo");
      if (!Files.isReadable(cpus)) {
        return System.getProperty("os.arch");
      }
      try (Stream<String> lines = Files.lines(cpus)) {
        return lines
            .filter(line -> line.startsWith("model name"))
            .findFirst()
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .orElse(System.getProperty("os.arch"));
      }
    }
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path json =
        List.of(arguments).indexOf("--json") == 0
            ? Path.of(arguments[1])
            : BASE.resolve("target/bench.json");
    Path lines = Files.createTempFile("bench", ".jsonl");
    List<String> broken = new ArrayList<>();
    try {
      for (String bench : BENCHES) {
        System.out.println("-- " + bench);
        if (run(bench, lines) != 0) {
          broken.add(bench);
        }
      }
      List<JsonNode> rows = new ArrayList<>();
      for (String line : Files.readAllLines(lines)) {
        rows.add(JSON.readTree(line));
      }
      tell(new Report(LocalDate.now(ZoneOffset.UTC).toString(), Machine.here(), rows), json);
    } finally {
      Files.delete(lines);
    }
    if (!broken.isEmpty()) {
      System.err.println(
          "rows are missing, since these benchmarks failed: " + String.join(", ", broken));
      System.exit(1);
    }
  }

  /** Runs a benchmark with the options of this JVM. */
  private static int run(String bench, Path lines) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            Suite.class.getPackageName() + "." + bench,
            "--json",
            lines.toString()));
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private static void tell(Report report, Path json) throws IOException {
    JSON.writeValue(json.toFile(), report);
    Machine machine = report.machine();
    System.out.printf(
        "%n%s, %d processors, %s, Java %s:%n%n%s%n",
        machine.processor(), machine.processors(), machine.system(), machine.java(), Row.HEAD);
    for (JsonNode row : report.rows()) {
      System.out.println(JSON.treeToValue(row, Row.class).line());
    }
  }
}
