package dev.embedctl.provider.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class BuiltInFilesTest {
  private static final Path FILES =
      Path.of(System.getProperty("embedctl.basedir"), "src/main/constants");

  @Test
  void theConstantsAreTheFiles() throws IOException {
    assertEquals(
        Files.readString(FILES.resolve("catalog.json")), BuiltInFiles.CATALOG.strip() + "\n");
    assertEquals(
        Files.readString(FILES.resolve("prefixes.json")), BuiltInFiles.PREFIXES.strip() + "\n");
  }
}
