package dev.embedctl.cache;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Another process with this one's classes, whose standard output can be read. */
final class ChildJvm implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  private ChildJvm(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  static ChildJvm run(Class<?> main, String... arguments) throws IOException {
    return run(List.of(), main, arguments);
  }

  /** One whose files would be open to all, were it for the process's mask. */
  static ChildJvm runUnmasked(Class<?> main, String... arguments) throws IOException {
    return run(List.of("sh", "-c", "umask 000; exec \"$@\"", "sh"), main, arguments);
  }

  private static ChildJvm run(List<String> before, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx200m", "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return new ChildJvm(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  long pid() {
    return process.pid();
  }

  String readLine() throws IOException {
    return output.readLine();
  }

  /** Kills it at once and gives the whole lines that it had still written. */
  List<String> kill() throws IOException, InterruptedException {
    // Of the process itself this would close the pipe that the last lines are in.
    process.toHandle().destroyForcibly();
    List<String> lines = new ArrayList<>();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      lines.add(line);
    }
    process.waitFor();
    return lines;
  }

  /** Lets it end by itself, which it does when its standard input ends. */
  void end() throws IOException, InterruptedException {
    process.getOutputStream().close();
    process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
