package dev.embedctl.cli.console;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Builds the models of commands without reading their annotations, by classes that the build writes
 * from these annotations. For the hundred options of {@code batch}, the JVM would generate a class
 * for each kind of annotation and accessors for their fields, which no start-up cache holds: a
 * quarter of the time of a short run.
 */
public final class CommandModels {
  /**
   * Creates lists, which each run needs for its files, and leaves other types to picocli's own
   * factory, which searches the whole jar for Groovy: 15 ms, half of a bare JVM's start.
   */
  public static final IFactory FACTORY =
      new IFactory() {
        @Override
        public <K> K create(Class<K> type) throws Exception {
          return type == List.class
              ? type.cast(new ArrayList<>())
              : CommandLine.defaultFactory().create(type);
        }
      };

  private CommandModels() {}

  /**
   * The model of a command; from its annotations if the build has written no class for it.
   *
   * @param command an object with picocli's annotations
   */
  public static CommandSpec of(Object command) {
    Class<?> type = command.getClass();
    try {
      @SuppressWarnings("unchecked") // the build writes it for this type
      Function<Object, CommandSpec> model =
          Class.forName(nameFor(type))
              .asSubclass(Function.class)
              .getDeclaredConstructor()
              .newInstance();
      return model.apply(command);
    } catch (ClassNotFoundException e) {
      return CommandSpec.forAnnotatedObject(command);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the model of " + type + " cannot be used", e);
    }
  }

  /** The name of the class that the build writes for an annotated class. */
  public static String nameFor(Class<?> annotated) {
    return annotated.getName() + "Model";
  }

  /** Adds the options that {@code mixinStandardHelpOptions} stands for. */
  public static void addHelp(CommandSpec command, boolean wanted) {
    if (wanted) {
      command.addOption(
          flag("-h", "--help")
              .usageHelp(true)
              .description("Show this help message and exit.")
              .build());
      command.addOption(
          flag("-V", "--version")
              .versionHelp(true)
              .description("Print version information and exit.")
              .build());
    }
  }

  private static OptionSpec.Builder flag(String... names) {
    return OptionSpec.builder(names).type(boolean.class).initialValue(false);
  }
}
