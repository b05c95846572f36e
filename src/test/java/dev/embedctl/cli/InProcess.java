package dev.embedctl.cli;

import dev.embedctl.cli.console.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The program in this process, with streams and an environment of a test's own. */
public final class InProcess {
  private final Map<String, String> env = new TreeMap<>();

  /** A program whose cache, and all else that is the user's, lies in a folder. */
  public InProcess(Path folder) {
    env.put("XDG_CACHE_HOME", folder.resolve("caches").toString());
    env.put("XDG_CONFIG_HOME", folder.resolve("config").toString());
    env.put("XDG_DATA_HOME", folder.resolve("data").toString());
  }

  public InProcess with(String variable, String value) {
    env.put(variable, value);
    return this;
  }

  /** What a command left. */
  public record Ended(int code, String out, String err) {
    public List<String> lines() {
      return out.lines().toList();
    }
  }

  public Ended run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = run("", out, err, env, home(), arguments);
    return new Ended(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** The installation that the build made. */
  public static Path home() {
    return Path.of(System.getProperty("embedctl.home"));
  }

  /** Runs a command line on streams of the caller's own; none of them is a terminal. */
  public static int run(
      String in,
      OutputStream out,
      OutputStream err,
      Map<String, String> env,
      Path home,
      String... arguments) {
    return runAt(Set.of(), in, out, err, env, home, arguments);
  }

  /** Runs a command line on streams of the caller's own, some of which are terminals. */
  public static int runAt(
      Set<Console.Stream> terminals,
      String in,
      OutputStream out,
      OutputStream err,
      Map<String, String> env,
      Path home,
      String... arguments) {
    Console console =
        new Console(
            new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
            out,
            new PrintStream(err, true, StandardCharsets.UTF_8),
            env,
            terminals,
            home);
    return new Main(console).run(arguments);
  }
}
