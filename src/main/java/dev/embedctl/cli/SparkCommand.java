package dev.embedctl.cli;

import dev.embedctl.cli.ShellLine.Argument;
import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.ExitCode;
import dev.embedctl.cli.console.Version;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The command {@code embedctl spark}: prints the command that runs the same on a cluster. */
@Command(
    name = "spark",
    description = {
      "Prints the spark-submit command that does on a cluster what batch does here.",
      "Its options are those of batch. Nothing is run."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false)
final class SparkCommand implements Callable<Integer> {
  private static final String JOB = "dev.embedctl.spark.EmbedJob";
  private static final String JAR = "embedctl-spark.jar";
  private static final String JARS = "embedctl-*spark.jar";

  @Spec CommandSpec spec;

  @Mixin SparkJobOptions job;

  @Mixin ClusterOptions cluster;

  private final Console console;

  SparkCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    job.check();
    ShellLine line = new ShellLine("spark-submit");
    line.add(new Argument("--class", Optional.of(JOB)));
    cluster.arguments().forEach(line::add);
    line.add(new Argument(jar(), Optional.empty()));
    job.inputs.forEach(input -> line.add(new Argument("--input", Optional.of(input))));
    jobArguments().forEach(line::add);
    console.print(line.text());
    return ExitCode.OK.number();
  }

  /** The options of the job as typed, in the order of their declaration. */
  private Stream<Argument> jobArguments() {
    ParseResult typed = spec.commandLine().getParseResult();
    return spec.mixins().get("job").options().stream()
        .map(OptionSpec::longestName)
        .filter(typed::hasMatchedOption)
        .flatMap(name -> arguments(typed.matchedOption(name)));
  }

  private static Stream<Argument> arguments(OptionSpec option) {
    String name = option.longestName();
    if (option.arity().max() == 0) {
      return Stream.of(new Argument(name, Optional.empty()));
    }
    List<String> values = option.originalStringValues();
    Stream<String> given = option.isMultiValue() ? values.stream() : Stream.of(values.getLast());
    return given.map(value -> new Argument(name, Optional.of(value)));
  }

  private String jar() {
    return Optional.ofNullable(cluster.jar)
        .or(this::builtJar)
        .orElseGet(
            () -> {
              console.say(
                  "the job's jar is not in this installation: build it with mvn -Pspark package,"
                      + " and name it with --jar");
              return JAR;
            });
  }

  /** The jar beside the program: in an installation, or where the build puts both. */
  private Optional<String> builtJar() {
    Path home = console.home().toAbsolutePath().normalize();
    return Stream.of(home.resolve("lib"), home, home.getParent())
        .flatMap(SparkCommand::jarsIn)
        .findFirst()
        .map(Path::toString);
  }

  private static Stream<Path> jarsIn(Path folder) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, JARS)) {
      jars.forEach(found::add);
    } catch (IOException e) {
      return Stream.empty(); // as good as none: the user can name it
    }
    return found.stream().sorted();
  }
}
