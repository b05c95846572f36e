package dev.embedctl.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Runs the whole program with a local model over all texts and over one text. */
final class LocalRuns implements AutoCloseable {
  private final Path folder = Files.createTempDirectory("local-bench");
  private final Path all = folder.resolve("all.txt");
  private final Path one = folder.resolve("one.txt");

  LocalRuns(List<String> texts) throws IOException {
    Files.write(all, texts);
    Files.write(one, texts.subList(0, 1));
  }

  Took whole(String model) throws IOException, InterruptedException {
    return run(all, model);
  }

  Took start(String model) throws IOException, InterruptedException {
    return run(one, model);
  }

  /** The shell reports the CPU time of its child processes, which Java does not. */
  private Took run(Path input, String model) throws IOException, InterruptedException {
    Path output = folder.resolve("out.jsonl");
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "\"$@\" || exit; times",
                "sh",
                Path.of(System.getProperty("embedctl.home"), "bin", "embedctl").toString(),
                "batch",
                input.toString(),
                "--model",
                model,
                "--no-cache",
                "-o",
                output.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String times = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("embedctl batch ended with " + process.exitValue());
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    String[] ofChildren = times.lines().skip(1).findFirst().orElseThrow().split(" ", 2);
    return new Took(seconds, Arrays.stream(ofChildren).mapToDouble(LocalRuns::seconds).sum());
  }

  /** Parses {@code 1m2.345s}. */
  private static double seconds(String minutesAndSeconds) {
    String[] parts = minutesAndSeconds.split("[ms]", 3);
    return 60 * Double.parseDouble(parts[0]) + Double.parseDouble(parts[1]);
  }

  @Override
  public void close() throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
