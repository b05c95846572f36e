package dev.embedctl.cache;

import dev.embedctl.model.Vector;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Vectors by key. Thread-safe. */
public interface VectorCache extends AutoCloseable {

  /** Finds the vectors of keys; damaged vectors are not found. */
  Map<CacheKey, Vector> lookup(List<CacheKey> keys) throws IOException;

  /**
   * The same, by the positions of the keys. Faster for the keys of a whole chunk, above all if they
   * come in the order in which their vectors were stored.
   */
  default Found find(List<CacheKey> keys) throws IOException {
    Found found = new Found(keys.size());
    found.putMissing(keys, lookup(keys));
    return found;
  }

  /** The vectors of keys, by their positions in a list. Not thread-safe. */
  final class Found {
    private final Vector[] vectors; // null where there is none
    private int count;

    /** No vectors yet, for this number of keys. */
    public Found(int keys) {
      this.vectors = new Vector[keys];
    }

    /** The number of keys that have a vector. */
    public int count() {
      return count;
    }

    /** Whether each key has a vector. */
    public boolean isWhole() {
      return count == vectors.length;
    }

    /** Whether the key at a position has a vector. */
    public boolean has(int position) {
      return vectors[position] != null;
    }

    /** The vector of the key at a position, which has one. */
    public Vector at(int position) {
      return Objects.requireNonNull(vectors[position]);
    }

    /** Adds the vector of a key that has none. */
    void put(int position, Vector vector) {
      vectors[position] = Objects.requireNonNull(vector);
      count++;
    }

    /** The keys that have no vector, each once; the list is the one of the positions. */
    List<CacheKey> missing(List<CacheKey> keys) {
      return IntStream.range(0, vectors.length)
          .filter(i -> !has(i))
          .mapToObj(keys::get)
          .distinct()
          .toList();
    }

    /** Adds the vectors of keys that have none. */
    void putMissing(List<CacheKey> keys, Map<CacheKey, Vector> more) {
      for (int i = 0; i < vectors.length && !more.isEmpty(); i++) {
        Vector vector = has(i) ? null : more.get(keys.get(i));
        if (vector != null) {
          put(i, vector);
        }
      }
    }

    /** The vectors by their keys; the list is the one of the positions. */
    public Map<CacheKey, Vector> byKey(List<CacheKey> keys) {
      Map<CacheKey, Vector> all = HashMap.newHashMap(count);
      for (int i = 0; i < vectors.length; i++) {
        if (has(i)) {
          all.put(keys.get(i), vectors[i]);
        }
      }
      return all;
    }
  }

  /**
   * The result of {@link #claim}, valid until it is closed. Another run is paying for the keys that
   * are in neither part.
   *
   * @param found vectors that are in the cache meanwhile
   * @param granted keys that only the caller pays for until this is closed
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
   * Claims the right to pay for texts that are not in the cache. It ends when the claim is closed
   * or the process dies; until then no other user of this cache gets it.
   */
  default Claim claim(List<CacheKey> keys) throws IOException {
    return new Claim(Map.of(), Set.copyOf(keys), () -> {}); // the cache is not shared
  }

  /**
   * Whether all its vectors were stored through this object, so that none has an older key. Only
   * true of the vectors that the last look-up could find.
   */
  default boolean hasOnlyOwn() {
    return false;
  }

  /** Whether there are vectors that were stored before a time; a cache of one run has none. */
  default boolean beganBefore(Instant time) throws IOException {
    return false;
  }

  /** The first of these keys whose vector was stored before a time. */
  default Optional<CacheKey> firstStoredBefore(Instant time, List<CacheKey> keys)
      throws IOException {
    return Optional.empty();
  }

  /**
   * Stores vectors; on return they survive the death of the process. A new vector replaces an old
   * one with the same key.
   *
   * @throws IOException if they could not be stored; older vectors are not affected
   */
  void store(Map<CacheKey, Vector> vectors) throws IOException;

  /**
   * Stores vectors that may prove to be wrong, like {@link #store}, so that {@link #forgetDoubted}
   * can remove them.
   */
  void storeDoubted(Map<CacheKey, Vector> vectors) throws IOException;

  /**
   * Removes the vectors that were stored as doubted since this cache was opened, and stores no more
   * of them.
   *
   * @throws IOException if they could not be removed
   */
  void forgetDoubted() throws IOException;

  /**
   * Makes the vectors that were stored survive a power cut too; a cache of one run need not.
   *
   * @throws IOException if some of them may be lost
   */
  default void force() throws IOException {}

  /** Whether it is stored that the server encodes its vectors correctly. */
  boolean knowsEncoding();

  /**
   * Stores that the server encodes its vectors correctly, after a comparison with numbers.
   *
   * @throws IOException if this cannot be stored
   */
  void confirmEncoding() throws IOException;

  @Override
  void close() throws IOException;
}
