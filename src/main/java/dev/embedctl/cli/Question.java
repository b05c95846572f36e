package dev.embedctl.cli;

import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.Console.Stream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** A question to the user, at a terminal. */
final class Question {
  private static final int LONGEST = 80;
  private static final Set<String> YES = Set.of("y", "yes");

  private final Console console;

  Question(Console console) {
    this.console = console;
  }

  /** Whether standard input and standard error are terminals. */
  boolean canBeAsked() {
    return console.terminals().containsAll(Set.of(Stream.IN, Stream.ERR));
  }

  /** Whether the answer is yes; anything else, and the end of the input, means no. */
  boolean isAnsweredYes(String question) {
    console.show(question + " [y/N] ");
    return YES.contains(answer().strip().toLowerCase(Locale.ROOT));
  }

  private String answer() {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try {
      for (int next = console.in().read();
          next >= 0 && next != '\n' && line.size() < LONGEST;
          next = console.in().read()) {
        line.write(next);
      }
    } catch (IOException e) {
      return ""; // without a terminal the answer is no
    }
    return line.toString(StandardCharsets.UTF_8);
  }
}
