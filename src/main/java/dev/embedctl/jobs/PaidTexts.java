package dev.embedctl.jobs;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.model.Vector;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The keys of the texts that a lane has paid for, on disk. */
final class PaidTexts implements Closeable {
  private static final Vector MARK = Vector.wrap(new float[] {1});

  private final VectorCache marks;

  private PaidTexts(VectorCache marks) {
    this.marks = marks;
  }

  /** The keys in a folder, which is created if it does not exist. */
  static PaidTexts open(Path folder, LaneDisk disk) {
    return new PaidTexts(disk.marks(folder, MARK.dimensions()));
  }

  void add(Collection<CacheKey> keys) throws IOException {
    Map<CacheKey, Vector> marked = HashMap.newHashMap(keys.size());
    keys.forEach(key -> marked.put(key, MARK));
    marks.store(marked);
  }

  /** Makes the keys that were added survive a power cut. */
  void force() throws IOException {
    marks.force();
  }

  /** The keys among these that were added. */
  Set<CacheKey> among(Collection<CacheKey> keys) throws IOException {
    return marks.lookup(List.copyOf(keys)).keySet();
  }

  @Override
  public void close() throws IOException {
    marks.close();
  }
}
