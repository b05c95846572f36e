package dev.embedctl.cache;

import dev.embedctl.model.Vector;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Vectors by key. Safe for many threads at once. */
public interface VectorCache extends AutoCloseable {

  /** The vectors of those keys that are here; a vector that fails its check is not. */
  Map<CacheKey, Vector> lookup(List<CacheKey> keys) throws IOException;

  /**
   * Texts that were asked for with {@link #claim}, until it is closed. A key that is in neither
   * part is another's to pay for.
   *
   * @param found vectors that are here by now
   * @param granted keys that are not here, and that the caller alone pays for until this is closed
   */
  record Claim(Map<CacheKey, Vector> found, Set<CacheKey> granted, Runnable onClose)
      implements AutoCloseable {
    public Claim {
      found = Map.copyOf(found);
      granted = Set.copyOf(granted);
      Objects.requireNonNull(onClose);
    }

    @Override
    public void close() {
      onClose.run();
    }
  }

  /**
   * Asks for the right to pay for texts that were not here. It is given up when the claim is
   * closed, or when the process dies; until then nobody else gets it who shares this cache.
   */
  default Claim claim(List<CacheKey> keys) throws IOException {
    return new Claim(Map.of(), Set.copyOf(keys), () -> {}); // nobody shares it
  }

  /**
   * Remembers vectors; on return they survive the death of the process. A key that is here already
   * gets the new vector.
   *
   * @throws IOException where they could not be kept; those that were here before still are
   */
  void store(Map<CacheKey, Vector> vectors) throws IOException;

  /**
   * Remembers vectors that may prove to be wrong, as {@link #store} does, so that {@link
   * #forgetDoubted} can forget them.
   */
  void storeDoubted(Map<CacheKey, Vector> vectors) throws IOException;

  /**
   * Forgets the vectors that were stored as doubted since this cache was opened, and remembers no
   * more of them.
   *
   * @throws IOException where they are still there
   */
  void forgetDoubted() throws IOException;

  /** Whether it is remembered here that the server's encoded vectors are the model's. */
  boolean knowsEncoding();

  /**
   * Remembers that the server's encoded vectors are the model's: they were compared with numbers.
   *
   * @throws IOException where that cannot be kept
   */
  void confirmEncoding() throws IOException;

  @Override
  void close() throws IOException;
}
