package dev.embedctl.cli;

import dev.embedctl.cli.console.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code embedctl}: help, version, and the subcommands. */
@Command(
    name = "embedctl",
    description = "Turns files of texts into embeddings: cached, ordered, resumable, paid once.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND")
final class RootCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command, such as batch");
  }
}
