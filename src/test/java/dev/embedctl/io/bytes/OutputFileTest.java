package dev.embedctl.io.bytes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.embedctl.model.EmbedctlException;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
  @TempDir Path folder;

  @Test
  void getsItsNameOnlyWhenItIsComplete() throws IOException {
    Path file = folder.resolve("out.jsonl");
    try (OutputFile output = OutputFile.open(file)) {
      write(output, "new");

      assertEquals(List.of("out.jsonl.part"), names());
      output.commit();
      assertEquals(List.of("out.jsonl"), names());
    }

    assertEquals(List.of("out.jsonl"), names());
    assertEquals("new", Files.readString(file));
  }

  @Test
  void keepsTheOldFileWithoutCommit() throws IOException {
    Path file = Files.writeString(folder.resolve("out.jsonl"), "old");
    try (OutputFile output = OutputFile.open(file)) {
      write(output, "new");
    }

    assertEquals(List.of("out.jsonl"), names());
    assertEquals("old", Files.readString(file));
  }

  @Test
  void overwritesThePartFileOfAKilledRun() throws IOException {
    Path file = folder.resolve("out.jsonl");
    Files.writeString(folder.resolve("out.jsonl.part"), "much that a killed run had written");
    try (OutputFile output = OutputFile.open(file)) {
      write(output, "new");
      output.commit();
    }

    assertEquals("new", Files.readString(file));
    assertEquals(List.of("out.jsonl"), names());
  }

  @Test
  void neverRenamesAForeignFileInPlaceOfThePartFile() throws IOException {
    Path file = Files.writeString(folder.resolve("out.jsonl"), "old");
    Path part = folder.resolve("out.jsonl.part");
    try (OutputFile output = OutputFile.open(file)) {
      write(output, "new");
      Files.delete(part);
      Files.writeString(part, "foreign");
      EmbedctlException.RunFailed e =
          assertThrows(EmbedctlException.RunFailed.class, output::commit);
      assertTrue(e.getMessage().contains("deleted, moved or replaced"), e.getMessage());
    }
    assertEquals("old", Files.readString(file));
    assertEquals("foreign", Files.readString(part));
  }

  @Test
  void aDeletedFolderFailsTheRun() throws IOException {
    Path inside = Files.createDirectory(folder.resolve("inside"));
    try (OutputFile output = OutputFile.open(inside.resolve("out.jsonl"))) {
      write(output, "new");
      Files.delete(inside.resolve("out.jsonl.part"));
      Files.delete(inside);
      EmbedctlException.RunFailed e =
          assertThrows(EmbedctlException.RunFailed.class, output::commit);
      assertTrue(e.getMessage().contains("out.jsonl"), e.getMessage());
    }
  }

  @Test
  void refusesAnOutputThatAnotherRunIsWriting() throws IOException {
    Path file = folder.resolve("out.jsonl");
    try (OutputFile first = OutputFile.open(file)) {
      write(first, "first");
      EmbedctlException.RunFailed e =
          assertThrows(EmbedctlException.RunFailed.class, () -> OutputFile.open(file));
      assertTrue(e.getMessage().contains("another run is writing this file"), e.getMessage());
      first.commit();
    }

    assertEquals("first", Files.readString(file));
  }

  @Test
  void refusesAnOutputThatAnotherProcessIsWriting() throws Exception {
    Path file = folder.resolve("out.jsonl");
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                HoldsAnOutput.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertEquals('!', other.getInputStream().read());
      assertThrows(EmbedctlException.RunFailed.class, () -> OutputFile.open(file));
      assertEquals(List.of("out.jsonl.part"), names());
    } finally {
      other.destroyForcibly();
      assertTrue(other.waitFor(30, TimeUnit.SECONDS));
    }

    // The killed process left its part file, but its lock is gone.
    assertEquals(List.of("out.jsonl.part"), names());
    try (OutputFile output = OutputFile.open(file)) {
      write(output, "next");
      output.commit();
    }
    assertEquals("next", Files.readString(file));
  }

  /** Another process, which begins an output and prints a line. */
  static final class HoldsAnOutput {
    private HoldsAnOutput() {}

    public static void main(String[] args) throws IOException {
      try (OutputFile output = OutputFile.open(Path.of(args[0]))) {
        write(output, "never whole");
        System.out.write('!');
        System.out.flush();
        // Waits to be killed.
        assertEquals(-1, System.in.read());
      }
    }
  }

  @Test
  void replacesTheTargetOfASymbolicLink() throws IOException {
    Path store = Files.createDirectory(folder.resolve("store"));
    Path target = Files.writeString(store.resolve("real.jsonl"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("a"), Path.of("b"));
    Files.createSymbolicLink(folder.resolve("b"), Path.of("store", "real.jsonl"));
    try (OutputFile output = OutputFile.open(link)) {
      write(output, "new");
      assertTrue(Files.exists(store.resolve("real.jsonl.part")));
      output.commit();
    }

    assertTrue(Files.isSymbolicLink(link));
    assertEquals("new", Files.readString(target));
  }

  @Test
  void createsTheMissingTargetOfASymbolicLink() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("later"));
    try (OutputFile output = OutputFile.open(link)) {
      write(output, "new");
      output.commit();
    }

    assertEquals("new", Files.readString(folder.resolve("later")));
    assertTrue(Files.isSymbolicLink(link));
  }

  @Test
  void refusesACycleOfLinks() throws IOException {
    Path a = Files.createSymbolicLink(folder.resolve("a"), Path.of("b"));
    Files.createSymbolicLink(folder.resolve("b"), Path.of("a"));

    assertThrows(EmbedctlException.Usage.class, () -> OutputFile.open(a));
  }

  @Test
  void hasThePermissionsOfTheReplacedFileOrTheOwnersOnly() throws IOException {
    assumeTrue(File.separatorChar == '/');
    Path fresh = folder.resolve("fresh");
    Path replaced = Files.writeString(folder.resolve("replaced"), "old");
    Files.setPosixFilePermissions(replaced, PosixFilePermissions.fromString("rw-r--r--"));
    Files.writeString(folder.resolve("fresh.part"), "of a killed run, readable to all");
    for (Path file : List.of(fresh, replaced)) {
      try (OutputFile output = OutputFile.open(file)) {
        write(output, "new");
        output.commit();
      }
    }

    assertEquals("rw-------", permissions(fresh));
    assertEquals("rw-r--r--", permissions(replaced));
  }

  @Test
  void writesADeviceDirectly() {
    Path device = Path.of("/dev/null");
    assumeTrue(Files.exists(device));
    try (OutputFile output = OutputFile.open(device)) {
      write(output, "gone");
      output.commit();
    }

    assertTrue(Files.exists(device));
    assertFalse(Files.exists(Path.of("/dev/null.part")));
  }

  @Test
  void writesANamedPipeDirectly() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")));
    Path pipe = folder.resolve("pipe");
    assertEquals(0, new ProcessBuilder("/usr/bin/mkfifo", pipe.toString()).start().waitFor());
    Process reader = new ProcessBuilder("cat", pipe.toString()).start();
    try (OutputFile output = OutputFile.open(pipe)) {
      write(output, "through");
      output.commit();
    }

    assertEquals(
        "through", new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    assertEquals(List.of("pipe"), names());
  }

  @Test
  void refusesAFolderAndAPathInAMissingFolder() {
    assertThrows(EmbedctlException.Usage.class, () -> OutputFile.open(folder));
    Path missing = folder.resolve("no").resolve("out.jsonl");
    EmbedctlException.Usage e =
        assertThrows(EmbedctlException.Usage.class, () -> OutputFile.open(missing));
    assertTrue(e.getMessage().contains("the folder " + folder.resolve("no")));
  }

  @Test
  void doesNotFollowALinkInPlaceOfThePartFile() throws IOException {
    Path precious = Files.writeString(folder.resolve("precious"), "kept");
    Files.createSymbolicLink(folder.resolve("out.part"), precious);

    assertThrows(EmbedctlException.RunFailed.class, () -> OutputFile.open(folder.resolve("out")));
    assertEquals("kept", Files.readString(precious));
  }

  @Test
  void overwritesAHeader() throws IOException {
    Path file = folder.resolve("out.npy");
    try (OutputFile output = OutputFile.open(file)) {
      write(output, "????body");
      output.rewrite(1, ByteBuffer.wrap("12".getBytes(StandardCharsets.UTF_8)));
      write(output, " end");
      output.commit();
    }

    assertEquals("?12?body end", Files.readString(file));
  }

  @Test
  void deletesTheOldFileIfThereIsToBeNone() throws IOException {
    Path file = Files.writeString(folder.resolve("out.errors.jsonl"), "old");
    try (OutputFile output = OutputFile.open(file)) {
      output.commitAbsence();
      output.commitAbsence();
    }

    assertEquals(List.of(), names());
  }

  private static void write(OutputFile output, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    output.write(bytes, 0, bytes.length);
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
