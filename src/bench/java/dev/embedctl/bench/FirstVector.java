package dev.embedctl.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.embedctl.model.Oversize;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.local.LocalModelProvider;
import dev.embedctl.provider.local.ModelOrigin;
import dev.embedctl.service.JvmProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Measures the time from the first line of main to the default model's first vector in a new JVM,
 * and the memory in use then. The main method of this class runs in the measured JVM.
 */
public final class FirstVector {
  private static final int ROUNDS = 7;

  private FirstVector() {}

  public static void main(String[] arguments) throws Exception {
    long start = System.nanoTime();
    Path home = Path.of(System.getProperty("embedctl.home"));
    JvmProperties.recommended(home).forEach(System::setProperty);
    try (EmbeddingProvider provider =
        LocalModelProvider.open(
            home.resolve("models/all-MiniLM-L6-v2"),
            ModelOrigin.INSTALLED,
            "all-MiniLM-L6-v2",
            Optional.empty(),
            Oversize.ERROR,
            Runtime.getRuntime().availableProcessors())) {
      provider.tokens("the first text");
      provider.embed(List.of("the first text"));
      System.out.println((System.nanoTime() - start) / 1e6 + " " + residentMegabytes());
    }
  }

  private static double residentMegabytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return Double.NaN;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(Double.NaN);
  }

  /** Adds the rows: the time compared with the start of a JVM, both in new JVMs in turns. */
  static void measure(Table table) throws IOException, InterruptedException {
    double[] bare = new double[ROUNDS];
    double[] loaded = new double[ROUNDS];
    double[] megabytes = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      java("-version");
      bare[round] = (System.nanoTime() - start) / 1e6;
      String[] said =
          java(
                  "--enable-native-access=ALL-UNNAMED",
                  "-Dembedctl.home=" + System.getProperty("embedctl.home"),
                  "-cp",
                  System.getProperty("java.class.path"),
                  FirstVector.class.getName())
              .split(" ", 2);
      loaded[round] = Double.parseDouble(said[0]);
      megabytes[round] = Double.parseDouble(said[1]);
    }
    String row = "local model, load and first vector, in main";
    table.add(row, median(bare), median(loaded), "ms", "java -version; goal: under 600 ms");
    row = "local model, resident after the first vector";
    table.add(row, 220, median(megabytes), "MB", "goal: 220 MB");
  }

  /** Runs a JVM with the launcher's options; returns its output. */
  private static String java(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:disable",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xmx256m"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(said);
    }
    return said;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
