package dev.embedctl.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The completion script for fish, which picocli does not write. */
final class FishCompletion {
  /** Functions that compare the words after the program's name, and their number. */
  private static final String FUNCTIONS =
      """
      function __embedctl_in
          set -l words (commandline -opc)
          set -e words[1]
          test (count $words) -ge (count $argv); or return 1
          for word in $argv
              test "$words[1]" = "$word"; or return 1
              set -e words[1]
          end
      end
      function __embedctl_at
          test (count (commandline -opc)) -eq (math 1 + (count $argv)); and __embedctl_in $argv
      end
      """;

  private final CommandLine program;
  private final StringBuilder script = new StringBuilder(FUNCTIONS);

  FishCompletion(CommandLine program) {
    this.program = program;
  }

  /** The whole script. */
  String script() {
    append(program, List.of());
    return script.toString();
  }

  private void append(CommandLine command, List<String> path) {
    CommandSpec spec = command.getCommandSpec();
    String words = path.isEmpty() ? "" : " " + String.join(" ", path);
    for (CommandLine below : command.getSubcommands().values()) {
      CommandSpec each = below.getCommandSpec();
      if (!each.usageMessage().hidden()) {
        line("__embedctl_at" + words, "-f -a " + each.name(), each.usageMessage().description());
      }
    }
    String reached = (path.isEmpty() ? "__embedctl_at" : "__embedctl_in") + words;
    for (OptionSpec option : spec.options()) {
      if (!option.hidden()) {
        line(reached, names(option) + value(option), option.description());
      }
    }
    for (PositionalParamSpec operand : spec.positionalParameters()) {
      if (operand.completionCandidates() != null) {
        line(reached, "-f -a " + quoted(candidates(operand)), operand.description());
      }
    }
    command
        .getSubcommands()
        .forEach(
            (name, below) -> {
              List<String> longer = new ArrayList<>(path);
              longer.add(name);
              append(below, longer);
            });
  }

  private static String names(OptionSpec option) {
    StringBuilder names = new StringBuilder();
    for (String name : option.names()) {
      names.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
    }
    return names.substring(1);
  }

  private static String value(OptionSpec option) {
    if (option.arity().max() == 0) {
      return "";
    }
    if (option.completionCandidates() != null) {
      return " -x -a " + quoted(candidates(option));
    }
    return option.type() == Path.class ? " -r" : " -x";
  }

  private static String candidates(ArgSpec argument) {
    return String.join(" ", argument.completionCandidates());
  }

  private void line(String condition, String what, String... description) {
    String first = description.length == 0 ? "" : description[0];
    script.append(
        "complete -c embedctl -n %s %s -d %s%n"
            .formatted(quoted(condition), what, quoted(Ansi.OFF.string(first.formatted()))));
  }

  private static String quoted(String words) {
    return "'" + words.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
