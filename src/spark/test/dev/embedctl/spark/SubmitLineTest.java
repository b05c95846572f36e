package dev.embedctl.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cli.InProcess;
import dev.embedctl.cli.InProcess.Ended;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The command that {@code embedctl spark} prints is one that the job takes. */
final class SubmitLineTest {
  private static final Pattern OPTION = Pattern.compile("(?m)^ +(?:-\\w, )?(--[a-z][a-z0-9-]+)");

  /** The options that are those of {@code spark-submit}. */
  private static final Set<String> OF_THE_CLUSTER =
      Set.of(
          "--master",
          "--deploy-mode",
          "--executors",
          "--executor-cores",
          "--executor-memory",
          "--java-home",
          "--conf",
          "--jar");

  @TempDir Path folder;

  @Test
  void theCommandHasTheOptionsOfTheJob() {
    Set<String> job =
        new TreeSet<>(CommandSpec.forAnnotatedObject(new JobOptions()).optionsMap().keySet());
    job.removeIf(name -> !name.startsWith("--"));
    job.remove("--input"); // the command has operands
    Set<String> command =
        OPTION
            .matcher(new InProcess(folder).run("spark", "--help").out())
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertTrue(command.containsAll(OF_THE_CLUSTER), command.toString());
    command.removeAll(OF_THE_CLUSTER);

    assertEquals(job, command);
  }

  @Test
  void theJobReadsWhatTheCommandPrints() {
    Ended ended =
        new InProcess(folder)
            .run(
                "spark",
                "a.parquet",
                "table:b",
                "-o",
                "out",
                "--cache",
                "vectors",
                "--provider",
                "openai",
                "--rpm=7",
                "--on-error",
                "collect",
                "--max-errors",
                "5%",
                "--refresh",
                "--jar",
                "job.jar",
                "-v");
    assertEquals(0, ended.code(), ended.err());
    List<String> words = new ArrayList<>(List.of(ended.out().replace("\\\n", "").split("\\s+")));
    JobOptions job = new JobOptions();

    new CommandLine(job)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .parseArgs(
            words.subList(words.indexOf("job.jar") + 1, words.size()).toArray(String[]::new));

    assertEquals(List.of("a.parquet", "table:b"), job.inputs);
    assertEquals("out", job.output);
    assertEquals("vectors", job.cache);
    assertEquals(7, job.settings().provider().pace().requestsPerMinute().getAsInt());
    assertTrue(job.verbose);
  }
}
