package dev.embedctl.cli.console;

import dev.embedctl.io.bytes.Printable;
import dev.embedctl.io.bytes.StreamOutput;
import dev.embedctl.provider.Surroundings;
import dev.embedctl.service.UserFolders;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The streams, the environment and the folders of a command.
 *
 * @param in standard input
 * @param out standard output, for data only
 * @param err standard error, for people
 * @param env the environment variables
 * @param terminals which of the streams are a terminal
 * @param home the installation: it contains {@code models/} and {@code native/}
 */
public record Console(
    InputStream in,
    OutputStream out,
    PrintStream err,
    Map<String, String> env,
    Set<Stream> terminals,
    Path home) {

  /** What a line for people begins with. */
  public static final String PREFIX = "embedctl: ";

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

  /** One line for people, with the tool's name before it. */
  public void say(String message) {
    err.println(PREFIX + Printable.line(OptionWords.in(message)));
  }

  /** Lines for people on standard error, such as a stack trace or a usage message. */
  public void show(String lines) {
    err.print(Printable.lines(OptionWords.in(lines)));
    err.flush();
  }

  /** Lines on standard output that people read. */
  public void print(String lines) {
    byte[] bytes = Printable.lines(OptionWords.in(lines)).getBytes(StandardCharsets.UTF_8);
    StreamOutput output = new StreamOutput(out);
    output.write(bytes, 0, bytes.length);
    output.flush();
  }

  /** JSON on standard output, for programs and for people. */
  public void printJson(String json) {
    print(Printable.json(json));
  }

  /** The environment and the folders that providers use besides their settings. */
  public Surroundings surroundings() {
    return UserFolders.surroundings(env, home);
  }
}
