package dev.embedctl.cache;

import static dev.embedctl.cache.Samples.AT_ONCE;
import static dev.embedctl.cache.Samples.SMALL;
import static dev.embedctl.cache.Samples.SPEC;
import static dev.embedctl.cache.Samples.key;
import static dev.embedctl.cache.Samples.keys;
import static dev.embedctl.cache.Samples.storeEach;
import static dev.embedctl.cache.Samples.vectors;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Any of a cache's files cut, zeroed, flipped, filled with garbage or gone, several at once: each
 * row whose bytes are still where they were is served, and nothing else is.
 */
final class DamageAtRandomTest {
  private static final int ROWS = 130;
  private static final int ROW = RowLayout.HEADER_BYTES + Samples.DIMENSIONS * Float.BYTES;
  private static final int ROWS_A_SEGMENT = 40;
  private static final int TRIALS = 100;

  @TempDir Path folder;
  private final Map<Path, byte[]> whole = new TreeMap<>();

  @BeforeEach
  void fill() throws IOException {
    try (LogCache cache = open()) {
      storeEach(cache, 0, ROWS);
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        whole.put(file, Files.readAllBytes(file));
      }
    }
    assertEquals(7, whole.size(), "LOCK, meta.json, four segments, an index");
  }

  @Test
  void allThatIsWholeIsServedAndNothingElse() throws IOException {
    Random random = new Random(29);
    List<Path> files = List.copyOf(whole.keySet());
    for (int trial = 0; trial < TRIALS; trial++) {
      putBack();
      for (int i = random.nextInt(3); i >= 0; i--) {
        damage(files.get(random.nextInt(files.size())), random);
      }
      Set<CacheKey> intact = intact();
      String name = "trial " + trial;
      try (LogCache cache = open()) {
        Map<CacheKey, Vector> found = cache.lookup(keys(0, ROWS));
        assertTrue(found.keySet().containsAll(intact), name);
        found.forEach((key, vector) -> assertEquals(vectors(0, ROWS).get(key), vector, name));
        cache.store(vectors(0, ROWS));
      }
      LogCache again = open();
      try (again) {
        assertEquals(vectors(0, ROWS), again.lookup(keys(0, ROWS)), name);
      }
      assertTrue(again.counts().sound(), name);
    }
  }

  @Test
  void aMetaWithAFlippedBitIsMadeAnewOrIsANewerOne() throws IOException {
    Path meta = Namespace.of(folder, SPEC).folder().resolve("meta.json");
    int newer = 0;
    for (int at = 0; at < whole.get(meta).length; at++) {
      putBack();
      byte[] flipped = whole.get(meta).clone();
      flipped[at] ^= 2;
      Files.write(meta, flipped);
      try (LogCache cache = open()) {
        assertEquals(vectors(0, ROWS), cache.lookup(keys(0, ROWS)), "byte " + at);
      } catch (RunFailed e) {
        assertTrue(e.getMessage().contains("newer embedctl"), e.getMessage());
        newer++;
      }
    }
    assertEquals(1, newer, "the format, a 1 that became a 3");
  }

  private LogCache open() {
    return LogCache.open(folder, SPEC, AT_ONCE, SMALL);
  }

  private void putBack() throws IOException {
    CacheFiles.deleteTree(Namespace.of(folder, SPEC).folder());
    for (var file : whole.entrySet()) {
      Files.createDirectories(file.getKey().getParent());
      Files.write(file.getKey(), file.getValue());
    }
  }

  private static void damage(Path file, Random random) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    byte[] content = Files.readAllBytes(file);
    int from = random.nextInt(content.length + 1);
    int to = Math.min(content.length, from + random.nextInt(500));
    switch (random.nextInt(6)) {
      case 0 -> Files.write(file, Arrays.copyOf(content, from));
      case 1 -> {
        Arrays.fill(content, from, to, (byte) 0);
        Files.write(file, content);
      }
      case 2 -> {
        for (int at = from; at < to; at += 1 + random.nextInt(200)) {
          content[at] ^= (byte) (1 << random.nextInt(8));
        }
        Files.write(file, content);
      }
      case 3 -> {
        byte[] garbage = new byte[content.length];
        random.nextBytes(garbage);
        Files.write(file, garbage);
      }
      case 4 -> Files.write(file, Arrays.copyOf(content, content.length + random.nextInt(500)));
      default -> Files.delete(file);
    }
  }

  /** The keys of the rows whose bytes are what they were. */
  private Set<CacheKey> intact() throws IOException {
    Set<CacheKey> intact = new HashSet<>();
    LogFiles log = new LogFiles(Namespace.of(folder, SPEC).folder().resolve("gen-0"));
    for (int number = 0; number < ROWS; number++) {
      Path segment = log.segment(number / ROWS_A_SEGMENT);
      int at = number % ROWS_A_SEGMENT * ROW;
      byte[] now = Files.exists(segment) ? Files.readAllBytes(segment) : new byte[0];
      byte[] was = whole.get(segment);
      if (now.length >= at + ROW && Arrays.equals(now, at, at + ROW, was, at, at + ROW)) {
        intact.add(key(number));
      }
    }
    return intact;
  }
}
