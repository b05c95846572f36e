package dev.embedctl.cli;

import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.Version;
import dev.embedctl.provider.Providers;
import java.util.function.Supplier;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The command {@code embedctl completion}: prints a completion script for a shell. */
@Command(
    name = "completion",
    description = {
      "Prints a script for a shell that completes commands, options and values.",
      "",
      "  source <(embedctl completion bash)",
      "  source <(embedctl completion zsh)",
      "  embedctl completion fish | source"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class CompletionCommand implements Runnable {
  /** The supported shells. */
  enum Shell {
    BASH,
    ZSH,
    FISH
  }

  @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.")
  Shell shell;

  private final Console console;
  private final Supplier<CommandLine> commands;

  CompletionCommand(Console console, Supplier<CommandLine> commands) {
    this.console = console;
    this.commands = commands;
  }

  @Override
  public void run() {
    CommandLine described = commands.get();
    new CompletedValues(Providers.catalog(console.surroundings()).names()).addTo(described);
    console.print(
        switch (shell) {
          case BASH, ZSH -> AutoComplete.bash("embedctl", described); // the script supports both
          case FISH -> new FishCompletion(described).script();
        });
  }
}
