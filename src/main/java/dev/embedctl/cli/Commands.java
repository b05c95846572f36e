package dev.embedctl.cli;

import dev.embedctl.cli.batch.BatchCommand;
import dev.embedctl.cli.batch.EmbedCommand;
import dev.embedctl.cli.console.CommandModels;
import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.Signals;
import dev.embedctl.cli.startup.Program;
import dev.embedctl.cli.startup.WarmupCommand;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;

/** The commands of the program, each created when it is needed. */
final class Commands {
  private static final String GENERATE_COMPLETION = "generate-completion";

  private final Map<String, Supplier<Object>> makers = new LinkedHashMap<>();

  /**
   * The commands on a console.
   *
   * @param program runs other commands
   * @param described all commands, for completion
   */
  Commands(Console console, Signals signals, Program program, Supplier<CommandLine> described) {
    makers.put("batch", () -> new BatchCommand(console, signals));
    makers.put("embed", () -> new EmbedCommand(console, signals));
    makers.put("cache", () -> new CacheCommand(console));
    makers.put("models", () -> new ModelsCommand(console));
    makers.put("jobs", () -> new JobsCommand(console));
    makers.put("doctor", () -> new DoctorCommand(console, signals));
    makers.put("verify", () -> new VerifyCommand(console, signals));
    makers.put("search", () -> new SearchCommand(console, signals));
    makers.put("spark", () -> new SparkCommand(console));
    makers.put("providers", () -> new ProvidersCommand(console));
    makers.put("report", () -> new ReportCommand(console));
    makers.put("completion", () -> new CompletionCommand(console, described));
    makers.put("warmup", () -> new WarmupCommand(console, program));
  }

  /**
   * Adds the command whose name is the first argument, or all commands if there is none: picocli
   * inspects each command, which takes 15 to 20 ms for all, half of a bare JVM's start.
   */
  void addTo(CommandLine line, String... args) {
    if (args.length > 0 && makers.containsKey(args[0])) {
      add(line, args[0], makers.get(args[0]).get());
    } else {
      addAllTo(line);
    }
  }

  /** Adds all commands, with those that print help and versions. */
  void addAllTo(CommandLine line) {
    makers.forEach((name, maker) -> add(line, name, maker.get()));
    add(line, "help", new HelpCommand());
    add(line, "version", new VersionCommand());
    line.addSubcommand(GENERATE_COMPLETION, new GenerateCompletion());
    // It prints the script of completion bash without the values of options.
    CommandLine generate = line.getSubcommands().get(GENERATE_COMPLETION);
    generate.getCommandSpec().usageMessage().hidden(true);
  }

  private static void add(CommandLine line, String name, Object command) {
    line.addSubcommand(name, new CommandLine(CommandModels.of(command), CommandModels.FACTORY));
  }

  /** Creates the commands that can have settings. */
  Stream<Object> create() {
    return makers.values().stream().map(Supplier::get);
  }
}
