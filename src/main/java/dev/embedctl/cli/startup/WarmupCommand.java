package dev.embedctl.cli.startup;

import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.ExitCode;
import dev.embedctl.cli.console.Version;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code embedctl warmup}: creates the start-up cache. */
@Command(
    name = "warmup",
    description =
        "Creates the start-up cache for this machine's JDK, so that later runs start faster.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class WarmupCommand implements Callable<Integer> {
  /** The hidden option of the process that this command starts. */
  @Option(names = StartupCache.REHEARSE, hidden = true)
  URI rehearse;

  @Option(
      names = {"-v", "--verbose"},
      description = "Show stack traces.")
  boolean verbose;

  private final Console console;
  private final Program program;

  public WarmupCommand(Console console, Program program) {
    this.console = console;
    this.program = program;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (rehearse != null) {
      new Rehearsal(console, Path.of("").toAbsolutePath(), rehearse, program).perform();
      return ExitCode.OK.number();
    }
    // The launcher decides on the path.
    Path file =
        Optional.of(System.getProperty("embedctl.startup", ""))
            .filter(place -> !place.isEmpty())
            .map(Path::of)
            .orElseThrow(StartupCache::noPlace);
    new StartupCache(file, console.home()).make().forEach(console::say);
    console.say("created the start-up cache: " + file);
    return ExitCode.OK.number();
  }
}
