package dev.embedctl.cli.startup;

import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.ExitCode;
import dev.embedctl.cli.console.Signals;
import dev.embedctl.cli.console.Version;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.provider.Surroundings;
import dev.embedctl.provider.local.LocalModels;
import dev.embedctl.provider.local.RunsMeasurement;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code embedctl warmup}: creates the start-up cache, and measures the local models. */
@Command(
    name = "warmup",
    description = {
      "Creates the start-up cache for this machine's JDK, so that later runs start faster.",
      "Measures each local model for a few seconds: runs use the fastest number of tokens and"
          + " threads. Vectors stay the same, bit for bit."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class WarmupCommand implements Callable<Integer> {
  /** The hidden option of the process that this command starts. */
  @Option(names = StartupCache.REHEARSE, hidden = true)
  URI rehearse;

  /** The hidden option of builds, which need no measurement. */
  @Option(names = "--startup-only", hidden = true)
  boolean startupOnly;

  @Option(
      names = {"-v", "--verbose"},
      description = "Show stack traces.")
  boolean verbose;

  private final Console console;
  private final Signals signals;
  private final Program program;

  public WarmupCommand(Console console, Signals signals, Program program) {
    this.console = console;
    this.signals = signals;
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
    if (!startupOnly) {
      measureModels();
    }
    return ExitCode.OK.number();
  }

  private void measureModels() throws InterruptedException {
    signals.endAtOnce(); // a model's native code must not be running when the JVM shuts down
    Surroundings here = console.surroundings();
    LocalModels models = new LocalModels(here.installation(), here.modelsFolder());
    RunsMeasurement measurement =
        new RunsMeasurement(
            here.measurementsFolder().orElseThrow(StartupCache::noPlace),
            Runtime.getRuntime().availableProcessors(),
            System::nanoTime,
            InstantSource.system());
    for (String name : models.names()) {
      console.say(
          "measuring "
              + name
              + ", about "
              + RunsMeasurement.LIMIT.toSeconds()
              + " s at most after it is loaded");
      try {
        console.say(measurement.measure(models.present(name)));
      } catch (EmbedctlException e) {
        console.say(name + " is not measured: " + e.getMessage());
      }
    }
  }
}
