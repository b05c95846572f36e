package dev.embedctl.cache;

import static dev.embedctl.cache.Samples.AT_ONCE;
import static dev.embedctl.cache.Samples.SMALL;
import static dev.embedctl.cache.Samples.SPEC;
import static dev.embedctl.cache.Samples.keys;
import static dev.embedctl.cache.Samples.storeEach;
import static dev.embedctl.cache.Samples.vectors;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.Vector;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of a log whose rows move to the front of their own files. */
final class CompactionTest {
  private static final int ROWS = 30;
  private static final int DAMAGED = 20;

  @TempDir private Path folder;
  private Namespace namespace;
  private NamespaceMeta meta;

  @BeforeEach
  void fill() throws IOException {
    try (LogCache cache = LogCache.open(folder, SPEC, AT_ONCE, SMALL)) {
      storeEach(cache, 0, ROWS);
    }
    namespace = Namespace.of(folder, SPEC);
    meta = namespace.meta();
  }

  private void keepInPlace(int from) throws IOException {
    BitSet kept = new BitSet();
    kept.set(from, ROWS);
    new Compaction(namespace, meta, SMALL).keepInPlace(kept);
  }

  private Map<CacheKey, Vector> found() throws IOException {
    try (LogCache cache = LogCache.open(folder, SPEC, AT_ONCE, SMALL)) {
      return cache.lookup(keys(0, ROWS));
    }
  }

  @Test
  void rowsThatMoveStayWhatTheyAre() throws IOException {
    keepInPlace(5);

    assertEquals(vectors(5, ROWS), found());
  }

  @Test
  void aRowThatIsDamagedWhenItMovesEndsTheMoveAndNoOtherIsLost() throws IOException {
    RowLayout layout = meta.layout().orElseThrow();
    Path segment = namespace.log(meta).segment(layout.segmentOf(DAMAGED));
    long at = layout.offsetOf(layout.rowOf(DAMAGED)) + layout.rowBytes() / 2L;
    try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
      file.seek(at);
      int old = file.read();
      file.seek(at);
      file.write(old ^ 1);
    }

    IOException refused = assertThrows(IOException.class, () -> keepInPlace(5));

    assertTrue(refused.getMessage().contains("changed while they were moved"));
    Map<CacheKey, Vector> others = new HashMap<>(vectors(5, ROWS));
    others.keySet().removeAll(keys(DAMAGED, DAMAGED + 1));
    Map<CacheKey, Vector> found = new HashMap<>(found());
    found.keySet().removeAll(keys(0, 5));
    assertEquals(others, found, "each other row is whole, at its old place or its new one");
  }
}
