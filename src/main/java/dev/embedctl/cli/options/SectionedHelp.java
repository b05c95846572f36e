package dev.embedctl.cli.options;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A command's help, with its options in sections. A command with few options has one list. */
public final class SectionedHelp extends Help {
  private static final int MANY = 10;

  /** The help of a command in the colors of a scheme. */
  public SectionedHelp(CommandSpec command, ColorScheme colors) {
    super(command, colors);
  }

  /** In sections, the operands are part of the input. */
  @Override
  public String parameterList() {
    return shown().size() <= MANY ? super.parameterList() : "";
  }

  private List<OptionSpec> shown() {
    return commandSpec().options().stream().filter(option -> !option.hidden()).toList();
  }

  @Override
  public String optionList() {
    List<OptionSpec> shown = shown();
    if (shown.size() <= MANY) {
      return super.optionList();
    }
    StringBuilder help = new StringBuilder();
    for (Section section : Section.values()) {
      append(help, section.title(), of(section, shown));
    }
    append(
        help,
        "More",
        shown.stream().filter(option -> Section.of(option.longestName()).isEmpty()).toList());
    return help.toString();
  }

  private static List<OptionSpec> of(Section section, List<OptionSpec> shown) {
    return shown.stream()
        .filter(option -> Section.of(option.longestName()).equals(Optional.of(section)))
        .sorted(Comparator.comparingInt(option -> section.position(option.longestName())))
        .toList();
  }

  private void append(StringBuilder help, String title, List<OptionSpec> options) {
    boolean operands =
        title.equals(Section.INPUT.title()) && !commandSpec().positionalParameters().isEmpty();
    if (options.isEmpty() && !operands) {
      return;
    }
    Layout layout = createDefaultLayout(commandSpec().options(), List.of(), colorScheme());
    if (operands) {
      layout.addPositionalParameters(
          commandSpec().positionalParameters(), parameterLabelRenderer());
    }
    layout.addOptions(options, parameterLabelRenderer());
    help.append('\n').append(title).append(":\n").append(layout);
  }
}
