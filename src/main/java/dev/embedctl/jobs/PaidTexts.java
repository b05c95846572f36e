package dev.embedctl.jobs;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.LogCache;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.cache.files.LockTerms;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The keys of the texts that a lane has paid for, on disk: any number of them needs little memory.
 * They are kept as a cache keeps keys, each with a vector of one number.
 */
final class PaidTexts implements Closeable {
  private static final Vector MARK = Vector.wrap(new float[] {1});
  private static final LockTerms AT_ONCE =
      new LockTerms("embedctl batch", Duration.ZERO, holder -> {});

  private static final EmbeddingSpec SPEC =
      new EmbeddingSpec(
          "paid-texts", "", "", OptionalInt.of(1), Optional.empty(), Oversize.ERROR, "");

  private final VectorCache marks;

  private PaidTexts(VectorCache marks) {
    this.marks = marks;
  }

  /** The keys in a folder, which is created if it does not exist. */
  static PaidTexts open(Path folder) {
    return new PaidTexts(LogCache.open(folder, SPEC, AT_ONCE, InstantSource.system()));
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
