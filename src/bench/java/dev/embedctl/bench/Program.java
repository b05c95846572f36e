package dev.embedctl.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PrimitiveIterator;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Runs the program like a user: its launcher, in a process of its own, in a folder. */
final class Program implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The exit code of a run that collected errors. */
  static final int SOME_FAILED = 4;

  private static final Path LAUNCHER =
      Path.of(System.getProperty("embedctl.home"), "bin", "embedctl");

  private final Path folder = Files.createTempDirectory("embedctl-bench");

  Program() throws IOException {}

  /**
   * The measurements of a run.
   *
   * @param start the time before the launcher was started, from {@link System#nanoTime}
   * @param end the time after it ended
   * @param peakBytes the peak of its own memory, if the system reports it
   * @param cpuSeconds CPU time without the last moments; 0 if the system does not report it
   * @param threads the CPU time in seconds by name of thread, without the last moments; empty if
   *     the system does not report it
   * @param metrics the content of its metrics file
   */
  record Run(
      long start,
      long end,
      OptionalLong peakBytes,
      double cpuSeconds,
      Map<String, Double> threads,
      JsonNode metrics) {
    /** The wall clock time, including start-up. */
    double seconds() {
      return (end - start) / 1e9;
    }
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  /** Writes an input with the texts of these numbers. */
  void input(String name, IntStream texts) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file(name))) {
      for (PrimitiveIterator.OfInt numbers = texts.iterator(); numbers.hasNext(); ) {
        out.write("\"" + LatencyServer.TEXT + numbers.nextInt() + "\"\n");
      }
    }
  }

  /** Embeds an input; discards the output unless an option names one. */
  Run batch(String input, List<String> options) throws IOException, InterruptedException {
    return batch(input, options, 0);
  }

  /** Embeds an input, and expects another exit code than 0. */
  Run batch(String input, List<String> options, int code) throws IOException, InterruptedException {
    Path metrics = file("metrics.json");
    List<String> command =
        new ArrayList<>(List.of(LAUNCHER.toString(), "batch", input, "--metrics=" + metrics));
    command.addAll(options);
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(Redirect.DISCARD)
            .redirectError(code == 0 ? Redirect.INHERIT : Redirect.DISCARD)
            .start();
    OptionalLong peak = OptionalLong.empty();
    Duration cpu = Duration.ZERO;
    ThreadTimes threads = new ThreadTimes(process.pid());
    do {
      threads.look();
      peak = peakOf(process.pid(), peak);
      cpu = process.info().totalCpuDuration().orElse(cpu);
    } while (!process.waitFor(20, TimeUnit.MILLISECONDS));
    long end = System.nanoTime();
    if (process.exitValue() != code) {
      throw new IllegalStateException(command + " ended with " + process.exitValue());
    }
    return new Run(
        start, end, peak, cpu.toMillis() / 1e3, threads.byName(), JSON.readTree(metrics.toFile()));
  }

  /** The peak memory of a process so far, or the last known value if it has ended. */
  static OptionalLong peakOf(long pid, OptionalLong before) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .mapToObj(OptionalLong::of)
          .findFirst()
          .orElse(before);
    } catch (IOException | RuntimeException e) {
      return before;
    }
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
