package dev.embedctl.cli.console;

/** What the build filled in. */
final class Build {
  /** The program's version. */
  static final String VERSION = "${project.version}";

  private Build() {}
}
