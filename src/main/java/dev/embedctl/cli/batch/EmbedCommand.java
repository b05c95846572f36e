package dev.embedctl.cli.batch;

import dev.embedctl.cli.config.ConfigOptions;
import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.ExitCode;
import dev.embedctl.cli.console.Signals;
import dev.embedctl.cli.console.Version;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code embedctl embed}; {@link EmbedPlan} checks its options. */
@Command(
    name = "embed",
    description = {
      "Prints the vector of each TEXT, one JSON object per line, in the format of batch.",
      "",
      "Examples:",
      "  embedctl embed \"a text\" \"another\"",
      "  embedctl embed \"a question\" --provider voyage --input-type query",
      "  embedctl embed < letter.txt"
    },
    abbreviateSynopsis = true,
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false)
public final class EmbedCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Mixin EmbedOptions typed;

  @Mixin ConfigOptions config;

  private final Console console;
  private final Signals signals;

  public EmbedCommand(Console console, Signals signals) {
    this.console = console;
    this.signals = signals;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (typed.texts.isEmpty() && console.terminals().contains(Console.Stream.IN)) {
      console.show(spec.commandLine().getUsageMessage(Ansi.OFF));
      return ExitCode.USAGE.number();
    }
    BatchPlan plan = EmbedPlan.of(typed, console.env());
    signals.endWithin(plan.pipeline().grace());
    try (Progress none = Progress.of(ProgressMode.NEVER, plan, console)) {
      return new BatchRun(plan, console, signals, none).run();
    }
  }
}
