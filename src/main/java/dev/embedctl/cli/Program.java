package dev.embedctl.cli;

/** The whole program, for a command that runs others. */
@FunctionalInterface
interface Program {

  /** Runs a command line on a console; returns its exit code. */
  int run(Console console, String... args);
}
