package dev.embedctl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cli.InProcess.Ended;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SparkCommandTest {
  private static final String[] NEEDED = {
    "in.parquet", "-o", "out", "--cache", "vectors", "--provider", "openai"
  };

  @TempDir private Path home;

  private Ended spark(String... more) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    List<String> line = new ArrayList<>(List.of("spark"));
    line.addAll(List.of(more));
    int code = InProcess.run("", out, err, Map.of(), home, line.toArray(String[]::new));
    return new Ended(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static String[] with(String[] first, String... more) {
    return Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void printsTheJobsOptionsBehindItsJarAndTheClustersBeforeIt() {
    Ended ended =
        spark(
            "s3a://bucket/a",
            "table:texts",
            "-o",
            "s3a://bucket/out",
            "--cache=s3a://bucket/vectors",
            "--provider",
            "openai",
            "--rpm",
            "500",
            "--refresh",
            "--master",
            "yarn",
            "--executors",
            "8",
            "--java-home",
            "/usr/lib/jvm/21",
            "--conf",
            "spark.executor.cores=2",
            "--conf",
            "a=b c",
            "--jar",
            "s3a://bucket/embedctl-spark.jar");

    assertEquals("", ended.err());
    assertEquals(0, ended.code());
    assertEquals(
        """
        spark-submit \\
          --class dev.embedctl.spark.EmbedJob \\
          --master yarn \\
          --num-executors 8 \\
          --conf spark.executorEnv.JAVA_HOME=/usr/lib/jvm/21 \\
          --conf spark.yarn.appMasterEnv.JAVA_HOME=/usr/lib/jvm/21 \\
          --conf spark.executor.cores=2 \\
          --conf 'a=b c' \\
          s3a://bucket/embedctl-spark.jar \\
          --input s3a://bucket/a \\
          --input table:texts \\
          --output s3a://bucket/out \\
          --cache s3a://bucket/vectors \\
          --provider openai \\
          --rpm 500 \\
          --refresh
        """,
        ended.out());
  }

  @Test
  void aShellPassesOnEachArgumentExactlyAsItWasTyped() throws Exception {
    List<String> values =
        List.of(
            "it's",
            "a b",
            "$HOME `id` \\",
            "\"",
            "a;b|c&d>e",
            "*",
            "~",
            "#",
            "!x",
            "ü{}",
            "two\nlines",
            "-");
    for (String value : values) {
      Ended ended =
          spark(with(NEEDED, "--metadata=" + value, "--jar", "j", "--conf", "x=" + value));
      assertEquals(0, ended.code(), ended.err());
      Process shell =
          new ProcessBuilder(
                  "sh", "-c", ended.out().replaceFirst("spark-submit", "printf '%s\\\\0'"))
              .start();
      String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, shell.waitFor());
      assertEquals(
          List.of(
              "--class",
              "dev.embedctl.spark.EmbedJob",
              "--conf",
              "x=" + value,
              "j",
              "--input",
              "in.parquet",
              "--output",
              "out",
              "--cache",
              "vectors",
              "--metadata",
              value,
              "--provider",
              "openai"),
          List.of(printed.split("\0", -1)).subList(0, 15));
    }
  }

  @Test
  void passesOnEachValueOfAnOptionThatMayBeRepeated() {
    Ended ended =
        spark(with(NEEDED, "--header", "A: 1", "--header", "B: $TOKEN", "--jar", "job.jar"));

    assertEquals(0, ended.code(), ended.err());
    assertTrue(ended.out().contains("  --header 'A: 1' \\\n  --header 'B: $TOKEN'"), ended.out());
  }

  @Test
  void namesTheJarOfTheInstallation() throws IOException {
    Path jar = home.resolve("lib/embedctl-0.1.0-spark.jar");
    Files.createDirectories(jar.getParent());
    Files.createFile(jar);

    Ended ended = spark(NEEDED);

    assertEquals("", ended.err());
    assertTrue(ended.out().contains("\n  " + jar + " \\\n"), ended.out());
  }

  @Test
  void saysWhereTheJarComesFromIfThereIsNone() {
    Ended ended = spark(NEEDED);

    assertEquals(0, ended.code());
    assertTrue(ended.out().contains("\n  embedctl-spark.jar \\\n"), ended.out());
    assertEquals(
        "embedctl: the job's jar is not in this installation: build it with mvn -Pspark package,"
            + " and name it with --jar\n",
        ended.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--provider=local | --provider local runs a model inside one process",
        "--oversize=average | --oversize average is not available on Spark",
        "--rpm=0 | --rpm 0: ",
        "--texts-per-request=x | --texts-per-request x: give a number, or auto",
        "--texts-per-task=0 | --texts-per-task 0: ",
        "--max-errors=3 | --max-errors needs --on-error collect",
        "--refresh --cache-only | --refresh pays for each text",
        "--conf=x | --conf x: give NAME=VALUE",
        "--executors=0 | --executors 0: ",
        "--no-cache | there is no option --no-cache"
      })
  void refusesWhatTheJobWouldRefuse(String options, String message) {
    Ended ended = spark(with(NEEDED, options.split(" ")));

    assertEquals(2, ended.code(), ended.out());
    assertEquals("", ended.out());
    assertTrue(ended.err().startsWith("embedctl: " + message), ended.err());
    assertEquals(1, ended.err().lines().count(), ended.err());
  }

  @Test
  void refusesWhatCannotBePrinted() {
    Ended ended = spark(with(NEEDED, "--metadata", "a\u0007"));

    assertEquals(2, ended.code());
    assertTrue(ended.err().contains("cannot be printed"), ended.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-o out --cache c --provider openai | INPUT",
        "in --cache c --provider openai | --output",
        "in -o out --provider openai | --cache"
      })
  void namesWhatIsMissing(String line, String missing) {
    Ended ended = spark(line.split(" "));

    assertEquals(2, ended.code());
    assertTrue(ended.err().contains(missing), ended.err());
    assertEquals(1, ended.err().lines().count(), ended.err());
  }
}
