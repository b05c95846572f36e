package dev.embedctl.cli;

import dev.embedctl.cli.config.ConfigOptions;
import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.ExitCode;
import dev.embedctl.cli.console.Signals;
import dev.embedctl.cli.console.Version;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code embedctl search}; {@link SearchPlan} holds its checked options. */
@Command(
    name = "search",
    description = {
      "Finds the rows of OUTPUT that are nearest to QUERY, by exact cosine.",
      "The query is embedded with the provider and model that OUTPUT's metrics file names.",
      "",
      "Examples:",
      "  embedctl search vectors.jsonl \"a question\"",
      "  embedctl search vectors.npy --by-id a-17 -k 5 --input texts.jsonl",
      "  embedctl search vectors.parquet --pairs 0.98 --json"
    },
    abbreviateSynopsis = true,
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false)
final class SearchCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Mixin SearchOptions typed;

  @Mixin ConfigOptions config;

  private final Console console;
  private final Signals signals;

  SearchCommand(Console console, Signals signals) {
    this.console = console;
    this.signals = signals;
  }

  @Override
  public Integer call() throws InterruptedException {
    SearchPlan plan =
        SearchPlan.of(
            typed, spec.commandLine().getParseResult()::hasMatchedOption, console.surroundings());
    signals.endAtOnce();
    new SearchRun(plan, console).run();
    return ExitCode.OK.number();
  }
}
