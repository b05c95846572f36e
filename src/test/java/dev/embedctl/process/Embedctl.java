package dev.embedctl.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The launcher of an installation, the build's if not said, run in a folder of the test's own. */
final class Embedctl {
  private static final int SIGINT = 2;
  static final Path BASE = Path.of(System.getProperty("embedctl.basedir"));

  private static final Set<String> CERTIFICATES =
      Set.of("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS");

  private static final Pattern OF_PROVIDERS =
      Pattern.compile("(?:OPENAI|AZURE|OLLAMA|AWS|GOOGLE|CLOUDSDK|GCE)_.*|.*_API_KEY");

  private final Path launcher;
  private final Path folder;
  private final Map<String, String> environment = new TreeMap<>();

  Embedctl(Path folder) {
    this(folder, Path.of(System.getProperty("embedctl.home")));
  }

  Embedctl(Path folder, Path home) {
    this.launcher = home.resolve("bin").resolve("embedctl");
    this.folder = folder;
    environment.put("XDG_CACHE_HOME", folder.resolve("cache-home").toString());
    environment.put("XDG_CONFIG_HOME", folder.resolve("config-home").toString());
  }

  Embedctl with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** Optimised less, as is right for a run that is over at once. */
  Embedctl brief() {
    return with("EMBEDCTL_OPTS", "-XX:TieredStopAtLevel=1");
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
    List<String> command = new ArrayList<>();
    if (ignoresInterrupts()) {
      command.addAll(List.of("env", "--default-signal=INT"));
    }
    command.add(launcher.toString());
    command.addAll(List.of(arguments));
    return start(in, command);
  }

  /**
   * Whether this process ignores SIGINT, which its children then do too: so does all that a shell
   * without job control starts in the background.
   */
  private static boolean ignoresInterrupts() {
    Path status = Path.of("/proc/self/status");
    try (Stream<String> lines = Files.exists(status) ? Files.lines(status) : Stream.empty()) {
      return lines
          .filter(line -> line.startsWith("SigIgn:"))
          .map(line -> new BigInteger(line.substring("SigIgn:".length()).strip(), 16))
          .anyMatch(ignored -> ignored.testBit(SIGINT - 1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a shell script left that may call {@code embedctl}. */
  Ended shell(String script) throws InterruptedException {
    with("PATH", launcher.getParent() + ":" + System.getenv("PATH"));
    return ended(
        start(
            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()),
            List.of("sh", "-c", script)));
  }

  private Process start(ProcessBuilder.Redirect in, List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(in)
            .redirectOutput(folder.resolve("stdout").toFile())
            .redirectError(folder.resolve("stderr").toFile());
    builder.environment().keySet().removeIf(Embedctl::isOfWhoeverRunsTheTests);
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Keys, addresses and settings; the Java is theirs to choose. */
  private static boolean isOfWhoeverRunsTheTests(String variable) {
    return OF_PROVIDERS.matcher(variable).matches()
        || CERTIFICATES.contains(variable)
        || (variable.startsWith("EMBEDCTL_") && !variable.equals("EMBEDCTL_JAVA_HOME"));
  }

  /** Sends a signal, as {@code INT}; to a process that has ended meanwhile, none. */
  static void signal(Process process, String name) throws InterruptedException {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
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
