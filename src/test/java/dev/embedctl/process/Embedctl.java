package dev.embedctl.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The launcher of the installation that the build made, run in a folder of the test's own. */
final class Embedctl {
  static final Path BASE = Path.of(System.getProperty("embedctl.basedir"));
  private static final Path LAUNCHER =
      Path.of(System.getProperty("embedctl.home"), "bin", "embedctl");

  private final Path folder;
  private final Map<String, String> environment = new TreeMap<>();

  Embedctl(Path folder) {
    this.folder = folder;
    environment.put("XDG_CACHE_HOME", folder.resolve("cache-home").toString());
  }

  Embedctl with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** What a process left. */
  record Ended(int code, String out, String err) {
    List<String> lines() {
      return out.lines().toList();
    }
  }

  /** Starts it; its standard error goes to a file. */
  Process start(String... arguments) {
    return start(ProcessBuilder.Redirect.PIPE, arguments);
  }

  private Process start(ProcessBuilder.Redirect in, String... arguments) {
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(in)
            .redirectOutput(folder.resolve("stdout").toFile())
            .redirectError(folder.resolve("stderr").toFile());
    builder.environment().keySet().removeIf(name -> name.endsWith("_API_KEY"));
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Ended run(String... arguments) throws InterruptedException {
    return ended(start(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()), arguments));
  }

  Ended runWithInput(Path input, String... arguments) throws InterruptedException {
    return ended(start(ProcessBuilder.Redirect.from(input.toFile()), arguments));
  }

  Ended ended(Process process) throws InterruptedException {
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IllegalStateException("embedctl did not end");
    }
    try {
      return new Ended(
          process.exitValue(),
          Files.readString(folder.resolve("stdout"), StandardCharsets.UTF_8),
          Files.readString(folder.resolve("stderr"), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
