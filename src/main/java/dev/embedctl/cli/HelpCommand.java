package dev.embedctl.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code embedctl help}: prints the same as {@code --help} of a command. */
@Command(name = "help", description = "Prints the help of a command, as its --help does.")
final class HelpCommand implements Runnable {
  @Spec CommandSpec spec;

  @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "For example: cache prune.")
  List<String> words = List.of();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  boolean help;

  @Override
  public void run() {
    CommandLine command = spec.commandLine().getParent();
    for (String word : words) {
      CommandLine below = command.getSubcommands().get(word);
      if (below == null) {
        throw new UnmatchedArgumentException(command, List.of(word));
      }
      command = below;
    }
    command.usage(spec.commandLine().getOut());
  }
}
