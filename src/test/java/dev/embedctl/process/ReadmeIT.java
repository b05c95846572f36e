package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The examples of README.md and of the manual's pages: in a {@code console} block a line that
 * begins with {@code $} is a command, and the lines after it are all that it prints, to either
 * stream. The blocks of a page run in order, in one folder and with one cache.
 */
final class ReadmeIT {
  private static final Path README = Embedctl.BASE.resolve("README.md");
  private static final Path MANUAL = Embedctl.BASE.resolve("src/site/markdown");

  @TempDir private Path folder;

  /** A command and the output that its page shows. */
  private record Example(String command, List<String> output) {}

  /** A console block; its place is its page and the line at which it begins. */
  private record Block(String place, List<Example> examples) {}

  @TestFactory
  Stream<DynamicContainer> everyConsoleBlockPrintsWhatItShows() throws IOException {
    List<DynamicContainer> pages = new ArrayList<>();
    pages.add(page(README));
    try (Stream<Path> manual = Files.list(MANUAL)) {
      for (Path page : manual.filter(file -> file.toString().endsWith(".md")).sorted().toList()) {
        pages.add(page(page));
      }
    }
    return pages.stream();
  }

  private DynamicContainer page(Path page) throws IOException {
    String name = page.getFileName().toString();
    Path own = Files.createDirectory(folder.resolve(name));
    Files.createSymbolicLink(
        own.resolve("bin"), Path.of(System.getProperty("embedctl.home"), "bin"));
    Files.createSymbolicLink(own.resolve("samples"), Embedctl.BASE.resolve("samples"));
    return dynamicContainer(
        name,
        blocks(page).stream()
            .map(block -> dynamicTest(block.place(), () -> printsWhatItShows(block, own))));
  }

  private static List<Block> blocks(Path page) throws IOException {
    List<Block> blocks = new ArrayList<>();
    boolean console = false;
    List<String> lines = Files.readAllLines(page);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("```")) {
        console = line.equals("```console");
        if (console) {
          blocks.add(new Block(page.getFileName() + ":" + (i + 1), new ArrayList<>()));
        }
      } else if (console && line.startsWith("$ ")) {
        blocks.getLast().examples().add(new Example(line.substring(2), new ArrayList<>()));
      } else if (console) {
        blocks.getLast().examples().getLast().output().add(line);
      }
    }
    return blocks;
  }

  private static void printsWhatItShows(Block block, Path folder) throws Exception {
    List<Example> examples = block.examples();
    assertFalse(examples.isEmpty(), block.place() + " has no command");
    // One shell for a block, since an example may show the exit code of the one before.
    StringBuilder script = new StringBuilder("exec 3>printed\n");
    StringBuilder expected = new StringBuilder();
    for (Example example : examples) {
      script
          .append("cat >&3 <<'EXAMPLE'\n$ ")
          .append(example.command())
          .append("\nEXAMPLE\n(exit \"${code:-0}\")\n{ ")
          .append(example.command())
          .append("\n} 1>&3 2>&3\ncode=$?\n");
      expected.append("$ ").append(example.command()).append('\n');
      example.output().forEach(line -> expected.append(line).append('\n'));
    }
    String left = new Embedctl(folder).shell(script.toString()).err();

    assertEquals("", left, block.place());
    assertEquals(
        expected.toString(),
        Files.readString(folder.resolve("printed"), StandardCharsets.UTF_8),
        block.place());
  }
}
