package dev.embedctl.cli;

import dev.embedctl.io.input.InputFormat;
import dev.embedctl.io.output.OutputFormat;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ITypeInfo;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The values that a shell offers for an option, in lower case. */
final class CompletedValues {
  /** The labels of arguments that name files or folders. */
  private static final Set<String> FILES = Set.of("FILE", "FOLDER", "INPUT", "METRICS", "OUTPUT");

  private static final ITypeInfo A_PATH =
      PositionalParamSpec.builder().type(Path.class).build().typeInfo();

  private final Map<String, List<String>> values;

  /** Offers these providers, and the formats that are read and written. */
  CompletedValues(Collection<String> providers) {
    values =
        Map.of(
            "--provider",
            List.copyOf(providers),
            "--input-format",
            Arrays.stream(InputFormat.values()).map(InputFormat::word).toList(),
            "--output-format",
            Arrays.stream(OutputFormat.values()).map(OutputFormat::word).toList(),
            "--texts-per-request",
            List.of("auto"));
  }

  /** Adds the values to the options and operands of a program and all its commands. */
  void addTo(CommandLine program) {
    List<String> commands =
        program.getSubcommands().values().stream()
            .map(CommandLine::getCommandSpec)
            .filter(command -> !command.usageMessage().hidden())
            .map(CommandSpec::name)
            .toList();
    addTo(program, commands);
  }

  private void addTo(CommandLine command, List<String> commands) {
    CommandSpec spec = command.getCommandSpec();
    for (OptionSpec option : List.copyOf(spec.options())) {
      List<String> words = values.getOrDefault(option.longestName(), constants(option));
      if (!words.isEmpty()) {
        spec.remove(option);
        spec.addOption(
            OptionSpec.builder(option)
                .completionCandidates(words)
                .paramLabel(label(option)) // picocli's script has a variable for each label
                .build());
      } else if (isUnseenFile(option)) {
        spec.remove(option);
        spec.addOption(OptionSpec.builder(option).typeInfo(A_PATH).build());
      }
    }
    for (PositionalParamSpec operand : List.copyOf(spec.positionalParameters())) {
      List<String> words = operand.paramLabel().equals("COMMAND") ? commands : constants(operand);
      if (!words.isEmpty()) {
        spec.remove(operand);
        spec.addPositional(
            PositionalParamSpec.builder(operand).completionCandidates(words).build());
      } else if (isUnseenFile(operand)) {
        spec.remove(operand);
        spec.addPositional(PositionalParamSpec.builder(operand).typeInfo(A_PATH).build());
      }
    }
    command.getSubcommands().values().forEach(below -> addTo(below, commands));
  }

  /** Whether it takes files that picocli does not recognize, since it only looks at the type. */
  private static boolean isUnseenFile(ArgSpec argument) {
    return FILES.contains(argument.paramLabel()) && argument.type() != Path.class;
  }

  private static String label(OptionSpec option) {
    return option.longestName().substring(2).replace('-', '_');
  }

  private static List<String> constants(ArgSpec argument) {
    return argument.type().isEnum()
        ? Arrays.stream(argument.type().getEnumConstants())
            .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
            .toList()
        : List.of();
  }
}
