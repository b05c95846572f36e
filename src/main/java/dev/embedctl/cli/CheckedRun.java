package dev.embedctl.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/**
 * Checks the arguments of a command before it runs: an empty one usually comes from a script's
 * variable without a value, and few arguments accept {@code -} for a standard stream.
 */
final class CheckedRun implements IExecutionStrategy {
  /** An empty name means no file and no profile. */
  private static final Set<String> MAY_BE_EMPTY = Set.of("--config", "--profile");

  /** The label of texts that may be empty. */
  private static final String ANY_TEXT = "TEXT";

  @Override
  public int execute(ParseResult parsed) {
    for (CommandLine level : parsed.asCommandLineList()) {
      level.getParseResult().matchedOptions().forEach(option -> check(level, option));
      level.getParseResult().matchedPositionals().forEach(word -> check(level, word));
    }
    return new RunLast().execute(parsed);
  }

  private static void check(CommandLine command, ArgSpec argument) {
    List<String> values = argument.originalStringValues();
    String name = Misuse.name(argument);
    boolean empty = values.contains("") && argument.arity().max() > 0;
    if (empty && !MAY_BE_EMPTY.contains(name) && !argument.paramLabel().equals(ANY_TEXT)) {
      throw refused(command, argument, name + " '': it is empty; give a value, or drop it");
    }
    if (values.contains("-") && argument.type() == Path.class) {
      throw refused(
          command,
          argument,
          name + " -: standard streams are not supported here; name a file (./- for one named -)");
    }
  }

  private static ParameterException refused(CommandLine command, ArgSpec argument, String words) {
    return new ParameterException(command, words, argument, null);
  }
}
