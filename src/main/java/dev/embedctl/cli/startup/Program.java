package dev.embedctl.cli.startup;

import dev.embedctl.cli.console.Console;

/** The program, for a command that runs other commands. */
@FunctionalInterface
public interface Program {

  /** Runs a command line on a console; returns its exit code. */
  int run(Console console, String... args);
}
