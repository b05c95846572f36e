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
      description = "Properties file of these options. Default: one in the user's config folder.")
  Path file;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "Profile in that file: lines that begin with NAME count too.")
  String profile;

  @Option(
      names = "--show-config",
      scope = ScopeType.INHERIT,
      description =
          "Print each option's value and where it is said, as a config file; run nothing.")
  boolean show;
}
