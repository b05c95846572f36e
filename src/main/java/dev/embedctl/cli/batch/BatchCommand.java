package dev.embedctl.cli.batch;

import dev.embedctl.cli.config.ConfigOptions;
import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.ExitCode;
import dev.embedctl.cli.console.Signals;
import dev.embedctl.cli.console.StartupState;
import dev.embedctl.cli.console.Version;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code embedctl batch}; {@link BatchPlan} holds its checked options. */
@Command(
    name = "batch",
    description = {
      "Embeds every text of INPUT, in order.",
      "",
      "Examples:",
      "  embedctl batch texts.jsonl -o vectors.jsonl",
      "  embedctl batch table.csv --text-field body --provider openai --dry-run",
      "  cat texts.txt | embedctl batch --input-format txt > vectors.jsonl"
    },
    abbreviateSynopsis = true,
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false)
public final class BatchCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Mixin BatchOptions typed;

  @Mixin ConfigOptions config;

  private final Console console;
  private final Signals signals;

  public BatchCommand(Console console, Signals signals) {
    this.console = console;
    this.signals = signals;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (typed.inputs.isEmpty() && console.terminals().contains(Console.Stream.IN)) {
      console.show(spec.commandLine().getUsageMessage(Ansi.OFF));
      return ExitCode.USAGE.number();
    }
    BatchPlan plan = BatchPlan.of(typed, console.env());
    if (!typed.quiet) {
      StartupState.noticeNow(typed.verbose, console.terminals().contains(Console.Stream.ERR))
          .ifPresent(console::say);
    }
    if (typed.dryRun) {
      signals.endAtOnce();
      return new BatchDryRun(plan, console, dryRunForm()).run();
    }
    signals.endWithin(plan.pipeline().grace());
    try (Progress shown = Progress.of(typed.progress, plan, console)) {
      signals.beforeHalt(shown::close);
      return new BatchRun(plan, shown.console(), signals, shown).run();
    }
  }

  private BatchDryRun.Form dryRunForm() {
    return typed.json || !console.terminals().contains(Console.Stream.OUT)
        ? BatchDryRun.Form.JSON
        : BatchDryRun.Form.TABLE;
  }
}
