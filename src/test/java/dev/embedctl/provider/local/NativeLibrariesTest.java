package dev.embedctl.provider.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks the installed libraries of ONNX Runtime. */
final class NativeLibrariesTest {
  private static final Path NATIVES = DefaultModelTest.HOME.resolve("native");

  /**
   * A run without a remote provider must open no connection, but some releases of the runtime do.
   */
  @Test
  void containNoTelemetryUploader() throws IOException {
    Set<String> platforms = new TreeSet<>();
    for (Path library : libraries()) {
      platforms.add(library.getParent().getFileName().toString());
      String bytes = Files.readString(library, StandardCharsets.ISO_8859_1);
      assertFalse(bytes.contains("OneCollector"), library.toString());
    }
    assertEquals(Set.of("linux-aarch64", "linux-x64", "osx-aarch64", "win-x64"), platforms);
  }

  private static List<Path> libraries() throws IOException {
    try (Stream<Path> files = Files.walk(NATIVES)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
