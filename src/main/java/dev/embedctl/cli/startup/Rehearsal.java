package dev.embedctl.cli.startup;

import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.Console.Stream;
import dev.embedctl.cli.console.ExitCode;
import dev.embedctl.model.EmbedctlException.RunFailed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Runs the most frequent commands in this process, so that the JVM records what they need. */
final class Rehearsal {
  private static final int TEXTS = 600; // more than one chunk

  private final Path home;
  private final Path folder;
  private final URI server;
  private final Program program;

  /**
   * A rehearsal.
   *
   * @param home the installation
   * @param folder the folder for its files
   * @param server a server with OpenAI's API
   * @param program runs a command line
   */
  Rehearsal(Path home, Path folder, URI server, Program program) {
    this.home = home;
    this.folder = folder;
    this.server = server;
    this.program = program;
  }

  /**
   * Runs all commands.
   *
   * @throws RunFailed if a command fails
   */
  void perform() {
    Path input = folder.resolve("in.jsonl");
    Path settings = folder.resolve("settings.properties");
    try {
      Files.writeString(settings, "max-wait = 10m\n");
      Files.write(
          input,
          IntStream.range(0, TEXTS)
              .mapToObj(i -> "{\"id\":\"t-" + i + "\",\"text\":\"text number " + i + "\"}")
              .toList());
    } catch (IOException e) {
      throw new RunFailed("cannot write to " + folder + ": " + e, e);
    }
    HeadStart.beginFor(EnumSet.allOf(Stream.class), "batch");
    run("--version");
    run("batch", "--help");
    // Many calls, so that the JVM also records which methods of a call are run most.
    batch(input, "-o", folder.resolve("paid.jsonl").toString(), "--texts-per-request=1");
    batch(input, "-o", folder.resolve("paid.jsonl").toString(), "--refresh");
    batch(
        input,
        "-o",
        folder.resolve("cached.jsonl").toString(),
        "--cache-only",
        "--config",
        settings.toString());
  }

  private void batch(Path input, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "batch",
                input.toString(),
                "--provider=openai",
                "--model=rehearsal",
                "--base-url=" + server,
                "--cache=" + folder.resolve("cache")));
    command.addAll(List.of(more));
    run(command.toArray(String[]::new));
  }

  private void run(String... command) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    Console console =
        new Console(
            InputStream.nullInputStream(),
            OutputStream.nullOutputStream(),
            new PrintStream(output, true, StandardCharsets.UTF_8),
            Map.of("HOME", folder.toString(), "OPENAI_API_KEY", "rehearsal"),
            Set.of(),
            home);
    if (program.run(console, command) != ExitCode.OK.number()) {
      throw new RunFailed(
          String.join(" ", command) + ": " + output.toString(StandardCharsets.UTF_8).strip());
    }
  }
}
