package dev.embedctl.cli.config;

import java.nio.file.Path;

/** The place of a setting. */
sealed interface Origin {
  /** The place in messages. */
  String text();

  /** The command line. */
  record Typed() implements Origin {
    @Override
    public String text() {
      return "command line";
    }
  }

  /** A variable of the environment. */
  record Variable(String name) implements Origin {
    @Override
    public String text() {
      return name;
    }
  }

  /** A line of a file. */
  record Line(Path file, int number) implements Origin {
    @Override
    public String text() {
      return file + ":" + number;
    }
  }

  /** A line of a file that belongs to a profile. */
  record ProfileLine(Path file, int number, String profile) implements Origin {
    @Override
    public String text() {
      return file + ":" + number + " (profile " + profile + ")";
    }
  }
}
