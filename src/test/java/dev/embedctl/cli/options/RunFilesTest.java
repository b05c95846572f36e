package dev.embedctl.cli.options;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That no two files of a run are one. */
final class RunFilesTest {
  @TempDir private Path folder;
  private final Map<String, Optional<Path>> written = new TreeMap<>();
  private Path input;

  @BeforeEach
  void name() throws IOException {
    input = Files.writeString(folder.resolve("in.jsonl"), "");
    for (String name : new String[] {"output", "errors", "metrics", "events"}) {
      written.put("--" + name, Optional.of(folder.resolve(name)));
    }
  }

  private void check() {
    RunFiles.checkDistinct(Map.of("INPUT", Optional.of(input)), written);
  }

  private void assertRefused(String option, Path path) {
    Optional<Path> before = written.put(option, Optional.of(path));
    String message = assertThrows(Usage.class, this::check).getMessage();
    assertTrue(message.contains("are one file"), message);
    written.put(option, before);
    assertDoesNotThrow(this::check);
  }

  @Test
  void everyPairIsRefusedThePartFilesToo() throws IOException {
    Files.writeString(folder.resolve("output.part"), "of a killed run");
    for (String one : written.keySet()) {
      assertRefused(one, input);
      for (String other : written.keySet()) {
        if (!one.equals(other)) {
          Path file = written.get(other).orElseThrow();
          assertRefused(one, file);
          assertRefused(one, folder.resolve(file.getFileName() + ".part"));
          assertRefused(one, folder.resolve("./x/../" + file.getFileName()));
        }
      }
    }
  }

  @Test
  void linksToOneFileAreOneFile() throws IOException {
    assertRefused("--output", Files.createLink(folder.resolve("hard"), input));
    assertRefused("--errors", Files.createSymbolicLink(folder.resolve("soft"), input));
    Path dangling = folder.resolve("dangling");
    assertRefused("--events", Files.createSymbolicLink(dangling, folder.resolve("output")));
    Path linked = Files.createSymbolicLink(folder.resolve("folder"), folder);
    assertRefused("--metrics", linked.resolve("output"));
  }

  @Test
  void anInputMayBeCalledAsAPartIs() throws IOException {
    input = Files.writeString(folder.resolve("elsewhere.part"), "");
    check();
  }
}
