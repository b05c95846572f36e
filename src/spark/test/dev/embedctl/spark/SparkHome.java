package dev.embedctl.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An installation of Spark from the jars of the tests, without any class of embedctl. */
final class SparkHome {
  private final Path folder;

  private SparkHome(Path folder) {
    this.folder = folder;
  }

  /** Makes it in a folder: a jar that names the others. */
  static SparkHome in(Path folder) throws IOException {
    Path jars = Files.createDirectories(folder.resolve("jars"));
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest
        .getMainAttributes()
        .put(
            Attributes.Name.CLASS_PATH,
            Stream.of(System.getProperty("java.class.path").split(":", -1))
                .filter(entry -> entry.endsWith(".jar"))
                .map(Path::of)
                .filter(jar -> !isOfEmbedctl(jar))
                .map(jar -> jar.toUri().toString())
                .collect(Collectors.joining(" ")));
    new JarOutputStream(Files.newOutputStream(jars.resolve("spark.jar")), manifest).close();
    return new SparkHome(folder);
  }

  /** Jars that are in the job's jar and not in Spark, so that it must bring its own. */
  private static boolean isOfEmbedctl(Path jar) {
    String name = jar.getFileName().toString();
    return name.startsWith("embedctl")
        || name.startsWith("jtokkit")
        || name.startsWith("HdrHistogram")
        || name.startsWith("picocli");
  }

  /** Starts a job on a cluster of two workers, each with one core and an executor of its own. */
  Process submit(Path log, List<String> conf, Path jar, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-cp", folder.resolve("jars") + "/*"));
    command.add("org.apache.spark.deploy.SparkSubmit");
    command.addAll(List.of("--master", "local-cluster[2,1,1024]"));
    for (String each : conf) {
      command.addAll(List.of("--conf", each));
    }
    command.addAll(List.of("--class", "dev.embedctl.spark.EmbedJob", jar.toString()));
    command.addAll(arguments);
    ProcessBuilder process = new ProcessBuilder(command);
    process.environment().put("SPARK_HOME", folder.toString());
    process.environment().put("SPARK_SCALA_VERSION", "2.13"); // it has no file RELEASE
    process.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    process.environment().put("JAVA_HOME", System.getProperty("java.home"));
    process.directory(folder.toFile());
    process.redirectErrorStream(true).redirectOutput(log.toFile());
    return process.start();
  }

  /** The processes of the executors of a job. */
  static List<ProcessHandle> executorsOf(Process job) {
    return job.descendants()
        .filter(
            process ->
                process.info().arguments().map(Arrays::asList).orElse(List.of()).stream()
                    .anyMatch(word -> word.endsWith("CoarseGrainedExecutorBackend")))
        .toList();
  }
}
