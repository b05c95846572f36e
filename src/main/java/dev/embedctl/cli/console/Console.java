package dev.embedctl.cli.console;

import dev.embedctl.provider.Surroundings;
import dev.embedctl.service.UserFolders;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The process around a command: its streams, its environment, its folders.
 *
 * @param in standard input
 * @param out standard output, for data only
 * @param err standard error, for people
 * @param env the environment variables
 * @param terminals which of the streams are a terminal
 * @param home the installation: {@code models/} and {@code native/} lie in it
 */
public record Console(
    InputStream in,
    OutputStream out,
    PrintStream err,
    Map<String, String> env,
    Set<Stream> terminals,
    Path home) {

  /** A standard stream. */
  public enum Stream {
    IN,
    OUT,
    ERR
  }

  public Console {
    Objects.requireNonNull(in);
    Objects.requireNonNull(out);
    Objects.requireNonNull(err);
    env = Map.copyOf(env);
    terminals = Set.copyOf(terminals);
    Objects.requireNonNull(home);
  }

  /** The same with another standard error. */
  public Console withErr(PrintStream other) {
    return new Console(in, out, other, env, terminals, home);
  }

  /**
   * One line for people, with the tool's name before it. What a message quotes from a file is not
   * let loose on a terminal.
   */
  public void say(String message) {
    String line = message.replaceAll("\\R|\t", " ").replaceAll("\\p{Cc}", "\uFFFD");
    err.println("embedctl: " + line);
  }

  /** What providers find outside of their settings. */
  public Surroundings surroundings() {
    return UserFolders.surroundings(env, home);
  }
}
