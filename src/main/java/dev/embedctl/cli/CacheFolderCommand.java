package dev.embedctl.cli;

import dev.embedctl.cli.config.ConfigOptions;
import dev.embedctl.cli.console.Console;
import dev.embedctl.io.bytes.Printable;
import dev.embedctl.service.UserFolders;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** A command whose subcommands work on the folder of a cache. */
abstract class CacheFolderCommand implements Runnable {
  @Spec CommandSpec spec;

  @Option(
      names = "--cache",
      paramLabel = "FOLDER",
      scope = ScopeType.INHERIT,
      description = "The cache. Default: the user's cache folder.")
  private Path folder;

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
  CacheFolderCommand(Console console, String example) {
    this.console = console;
    this.example = example;
  }

  @Override
  public final void run() {
    throw new ParameterException(spec.commandLine(), "Missing command, such as " + example);
  }

  /** The folder of the cache. */
  final Path where() {
    return Optional.ofNullable(folder).orElseGet(() -> UserFolders.cache(console.env()));
  }

  final void print(String line) {
    console.print(Printable.line(line) + "\n");
  }
}
