package dev.embedctl.cli;

import dev.embedctl.cli.config.ConfigSources;
import dev.embedctl.cli.config.ConfiguredRun;
import dev.embedctl.cli.console.CommandModels;
import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.Console.Stream;
import dev.embedctl.cli.console.ExitCode;
import dev.embedctl.cli.console.LastLine;
import dev.embedctl.cli.console.Signals;
import dev.embedctl.cli.console.TerminalWidth;
import dev.embedctl.cli.console.Threads;
import dev.embedctl.cli.console.Version;
import dev.embedctl.cli.options.Advice;
import dev.embedctl.cli.options.SectionedHelp;
import dev.embedctl.cli.startup.HeadStart;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.ReaderGone;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.provider.Providers;
import dev.embedctl.provider.catalog.ProviderCatalog;
import dev.embedctl.service.JvmProperties;
import dev.embedctl.service.UserFolders;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The program. */
public final class Main {
  /** The character that the JVM puts in place of an argument's bytes that are not UTF-8. */
  private static final char NOT_UTF_8 = '\uFFFD';

  /**
   * Types for which picocli need not find its own converters, which takes 10 ms: all options of
   * these types have converters of ours.
   */
  static final String EXCLUDED_CONVERTERS = "java\\.(sql|time)\\..*";

  private static final int NARROWEST_HELP = 55; // the least that picocli accepts

  private final Console console;
  private final LastLine lastLine = new LastLine(new FileOutputStream(FileDescriptor.err));
  private final Signals signals = new Signals(Runtime.getRuntime()::halt);
  private final Commands commands;

  Main(Console console) {
    this.console = console;
    this.commands =
        new Commands(console, signals, (other, args) -> new Main(other).run(args), Main::described);
  }

  /** Runs a command line and exits with its code. */
  public static void main(String[] args) {
    if (isVersion(args)) {
      end(version(processConsole()));
      return;
    }
    Console console = processConsole();
    setProperties(console.home());
    Main main = new Main(console);
    LastLine lastLine = main.lastLine;
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, thrown) -> {
          if (thrown instanceof Error error) {
            main.threadEnded(error);
          } else {
            console.say("internal error: " + thrown + "; run with -v for the stack trace");
          }
        });
    HeadStart.beginFor(console.terminals(), args);
    try {
      end(main.run(args));
    } catch (Error e) {
      lastLine.write(e);
      if (isVerbose(args)) {
        console.show(trace(e));
      }
      Runtime.getRuntime().halt(ExitCode.RUN_FAILED.number()); // exit itself takes memory
    }
  }

  /**
   * Ends the process, or lets it end when {@link #main} returns: the JDK's exit first searches for
   * a logger, which opens the jar and takes 10 ms. A thread that is not a daemon would go on then.
   */
  private static void end(int code) {
    if (code != ExitCode.OK.number() || Threads.keepProcess()) {
      System.exit(code);
    }
  }

  /** Sets the recommended properties that the user did not set. */
  private static void setProperties(Path home) {
    System.setProperty("picocli.converters.excludes", EXCLUDED_CONVERTERS);
    JvmProperties.recommended(home)
        .forEach(
            (property, value) -> {
              if (System.getProperty(property) == null) {
                System.setProperty(property, value);
              }
            });
  }

  /** Prints the error with which a thread ended, and ends the run. */
  private void threadEnded(Error error) {
    try {
      lastLine.write(error);
    } finally {
      try {
        signals.fatal();
      } catch (OutOfMemoryError e) {
        lastLine.write(e); // the watchdog runs already, and ends the process
      }
    }
  }

  private static String trace(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace, true));
    return trace.toString();
  }

  private static boolean isVerbose(String... args) {
    for (String each : args) {
      if (each.equals("-v") || each.equals("--verbose")) {
        return true;
      }
    }
    return false;
  }

  /** Scripts call {@code --version} often, and picocli alone takes longer to start than the JVM. */
  private static boolean isVersion(String... args) {
    return args.length == 1 && args[0].equals("--version");
  }

  private static int version(Console console) {
    PrintWriter out = new PrintWriter(console.out(), true, StandardCharsets.UTF_8);
    for (String line : Version.lines()) {
      out.println(line);
    }
    return ExitCode.OK.number();
  }

  /** Runs a command line; returns its exit code. */
  int run(String... args) {
    if (isVersion(args)) {
      return version(console);
    }
    for (String argument : args) {
      if (argument.indexOf(NOT_UTF_8) >= 0) {
        console.say(
            argument
                + ": contains bytes that are not UTF-8, and Java cannot open a file with such a name;"
                + " rename the file or folder, or read it from standard input");
        return ExitCode.USAGE.number();
      }
    }
    PrintWriter out = new PrintWriter(console.out(), true, StandardCharsets.UTF_8);
    CommandLine line = new CommandLine(CommandModels.of(new RootCommand()), CommandModels.FACTORY);
    commands.addTo(line, args);
    line.setHelpFactory(this::help);
    ConfiguredRun configured =
        new ConfiguredRun(settings(), console::print, console::say, new CheckedRun());
    int code =
        line.setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionStrategy(configured)
            .setOverwrittenOptionsAllowed(true)
            .setOut(out)
            .setParameterExceptionHandler((e, given) -> wrongCommandLine(e, configured))
            .setExecutionExceptionHandler((e, command, given) -> failed(e, given, configured))
            .execute(args);
    out.flush();
    return code;
  }

  /** Help at the width of the terminal that shows it. */
  private SectionedHelp help(CommandSpec command, ColorScheme colors) {
    if (console.terminals().contains(Stream.OUT)) {
      TerminalWidth.now()
          .ifPresent(columns -> command.usageMessage().width(Math.max(NARROWEST_HELP, columns)));
    }
    return new SectionedHelp(command, colors);
  }

  /** All commands, for manuals and completion; without a user's environment. */
  public static CommandLine described() {
    Console nowhere =
        new Console(
            InputStream.nullInputStream(),
            OutputStream.nullOutputStream(),
            System.err,
            Map.of(),
            Set.of(),
            Path.of(""));
    CommandLine line = new CommandLine(CommandModels.of(new RootCommand()), CommandModels.FACTORY);
    new Main(nowhere).commands.addAllTo(line);
    return line;
  }

  private ConfigSources settings() {
    return new ConfigSources(
        console.env(),
        UserFolders.config(console.env()).map(folder -> folder.resolve("config.properties")),
        commands::create,
        this::keyVariable);
  }

  private Optional<String> keyVariable(String provider) {
    ProviderCatalog catalog = Providers.catalog(console.surroundings());
    return catalog.names().contains(provider)
        ? catalog.provider(provider).keyVariable()
        : Optional.empty();
  }

  private int wrongCommandLine(ParameterException e, ConfiguredRun configured) {
    console.say(
        configured.located(e, Misuse.words(e))
            + "; see "
            + e.getCommandLine().getCommandSpec().qualifiedName()
            + " --help");
    return ExitCode.USAGE.number();
  }

  /** Turns a command's failure into one line and an exit code. */
  private int failed(Exception failure, ParseResult parsed, ConfiguredRun configured) {
    if (failure instanceof ExecutionException && failure.getCause() instanceof Error error) {
      throw error;
    }
    boolean verbose = parsed.asCommandLineList().stream().anyMatch(Main::isVerbose);
    ExitCode code = ExitCode.RUN_FAILED;
    switch (failure) {
      case ReaderGone gone -> code = ExitCode.OK;
      case Usage wrong -> {
        console.say(configured.located(wrong));
        code = ExitCode.of(wrong);
      }
      case EmbedctlException known -> {
        if (!lastLine.isWritten()) { // the error of another thread is the cause of this failure
          console.say(Advice.on(known));
        }
        code = ExitCode.of(known);
      }
      default -> console.say("internal error: " + failure + "; run with -v for the stack trace");
    }
    if (verbose) {
      console.show(trace(failure));
    }
    return code.number();
  }

  /** Whether {@code -v} is set on the command line, in a file or in the environment. */
  private static boolean isVerbose(CommandLine line) {
    OptionSpec option = line.getCommandSpec().findOption("-v");
    return option != null && Boolean.TRUE.equals(option.getValue());
  }

  private static Console processConsole() {
    // The launcher checks which streams are terminals; the JDK cannot check each of them.
    List<String> listed = Arrays.asList(System.getProperty("embedctl.terminals", "").split(","));
    Set<Stream> terminals = EnumSet.noneOf(Stream.class);
    for (Stream stream : Stream.values()) {
      if (listed.contains(stream.name().toLowerCase(Locale.ROOT))) {
        terminals.add(stream);
      }
    }
    // Not System.out: a PrintStream hides the error when the reader has gone. A channel, since a
    // write to one that waits for its reader can be interrupted.
    return new Console(
        System.in,
        Channels.newOutputStream(new FileOutputStream(FileDescriptor.out).getChannel()),
        System.err,
        System.getenv(),
        terminals,
        Path.of(System.getProperty("embedctl.home", ".")));
  }
}
