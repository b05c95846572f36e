package dev.embedctl.cli;

import dev.embedctl.cli.config.ConfigOptions;
import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.Signals;
import dev.embedctl.cli.console.Version;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command {@code embedctl verify}; {@link VerifyPlan} holds its checked options. */
@Command(
    name = "verify",
    description = {
      "Checks that OUTPUT is complete and matches its input.",
      "Exit code 1 if not; the first differences are printed on standard error."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false)
final class VerifyCommand implements Callable<Integer> {
  @Mixin VerifyOptions typed;

  @Mixin ConfigOptions config;

  private final Console console;
  private final Signals signals;

  VerifyCommand(Console console, Signals signals) {
    this.console = console;
    this.signals = signals;
  }

  @Override
  public Integer call() throws InterruptedException {
    VerifyPlan plan = VerifyPlan.of(typed);
    signals.endAtOnce();
    return new VerifyRun(plan, console, signals.stop()).run().number();
  }
}
