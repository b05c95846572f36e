package dev.embedctl.cli.config;

import java.nio.file.Path;

/** Where a setting is said. */
sealed interface Origin {
  /** As messages say it. */
  String told();

  /** It was typed. */
  record Typed() implements Origin {
    @Override
    public String told() {
      return "command line";
    }
  }

  /** A variable of the environment. */
  record Variable(String name) implements Origin {
    @Override
    public String told() {
      return name;
    }
  }

  /** A line of a file. */
  record Line(Path file, int number) implements Origin {
    @Override
    public String told() {
      return file + ":" + number;
    }
  }

  /** A line of a file that counts with a profile only. */
  record ProfileLine(Path file, int number, String profile) implements Origin {
    @Override
    public String told() {
      return file + ":" + number + " (profile " + profile + ")";
    }
  }
}
