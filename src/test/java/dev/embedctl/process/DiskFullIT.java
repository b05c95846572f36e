package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.embedctl.process.Embedctl.Ended;
import dev.embedctl.testing.OpenAiServer;
import dev.embedctl.testing.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A disk that is full under one of the files of a run. Needs the right to mount one. */
final class DiskFullIT {
  private static final int DIMENSIONS = 256;
  private static final int TEXTS = 1000;

  @TempDir private Path folder;
  private Path disk;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(
        sh("mount -t tmpfs -o size=1m tmpfs '" + disk + "'") == 0, "a small disk can be mounted");
  }

  @AfterEach
  void unmount() throws Exception {
    sh("umount -l '" + disk + "'");
  }

  private static int sh(String script) throws Exception {
    Process process =
        new ProcessBuilder("sh", "-c", script)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertTrue(process.waitFor(1, TimeUnit.MINUTES));
    return process.exitValue();
  }

  /** A megabyte's vectors reach the end of the disk by themselves; what is small needs it full. */
  private void fill() throws IOException {
    byte[] block = new byte[4096];
    try (var out = Files.newOutputStream(disk.resolve("filler"))) {
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      assertTrue(String.valueOf(full.getMessage()).contains("No space"), full::toString);
    }
  }

  private static String text(int i) {
    return i % 100 == 7 ? "" : "This is the text with the number " + i;
  }

  private Ended run(OpenAiServer server, String place, String onError) throws Exception {
    List<String> command = new ArrayList<>(List.of("batch", "input.jsonl"));
    command.addAll(List.of("--provider", "openai", "--model", "m", "--base-url", server.baseUrl()));
    command.addAll(List.of("--on-error", onError, "--texts-per-request", "50"));
    for (String file : List.of("cache", "output", "metrics", "errors", "events")) {
      Path where = file.equals(place) ? disk : folder;
      command.addAll(List.of("--" + file, where.resolve(file + ".jsonl").toString()));
    }
    return new Embedctl(folder).brief().run(command.toArray(String[]::new));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        // what is there | the rest of the disk | message                               | output
        "cache           | FREE                 | the cache could not be written        | WHOLE",
        "cache           | FULL                 | cannot open the cache                 | ABSENT",
        "output          | FREE                 | output.jsonl cannot be written        | ABSENT",
        "output          | FULL                 | output.jsonl cannot be written        | ABSENT",
        "metrics         | FULL                 | metrics.jsonl cannot be written       | WHOLE",
        "errors          | FULL                 | errors.jsonl cannot be written        | ABSENT",
        "events          | FULL                 | the events file is incomplete         | WHOLE",
      })
  void aFullDiskEndsTheRunWithAMessageAndNothingBoughtIsLost(
      String place, Rest rest, String message, OutputIs output) throws Exception {
    Files.writeString(
        folder.resolve("input.jsonl"),
        IntStream.range(0, TEXTS)
            .mapToObj(i -> "{\"text\":\"" + text(i) + "\"}\n")
            .collect(Collectors.joining()));
    if (rest == Rest.FULL) {
      fill();
    }
    try (OpenAiServer server = new OpenAiServer(DIMENSIONS, Duration.ofMillis(5))) {
      Ended ended = run(server, place, "collect");

      assertEquals(1, ended.code(), ended.err());
      assertTrue(ended.err().contains(message), ended.err());
      assertTrue(ended.err().contains("No space left on device"), ended.err());
      // A cache that fills up is told at once too, since the run goes on.
      assertEquals(place.equals("cache") && rest == Rest.FREE ? 2 : 1, lines(ended), ended.err());
      assertNothingIsHalf(place, output);
      assertAfterwardsAllIsWhole(server, place);
    }
  }

  private static long lines(Ended ended) {
    return ended.err().lines().count();
  }

  /** How full the disk is when the run begins. */
  enum Rest {
    FREE,
    FULL
  }

  /** What the run leaves under the output's name. */
  enum OutputIs {
    WHOLE,
    ABSENT
  }

  private void assertNothingIsHalf(String place, OutputIs output) throws IOException {
    Path file = (place.equals("output") ? disk : folder).resolve("output.jsonl");
    switch (output) {
      case WHOLE -> assertWhole(file);
      case ABSENT -> assertFalse(Files.exists(file));
    }
    for (Path parent : List.of(disk, folder)) {
      try (Stream<Path> files = Files.list(parent)) {
        assertEquals(List.of(), files.filter(left -> left.toString().endsWith(".part")).toList());
      }
    }
    Path metrics = folder.resolve("metrics.jsonl");
    if (!place.equals("metrics")) {
      String status = Output.json(metrics).get("status").textValue();
      assertTrue(Set.of("failed", "completed").contains(status), status);
    }
    assertFalse(Files.exists(disk.resolve("metrics.jsonl")));
    assertFalse(Files.exists(disk.resolve("errors.jsonl")));
  }

  /** With room on the disk, the same command ends well; what was bought is not bought again. */
  private void assertAfterwardsAllIsWhole(OpenAiServer server, String place) throws Exception {
    Set<String> bought = new HashSet<>(server.answered());
    assertEquals(0, sh("rm -f '" + disk + "/filler'; mount -o remount,size=20m '" + disk + "'"));

    Ended ended = run(server, place, "collect");

    assertEquals(4, ended.code(), ended.err());
    assertWhole((place.equals("output") ? disk : folder).resolve("output.jsonl"));
    if (!place.equals("cache")) {
      server.asked().forEach((text, times) -> assertTrue(times == 1 || !bought.contains(text)));
    }
    assertEquals(
        0,
        new Embedctl(folder)
            .brief()
            .run(
                "cache",
                "verify",
                "--cache",
                (place.equals("cache") ? disk : folder).resolve("cache.jsonl").toString())
            .code());
  }

  private static void assertWhole(Path file) throws IOException {
    AtomicInteger lines = new AtomicInteger();
    Output.forEachLine(
        file,
        line -> {
          lines.incrementAndGet();
          String text = text(Math.toIntExact(line.index()));
          assertEquals(Vectors.of(text, DIMENSIONS), line.vector());
        });
    assertEquals(TEXTS - TEXTS / 100, lines.get());
  }
}
