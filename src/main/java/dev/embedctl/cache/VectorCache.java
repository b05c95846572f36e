package dev.embedctl.cache;

import dev.embedctl.model.Vector;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Vectors by key. Safe for many threads at once. */
public interface VectorCache extends AutoCloseable {

  /** The vectors of those keys that are here; a vector that fails its check is not. */
  Map<CacheKey, Vector> lookup(List<CacheKey> keys) throws IOException;

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
