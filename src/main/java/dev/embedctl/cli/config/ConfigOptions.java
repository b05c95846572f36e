package dev.embedctl.cli.config;

import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Makes a command take its options from files and variables too: a mixin. */
public final class ConfigOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description =
          "Options, name = value a line. Default: config.properties in the user's config folder.")
  Path file;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "Which of the file's profiles counts: its lines NAME.option = value.")
  String profile;

  @Option(
      names = "--show-config",
      scope = ScopeType.INHERIT,
      description =
          "Print each option's value and where it is said, as a config file; run nothing.")
  boolean show;
}
