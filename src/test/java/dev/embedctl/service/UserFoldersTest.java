package dev.embedctl.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A user's folders are those of the manual, on each system. */
final class UserFoldersTest {
  private static final Map<String, String> ENV =
      Map.of(
          "HOME", "/home/a", "LOCALAPPDATA", "/local", "APPDATA", "/roaming", "XDG_CACHE_HOME", "");

  @ParameterizedTest
  @CsvSource({"Linux, 2", "Mac OS X, 3", "Windows 11, 4"})
  void theManualNamesThem(String system, int column) throws IOException {
    String usual = System.getProperty("os.name");
    System.setProperty("os.name", system);
    try {
      assertEquals(inManual("cache", column), UserFolders.cache(ENV));
      assertEquals(inManual("config", column), UserFolders.config(ENV).orElseThrow());
      assertEquals(inManual("models", column), UserFolders.models(ENV).orElseThrow());
    } finally {
      System.setProperty("os.name", usual);
    }
  }

  private static Path inManual(String kind, int column) throws IOException {
    List<String> rows =
        Files.readAllLines(
                Path.of(
                    System.getProperty("embedctl.basedir"), "src", "site", "markdown", "usage.md"))
            .stream()
            .filter(line -> line.startsWith("| " + kind + " | `~"))
            .toList();
    assertEquals(1, rows.size(), rows::toString);
    return Path.of(
        rows.getFirst()
            .split("\\|", -1)[column]
            .strip()
            .replace("`", "")
            .replace('\\', '/')
            .replace("~", "/home/a")
            .replace("%LOCALAPPDATA%", "/local")
            .replace("%APPDATA%", "/roaming"));
  }

  @Test
  void theVariablesOfXdgHavePrecedence() {
    assertEquals(
        Path.of("/x/embedctl"), UserFolders.cache(Map.of("XDG_CACHE_HOME", "/x", "HOME", "/h")));
  }
}
