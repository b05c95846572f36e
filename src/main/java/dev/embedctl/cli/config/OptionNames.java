package dev.embedctl.cli.config;

import dev.embedctl.model.NameHint;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The options that files and variables may set: a command's own, and those of the others. */
final class OptionNames {
  private static final String DASHES = "--";

  /** Options that select the settings, replace the run, or confirm one command. */
  private static final Set<String> TYPED_ONLY =
      Set.of("config", "profile", "show-config", "help", "version", "yes");

  private final Map<String, OptionSpec> own;
  private final Supplier<Stream<CommandSpec>> commands;
  private Optional<Map<String, OptionSpec>> all = Optional.empty();

  /**
   * The names for a command.
   *
   * @param commands creates all commands with settings; called only for a name that the command
   *     does not have, since picocli needs time for each
   */
  OptionNames(CommandSpec command, Supplier<Stream<CommandSpec>> commands) {
    this.own = settable(command);
    this.commands = commands;
  }

  /** The options of a command that can be set, by name and in order. */
  static Map<String, OptionSpec> settable(CommandSpec command) {
    Map<String, OptionSpec> options = new LinkedHashMap<>();
    for (OptionSpec option : command.options()) {
      if (isNamed(option) && !option.hidden() && !isTypedOnly(name(option))) {
        options.put(name(option), option);
      }
    }
    return options;
  }

  /** Whether it has a long name. */
  static boolean isNamed(OptionSpec option) {
    return option.longestName().startsWith(DASHES);
  }

  /** An option's long name without its dashes. */
  static String name(OptionSpec option) {
    return option.longestName().substring(DASHES.length());
  }

  static boolean isTypedOnly(String name) {
    return TYPED_ONLY.contains(name);
  }

  /** Whether the command itself has it. */
  boolean isOwn(String name) {
    return own.containsKey(name);
  }

  boolean isKnown(String name) {
    return isOwn(name) || all().containsKey(name);
  }

  /** The nearest name, if one is similar. */
  Optional<String> nearest(String name) {
    return NameHint.nearest(name, all().keySet());
  }

  /** Whether the option of this name, which is known, may be given several times. */
  boolean isRepeatable(String name) {
    return isRepeatable(isOwn(name) ? own.get(name) : all().get(name));
  }

  /** Whether an option may be given several times. */
  static boolean isRepeatable(OptionSpec option) {
    return option.isMultiValue();
  }

  private Map<String, OptionSpec> all() {
    if (all.isEmpty()) {
      Map<String, OptionSpec> names = new LinkedHashMap<>(own);
      commands.get().forEach(command -> names.putAll(settable(command)));
      all = Optional.of(names);
    }
    return all.get();
  }
}
