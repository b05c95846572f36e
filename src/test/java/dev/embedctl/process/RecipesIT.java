package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.embedctl.process.Embedctl.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipes about runs, each run as its comment says. */
final class RecipesIT {
  @TempDir private Path folder;
  private Embedctl embedctl;

  @BeforeEach
  void copyTexts() throws Exception {
    embedctl = new Embedctl(folder);
    Files.copy(Embedctl.BASE.resolve("samples/notes.txt"), folder.resolve("notes.txt"));
  }

  static String recipe(String name) {
    return Embedctl.BASE.resolve("samples/recipes").resolve(name).toString();
  }

  /** Skips the test, and says why, where a tool is not there. */
  static void needs(String... tools) {
    for (String tool : tools) {
      assumeTrue(
          Stream.of(System.getenv("PATH").split(":"))
              .anyMatch(place -> Files.isExecutable(Path.of(place).resolve(tool))),
          tool + " is not here");
    }
  }

  @Test
  void everyRecipeBeginsWithWhatItIsFor() throws Exception {
    try (Stream<Path> recipes = Files.list(Embedctl.BASE.resolve("samples/recipes"))) {
      for (Path recipe : recipes.toList()) {
        List<String> lines = Files.readAllLines(recipe);
        assertEquals("#!/bin/sh", lines.get(0), recipe.toString());
        assertTrue(lines.get(1).startsWith("# "), recipe.toString());
        assertTrue(Files.isExecutable(recipe), recipe.toString());
        assertTrue(lines.contains("set -eu"), recipe.toString());
      }
    }
  }

  @Test
  void theCronJobIsSilentAndSkipsWhereTheRunBeforeIsBusy() throws Exception {
    needs("flock");
    String job = recipe("cron.sh") + " notes.txt out.jsonl";

    assertEquals(new Ended(0, "", ""), embedctl.shell(job));
    assertEquals(12, Files.readAllLines(folder.resolve("out.jsonl")).size());
    Files.delete(folder.resolve("out.jsonl"));
    assertEquals(
        new Ended(0, "", "the previous run is still busy with out.jsonl; skipped\n"),
        embedctl.shell("flock out.jsonl.lock " + job));
    assertTrue(Files.notExists(folder.resolve("out.jsonl")));
  }

  @Test
  void theCronJobLocksByAFolderWhereThereIsNoFlock() throws Exception {
    // Sourced, so that a function can hide the flock of this machine.
    String job =
        "(command() { [ \"$2\" != flock ]; }; set -- notes.txt out.jsonl; . "
            + recipe("cron.sh")
            + ")";

    assertEquals(new Ended(0, "", ""), embedctl.shell(job));
    assertTrue(Files.notExists(folder.resolve("out.jsonl.lock.d")));
    Files.delete(folder.resolve("out.jsonl"));
    Files.createDirectory(folder.resolve("out.jsonl.lock.d"));
    assertEquals(
        new Ended(
            0,
            "",
            "the previous run is still busy with out.jsonl; skipped (if no run is busy, remove"
                + " out.jsonl.lock.d)\n"),
        embedctl.shell(job));
    assertTrue(Files.notExists(folder.resolve("out.jsonl")));
  }

  @Test
  void theMigrationTellsWhichTextsFailedAndEndsWithFour() throws Exception {
    needs("jq");
    Files.write(folder.resolve("texts.jsonl"), List.of("\"one\"", "\" \"", "\"two\""));
    String job = recipe("ci-migration.sh") + " texts.jsonl new.jsonl";

    Ended ended = embedctl.shell(job);

    assertEquals(4, ended.code(), ended.err());
    assertTrue(ended.err().endsWith("line 2: blank_text: the text is blank\n"), ended.err());
    assertTrue(ended.out().startsWith("2 rows for 3 records, 1 failed in the run"), ended.out());
    Files.write(folder.resolve("texts.jsonl"), List.of("\"one\"", "\"mended\"", "\"two\""));
    assertEquals(0, embedctl.shell(job).code());
    assertEquals(2, embedctl.shell(job + " --provider none").code());
  }

  @Test
  void aSplitInputIsDoneByPartsAndWhatIsDoneStaysDone() throws Exception {
    needs("split");
    String job = recipe("split.sh") + " notes.txt parts 5";

    assertEquals(new Ended(0, "", ""), embedctl.shell(job));

    List<String> together = embedctl.shell("cat parts/part-*.vectors.jsonl").lines();
    assertEquals(12, together.size());
    Path second = folder.resolve("parts/part-0001.txt.vectors.jsonl");
    Path third = folder.resolve("parts/part-0002.txt.vectors.jsonl");
    Files.delete(second);
    Files.writeString(third, "not touched");
    assertEquals(new Ended(0, "", ""), embedctl.shell(job));
    assertEquals(5, Files.readAllLines(second).size());
    assertEquals("not touched", Files.readString(third));
  }

  @Test
  void jqTellsWhatTheRunWasLike() throws Exception {
    needs("jq");
    embedctl.run("batch", "notes.txt", "-o", "out.jsonl");

    Ended ended = embedctl.shell(recipe("jq.sh") + " out.jsonl");

    assertEquals("", ended.err());
    assertEquals(0, ended.code());
    List<String> lines = ended.lines();
    assertTrue(lines.get(0).matches("0% cached, 0 USD, [0-9.]+ s"), lines.get(0));
    assertEquals("{\"rows\":12,\"dimensions\":{\"384\":12}}", lines.get(1));
    assertTrue(lines.get(2).startsWith("0\t["), lines.get(2));
    assertEquals(5, lines.size() - 3);
    assertTrue(lines.get(3).matches("\\{\"id\":\\d+,\"score\":0\\.\\d+}"), lines.get(3));
  }
}
