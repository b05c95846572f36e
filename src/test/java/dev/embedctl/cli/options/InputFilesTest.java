package dev.embedctl.cli.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.io.input.InputFormat;
import dev.embedctl.model.EmbedctlException.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputFilesTest {
  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    for (String name :
        List.of("b.csv", "a.jsonl", "parts/2.txt", "parts/1.txt", "parts/deep/3.txt", ".h.txt")) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "x\n");
    }
    Files.writeString(folder.resolve("parts/notes.md"), "x\n");
  }

  private List<String> files(String... inputs) {
    return InputFiles.of(
            Arrays.stream(inputs).map(input -> folder + "/" + input).toList(),
            Optional.empty(),
            new ReadingOptions(),
            Optional.empty())
        .stream()
        .map(file -> folder.relativize(file).toString().replace('\\', '/'))
        .toList();
  }

  private List<String> texts(String[] include, String[] exclude, String... inputs) {
    ReadingOptions reading = new ReadingOptions();
    reading.include = List.of(include);
    reading.exclude = List.of(exclude);
    return InputFiles.of(
            Arrays.stream(inputs).map(input -> folder + "/" + input).toList(),
            Optional.of(InputFormat.FILES),
            reading,
            Optional.empty())
        .stream()
        .map(file -> folder.relativize(file).toString().replace('\\', '/'))
        .toList();
  }

  private void write(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  @Test
  void takesTheTextsOfAFolderThatGitDoesNotIgnore() throws IOException {
    write("src/.gitignore", "# built\n/out/\n*.log\n!keep.log\ndeep/**/x?.md\n[ab].c\ndocs\n");
    write("src/out/a.md", "x");
    write("src/lib/out/a.md", "x");
    write("src/a.log", "x");
    write("src/keep.log", "x");
    write("src/deep/er/still/x1.md", "x");
    write("src/deep/x2.md", "x");
    write("src/deep/x12.md", "x");
    write("src/a.c", "x");
    write("src/c.c", "x");
    write("src/lib/docs/d.md", "x");
    write("src/lib/.gitignore", "!b.c\n");
    write("src/lib/b.c", "x");
    write("src/.git/config", "x");
    write("src/picture", "PNG\0");

    assertEquals(
        List.of("src/c.c", "src/deep/x12.md", "src/keep.log", "src/lib/b.c", "src/lib/out/a.md"),
        texts(new String[0], new String[0], "src"));
  }

  @Test
  void heedsTheRulesOfTheRepositoryAroundTheFolder() throws IOException {
    write("repo/.git/info/exclude", "mine.md\nkept.md\n");
    write("repo/.gitignore", "*.log\n/src/built\n!kept.md\n");
    write("repo/src/built/a.md", "x");
    write("repo/src/a.log", "x");
    write("repo/src/mine.md", "x");
    write("repo/src/kept.md", "x");
    write(".gitignore", "*.md\n"); // outside of the repository

    assertEquals(List.of("repo/src/kept.md"), texts(new String[0], new String[0], "repo/src"));
  }

  @Test
  void includesAndExcludesFilesOfAFolder() {
    assertEquals(
        List.of("parts/1.txt", "parts/2.txt", "parts/deep/3.txt", "parts/notes.md"),
        texts(new String[0], new String[0], "parts"));
    assertEquals(
        List.of("parts/1.txt", "parts/deep/3.txt"),
        texts(new String[] {"*.txt"}, new String[] {"2.*", "x/**"}, "parts"));
    assertEquals(
        List.of("parts/1.txt", "parts/2.txt"),
        texts(new String[] {"*.txt"}, new String[] {"deep/**"}, "parts"));
    assertThrows(Usage.class, () -> texts(new String[] {"*.none"}, new String[0], "parts"));
    assertThrows(Usage.class, () -> texts(new String[] {"[a"}, new String[0], "parts"));
  }

  @Test
  void keepsTheOrderOfTheInputsAndAFileThatIsGivenTwice() {
    assertEquals(List.of("b.csv", "a.jsonl", "b.csv"), files("b.csv", "a.jsonl", "b.csv"));
  }

  @Test
  void sortsTheFilesOfAGlob() {
    assertEquals(List.of("b.csv", "parts/1.txt", "parts/2.txt"), files("b.csv", "parts/*.txt"));
    assertEquals(
        List.of("parts/1.txt", "parts/2.txt", "parts/deep/3.txt"), files("parts/{**/,}*.txt"));
  }

  @Test
  void leavesHiddenFilesToPatternsThatNameThem() {
    assertThrows(Usage.class, () -> files("*.txt"));
    assertEquals(List.of(".h.txt"), files(".*.txt"));
  }

  @Test
  void takesFromAFolderTheFilesOfKnownFormats() {
    assertEquals(List.of("parts/1.txt", "parts/2.txt", "parts/deep/3.txt"), files("parts"));
  }

  @Test
  void takesAFileWhoseNameHasTheCharactersOfAGlob() throws IOException {
    Files.writeString(folder.resolve("parts/[1].txt"), "x\n");

    assertEquals(List.of("parts/[1].txt"), files("parts/[1].txt"));
  }

  @Test
  void refusesInputsWithoutFiles() throws IOException {
    Files.createDirectory(folder.resolve("empty"));

    for (String input : List.of("none/*.csv", "*.none", "empty")) {
      String message = assertThrows(Usage.class, () -> files("a.jsonl", input)).getMessage();
      assertTrue(message.startsWith("INPUT " + folder), message);
    }
    assertTrue(
        assertThrows(Usage.class, () -> files("[a")).getMessage().contains("not a valid glob"));
  }

  @Test
  void takesStandardInputAlone() {
    assertEquals(
        List.of(),
        InputFiles.of(List.of("-"), Optional.empty(), new ReadingOptions(), Optional.empty()));
    assertEquals(
        List.of(),
        InputFiles.of(List.of(), Optional.empty(), new ReadingOptions(), Optional.empty()));
    assertThrows(
        Usage.class,
        () ->
            InputFiles.of(
                List.of("a.jsonl", "-"), Optional.empty(), new ReadingOptions(), Optional.empty()));
  }

  private List<String> names(String leftOut, String... inputs) {
    return InputFiles.named(
            Arrays.stream(inputs).map(input -> folder + "/" + input).toList(),
            Optional.empty(),
            new ReadingOptions(),
            Optional.of(folder.resolve(leftOut)))
        .stream()
        .map(file -> file.name().toString().replace('\\', '/'))
        .toList();
  }

  @Test
  void aFilesNameIsItsPathBelowTheFolderOrTheGlob() {
    assertEquals(
        List.of("1.txt", "b.csv", "1.txt", "2.txt", "deep/3.txt", "parts/1.txt", "parts/2.txt"),
        names("out", "parts/1.txt", "b.csv", "parts", "p*/*.txt"));
  }

  @Test
  void aFolderThatIsLeftOutIsNotFoundOnTheWay() {
    assertEquals(List.of("1.txt", "2.txt"), names("parts/deep", "parts"));
    assertEquals(List.of("3.txt"), names("parts/deep", "parts/deep/3.txt"));
    assertEquals(List.of("1.txt", "2.txt", "deep/3.txt"), names("", "parts"), "it is above");
  }

  @Test
  void aFolderWhoseFilesAreAllLeftOutIsRefused() throws IOException {
    Files.createDirectories(folder.resolve("all/out"));
    Files.writeString(folder.resolve("all/out/1.txt"), "a text");

    assertEquals(
        "INPUT "
            + folder
            + "/all: all its files belong to the output "
            + folder
            + "/all/out, and are not read",
        assertThrows(Usage.class, () -> names("all/out", "all")).getMessage());
  }

  @Test
  void aFolderIsNotReadIfItGetsTheOutputs() {
    String message = assertThrows(Usage.class, () -> names("parts", "parts/")).getMessage();

    assertTrue(message.contains("parts/: the outputs go into the same folder"), message);
    assertEquals(List.of("1.txt", "2.txt"), names("parts", "parts/*.txt"));
  }

  @Test
  void anOutputInAFolderAndTheFilesBesideItAreNotInputs() throws IOException {
    for (String ending : List.of("", ".metrics.json", ".errors.jsonl")) {
      write("parts/out.jsonl" + ending, "x");
    }
    write("parts/other.csv.metrics.json", "x");

    assertEquals(List.of("1.txt", "2.txt", "deep/3.txt"), names("parts/out.jsonl", "parts"));
    assertEquals(List.of("1.txt", "2.txt"), names("parts/out.jsonl", "parts/*.{txt,jsonl}"));
    assertEquals(
        List.of("out.jsonl", "out.jsonl.errors.jsonl"), names("new.jsonl", "parts/*.jsonl"));
    assertEquals(List.of("out.jsonl"), names("parts/out.jsonl", "parts/out.jsonl"));
  }

  @Test
  void aFileInThePlaceOfTheOutputIsAnInputIfNoRunHasWrittenIt() throws IOException {
    write("parts/out.jsonl", "x");

    assertEquals(
        List.of("1.txt", "2.txt", "deep/3.txt", "out.jsonl"), names("parts/out.jsonl", "parts"));
  }

  @Test
  void aFolderThatIsASymbolicLinkIsRead() throws IOException {
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("parts"));

    assertEquals(List.of("link/1.txt", "link/2.txt", "link/deep/3.txt"), files("link"));
    assertEquals(List.of("link/1.txt", "link/2.txt"), files("link/*.txt"));
    assertEquals(List.of("link/1.txt"), texts(new String[] {"1*"}, new String[0], "link"));
  }
}
