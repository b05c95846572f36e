package dev.embedctl.cli;

import dev.embedctl.model.NameHint;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Messages about invalid command lines. */
final class Misuse {
  private static final Set<Class<?>> WHOLE_NUMBERS =
      Set.of(int.class, Integer.class, long.class, Long.class);

  private Misuse() {}

  /** The message, without a pointer to the help. */
  static String words(ParameterException e) {
    CommandLine command = e.getCommandLine();
    // An option that does not exist comes first: the rest of the line may have been its value.
    Optional<String> unknown =
        command.getUnmatchedArguments().stream().filter(word -> word.startsWith("-")).findFirst();
    if (unknown.isPresent()) {
      return unknownOption(unknown.get().replaceFirst("=.*", ""), command.getCommandSpec());
    }
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      return unknownArgument(unmatched.getUnmatched().getFirst(), command.getCommandSpec());
    }
    return e.getArgSpec() != null && e.getValue() != null ? wrongValue(e) : e.getMessage();
  }

  private static String unknownOption(String typed, CommandSpec command) {
    List<String> names =
        command.options().stream()
            .filter(option -> !option.hidden())
            .flatMap(option -> Arrays.stream(option.names()))
            .filter(name -> name.startsWith("--"))
            .toList();
    return "there is no option " + typed + didYouMean(typed, names);
  }

  private static String unknownArgument(String typed, CommandSpec command) {
    return command.subcommands().isEmpty()
        ? "'" + typed + "' is one argument too many; put quotes around a name with spaces"
        : "there is no command '"
            + typed
            + "'"
            + didYouMean(typed, List.copyOf(command.subcommands().keySet()));
  }

  private static String didYouMean(String typed, List<String> names) {
    return NameHint.nearest(typed, names).map(name -> " (did you mean " + name + "?)").orElse("");
  }

  private static String wrongValue(ParameterException e) {
    ArgSpec argument = e.getArgSpec();
    return name(argument)
        + " "
        + e.getValue()
        + ": "
        + advice(argument, e.getValue(), e.getCause());
  }

  /** The argument's name in messages. */
  static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }

  private static String advice(ArgSpec argument, String value, Throwable cause) {
    Class<?> type = argument.type();
    if (argument.converters().length > 0 && cause != null) {
      return cause.getMessage();
    }
    if (type.isEnum()) {
      return oneOf(type, value);
    }
    if (WHOLE_NUMBERS.contains(type)) {
      return value.matches("[+-]?\\d+") ? "the number is too large" : "give a whole number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "give true or false, or no value";
    }
    return type == double.class ? "give a number" : "not a valid value";
  }

  private static String oneOf(Class<?> type, String value) {
    List<String> words =
        Arrays.stream(type.getEnumConstants())
            .map(each -> each.toString().toLowerCase(Locale.ROOT))
            .toList();
    return NameHint.oneOf(value, words);
  }
}
