package dev.embedctl.cli;

import dev.embedctl.cli.batch.BatchCommand;
import dev.embedctl.cli.batch.EmbedCommand;
import dev.embedctl.cli.console.CommandModels;
import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.Signals;
import dev.embedctl.cli.startup.Program;
import dev.embedctl.cli.startup.WarmupCommand;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;

/** The commands of the program, each created when it is needed. */
final class Commands {
  private static final String GENERATE_COMPLETION = "generate-completion";

  private static final List<String> NAMES =
      List.of(
          "batch",
          "embed",
          "cache",
          "models",
          "jobs",
          "doctor",
          "verify",
          "search",
          "spark",
          "providers",
          "report",
          "completion",
          "warmup");

  private final Console console;
  private final Signals signals;
  private final Program program;
  private final Supplier<CommandLine> described;

  /**
   * The commands on a console.
   *
   * @param program runs other commands
   * @param described all commands, for completion
   */
  Commands(Console console, Signals signals, Program program, Supplier<CommandLine> described) {
    this.console = console;
    this.signals = signals;
    this.program = program;
    this.described = described;
  }

  private Object create(String name) {
    return switch (name) {
      case "batch" -> new BatchCommand(console, signals);
      case "embed" -> new EmbedCommand(console, signals);
      case "cache" -> new CacheCommand(console);
      case "models" -> new ModelsCommand(console);
      case "jobs" -> new JobsCommand(console);
      case "doctor" -> new DoctorCommand(console, signals);
      case "verify" -> new VerifyCommand(console, signals);
      case "search" -> new SearchCommand(console, signals);
      case "spark" -> new SparkCommand(console);
      case "providers" -> new ProvidersCommand(console);
      case "report" -> new ReportCommand(console);
      case "completion" -> new CompletionCommand(console, described);
      case "warmup" -> new WarmupCommand(console, signals, program);
      default -> throw new IllegalArgumentException("no command " + name);
    };
  }

  /**
   * Adds the command whose name is the first argument, or all commands if there is none: picocli
   * inspects each command, which takes 15 to 20 ms for all, half of a bare JVM's start.
   */
  void addTo(CommandLine line, String... args) {
    if (args.length > 0 && NAMES.contains(args[0])) {
      add(line, args[0], create(args[0]));
    } else {
      addAllTo(line);
    }
  }

  /** Adds all commands, with those that print help and versions. */
  void addAllTo(CommandLine line) {
    for (String name : NAMES) {
      add(line, name, create(name));
    }
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
    return NAMES.stream().map(this::create);
  }
}
