package dev.embedctl.cli.startup;

import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.Console.Stream;
import dev.embedctl.cli.console.ExitCode;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.provider.local.LocalModels;
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
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Runs the most frequent commands in this process, so that the JVM records what they need. */
final class Rehearsal {
  private static final int TEXTS = 600; // more than one chunk
  private static final int FEW_TEXTS = 40; // a model computes each

  private final Console console;
  private final Path home;
  private final Path folder;
  private final URI server;
  private final Program program;

  /**
   * A rehearsal.
   *
   * @param console gets a message if a command is left out; its home is the installation
   * @param folder the folder for its files
   * @param server a server with OpenAI's API
   * @param program runs a command line
   */
  Rehearsal(Console console, Path folder, URI server, Program program) {
    this.console = console;
    this.home = console.home();
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
    Path input =
        write(
            "in.jsonl", TEXTS, i -> "{\"id\":\"t-" + i + "\",\"text\":\"text number " + i + "\"}");
    Path settings = folder.resolve("settings.properties");
    try {
      Files.writeString(settings, "max-wait = 10m\n");
    } catch (IOException e) {
      throw unwritable(e);
    }
    HeadStart.beginFor(EnumSet.allOf(Stream.class), "batch");
    run("--version");
    run("batch", "--help");
    List<String> remote = List.of("--provider=openai", "--model=rehearsal", "--base-url=" + server);
    // Many calls, so that the JVM also records which methods of a call are run most.
    batch(input, remote, "-o", folder.resolve("paid.jsonl").toString(), "--texts-per-request=1");
    batch(input, remote, "-o", folder.resolve("paid.jsonl").toString(), "--refresh");
    batch(
        input,
        remote,
        "-o",
        folder.resolve("cached.jsonl").toString(),
        "--cache-only",
        "--config",
        settings.toString());
    rehearseModel();
  }

  /**
   * The model of the installation, if it is there. One that cannot run on this machine is left out:
   * a run with it ends with the reason, and runs with a provider start fast all the same.
   */
  private void rehearseModel() {
    if (!new LocalModels(home, Optional.empty()).isIncluded(LocalModels.DEFAULT)) {
      return;
    }
    Path few = write("few.txt", FEW_TEXTS, number -> "text number " + number);
    try {
      batch(few, List.of("--provider=local"), "-o", folder.resolve("local.jsonl").toString());
    } catch (RunFailed e) {
      console.say("the start-up cache does without the local model: " + e.getMessage());
    }
  }

  private Path write(String name, int texts, IntFunction<String> line) {
    try {
      return Files.write(folder.resolve(name), IntStream.range(0, texts).mapToObj(line).toList());
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private RunFailed unwritable(IOException e) {
    return new RunFailed("cannot write to " + folder + ": " + e, e);
  }

  private void batch(Path input, List<String> provider, String... more) {
    List<String> command =
        new ArrayList<>(List.of("batch", input.toString(), "--cache=" + folder.resolve("cache")));
    command.addAll(provider);
    command.addAll(List.of(more));
    run(command.toArray(String[]::new));
  }

  private void run(String... command) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    Console rehearsed =
        new Console(
            InputStream.nullInputStream(),
            OutputStream.nullOutputStream(),
            new PrintStream(output, true, StandardCharsets.UTF_8),
            Map.of("HOME", folder.toString(), "OPENAI_API_KEY", "rehearsal"),
            Set.of(),
            home);
    if (program.run(rehearsed, command) != ExitCode.OK.number()) {
      throw new RunFailed(
          String.join(" ", command) + ": " + output.toString(StandardCharsets.UTF_8).strip());
    }
  }
}
