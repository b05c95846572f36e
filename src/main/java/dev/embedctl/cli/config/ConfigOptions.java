package dev.embedctl.cli.config;

import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** A mixin for commands whose options can also be set in files and variables. */
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
      description = "Profile in that file: adds the lines that begin with NAME.")
  String profile;

  @Option(
      names = "--show-config",
      scope = ScopeType.INHERIT,
      description = "Print each option's value and where it is set, as a config file; run nothing.")
  boolean show;
}
