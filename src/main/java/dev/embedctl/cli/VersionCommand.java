package dev.embedctl.cli;

import dev.embedctl.cli.console.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code embedctl version}: the same as {@code --version}. */
@Command(
    name = "version",
    description = "Prints the version, as --version does.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class VersionCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    Version.lines().forEach(spec.commandLine().getOut()::println);
  }
}
