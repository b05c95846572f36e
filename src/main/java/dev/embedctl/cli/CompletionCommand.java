package dev.embedctl.cli;

import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.Version;
import dev.embedctl.provider.Providers;
import java.util.function.Supplier;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code embedctl completion}: the script by which a shell completes command lines. */
@Command(
    name = "completion",
    description = {
      "Prints the script by which a shell completes commands, options and values.",
      "",
      "  source <(embedctl completion bash)",
      "  source <(embedctl completion zsh)",
      "  embedctl completion fish | source"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class CompletionCommand implements Runnable {
  /** The shells for which there is a script. */
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
          case BASH, ZSH -> AutoComplete.bash("embedctl", described); // it knows both
          case FISH -> new FishCompletion(described).script();
        });
  }
}
