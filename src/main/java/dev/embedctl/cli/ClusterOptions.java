package dev.embedctl.cli;

import dev.embedctl.cli.options.OptionBounds;
import dev.embedctl.model.EmbedctlException.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of {@code embedctl spark} for the cluster, as {@code spark-submit} takes them. */
final class ClusterOptions {
  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "The cluster, such as yarn or spark://HOST:7077. Default: the cluster's own.")
  String master;

  @Option(
      names = "--deploy-mode",
      paramLabel = "client|cluster",
      description = "Where the driver runs. Default: the cluster's own.")
  String deployMode;

  @Option(names = "--executors", paramLabel = "N", description = "Number of executors.")
  Integer executors;

  @Option(names = "--executor-cores", paramLabel = "N", description = "Tasks at once per executor.")
  Integer executorCores;

  @Option(
      names = "--executor-memory",
      paramLabel = "SIZE",
      description = "Memory of an executor, such as 4g.")
  String executorMemory;

  @Option(
      names = "--java-home",
      paramLabel = "FOLDER",
      description = "Java 21 or newer on the cluster's machines, if theirs is older.")
  String javaHome;

  @Option(
      names = "--conf",
      paramLabel = "NAME=VALUE",
      description = "Another setting of Spark; repeat the option for several.")
  List<String> settings = new ArrayList<>();

  @Option(
      names = "--jar",
      paramLabel = "PATH",
      description = "The job's jar, on a path or URL of the cluster. Default: where it was built.")
  String jar;

  /**
   * The arguments of {@code spark-submit}.
   *
   * @throws Usage if a value is not possible
   */
  List<ShellLine.Argument> arguments() {
    List<ShellLine.Argument> arguments = new ArrayList<>();
    add("--master", master, arguments);
    add("--deploy-mode", deployMode, arguments);
    if (executors != null) {
      OptionBounds.range("--executors", executors, 1, 1_000_000);
      add("--num-executors", "" + executors, arguments);
    }
    if (executorCores != null) {
      OptionBounds.range("--executor-cores", executorCores, 1, 10_000);
      add("--executor-cores", "" + executorCores, arguments);
    }
    add("--executor-memory", executorMemory, arguments);
    if (javaHome != null) {
      setting("spark.executorEnv.JAVA_HOME=" + javaHome, arguments);
      setting("spark.yarn.appMasterEnv.JAVA_HOME=" + javaHome, arguments);
    }
    for (String each : settings) {
      if (each.indexOf('=') < 1) {
        throw new Usage("--conf " + each + ": give NAME=VALUE");
      }
      setting(each, arguments);
    }
    return arguments;
  }

  private static void add(String name, String value, List<ShellLine.Argument> arguments) {
    Optional.ofNullable(value)
        .ifPresent(given -> arguments.add(new ShellLine.Argument(name, Optional.of(given))));
  }

  private static void setting(String assignment, List<ShellLine.Argument> arguments) {
    add("--conf", assignment, arguments);
  }
}
