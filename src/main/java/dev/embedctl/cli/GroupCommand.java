package dev.embedctl.cli;

import dev.embedctl.cli.config.ConfigOptions;
import dev.embedctl.cli.console.Console;
import dev.embedctl.io.bytes.Printable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** A command that only has subcommands. */
abstract class GroupCommand implements Runnable {
  @Spec CommandSpec spec;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Show stack traces.")
  boolean verbose;

  @Mixin ConfigOptions config;

  final Console console;
  private final String example;

  /**
   * A command of this program.
   *
   * @param example one of its subcommands, for whoever typed none
   */
  GroupCommand(Console console, String example) {
    this.console = console;
    this.example = example;
  }

  @Override
  public final void run() {
    throw new ParameterException(spec.commandLine(), "Missing command, such as " + example);
  }

  final void print(String line) {
    console.print(Printable.line(line) + "\n");
  }
}
