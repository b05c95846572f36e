package dev.embedctl.cli;

import dev.embedctl.cli.console.Console;
import dev.embedctl.service.UserFolders;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** A command whose subcommands work on the folder of a cache. */
abstract class CacheFolderCommand extends GroupCommand {
  @Option(
      names = "--cache",
      paramLabel = "FOLDER",
      scope = ScopeType.INHERIT,
      description = "The cache. Default: the user's cache folder.")
  private Path folder;

  CacheFolderCommand(Console console, String example) {
    super(console, example);
  }

  /** The folder of the cache. */
  final Path where() {
    return Optional.ofNullable(folder).orElseGet(() -> UserFolders.cache(console.env()));
  }
}
