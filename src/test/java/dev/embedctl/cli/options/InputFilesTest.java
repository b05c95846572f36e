package dev.embedctl.cli.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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
    return InputFiles.of(Arrays.stream(inputs).map(input -> folder + "/" + input).toList()).stream()
        .map(file -> folder.relativize(file).toString().replace('\\', '/'))
        .toList();
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
    assertEquals(List.of(), InputFiles.of(List.of("-")));
    assertEquals(List.of(), InputFiles.of(List.of()));
    assertThrows(Usage.class, () -> InputFiles.of(List.of("a.jsonl", "-")));
  }
}
