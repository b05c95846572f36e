package dev.embedctl.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All that the cache makes is the user's alone, whatever the process's mask would allow. */
final class FilePermissionsTest {
  private static final int ACKS = 40;

  @TempDir Path home;

  @Test
  void foldersAndFilesAreForTheUserAloneThoseThatAreSetAsideToo() throws Exception {
    assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
    Path cache = home.resolve("made/by/the/cache");
    runOfAnUnmaskedProcess(cache, 0);
    Path log = Namespace.of(cache, Samples.SPEC).folder().resolve("gen-0");
    damage(log.resolve("vec-000000.seg"), 500);
    damage(new LogFiles(log).indexes().lastEntry().getValue(), 0);
    damage(log.resolveSibling("meta.json"), 0);
    runOfAnUnmaskedProcess(cache, 5000);

    Set<String> names = new TreeSet<>();
    try (Stream<Path> all = Files.walk(home.resolve("made"))) {
      for (Path path : all.toList()) {
        names.add(path.getFileName().toString().replaceAll("\\d+", "N"));
        assertEquals(
            Files.isDirectory(path) ? "rwx------" : "rw-------",
            PosixFilePermissions.toString(Files.getPosixFilePermissions(path)),
            path.toString());
      }
    }
    assertTrue(
        names.containsAll(
            List.of(
                "LOCK",
                "meta.json",
                "vec-N.seg",
                "index-N.mapdb",
                "damaged-meta.json",
                "damaged-vec-N.seg.jsonl",
                "damaged-index-N.mapdb")),
        names::toString);
  }

  private static void runOfAnUnmaskedProcess(Path cache, int start)
      throws IOException, InterruptedException {
    try (ChildJvm child =
        ChildJvm.runUnmasked(
            KilledWriter.class,
            cache.toString(),
            Integer.toString(start),
            KilledWriter.Work.STORING.name())) {
      for (int ack = 0; ack < ACKS; ack++) {
        child.readLine();
      }
      child.kill();
    }
  }

  private static void damage(Path file, int from) throws IOException {
    byte[] content = Files.readAllBytes(file);
    Arrays.fill(content, from, from + 20, (byte) 7);
    Files.write(file, content);
  }
}
