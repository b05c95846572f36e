package dev.embedctl.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.cache.files.LockTerms;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.InputType;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;

/** Specs, keys and vectors for tests: the same number gives the same. */
final class Samples {
  static final int DIMENSIONS = 8;
  static final EmbeddingSpec SPEC = spec("openai", "text-embedding-3-small");
  static final LockTerms AT_ONCE = new LockTerms("embedctl test", Duration.ZERO, notice -> {});

  /** Small segments and early indexes, so that a few rows see all there is. */
  static final LogSettings SMALL =
      new LogSettings(40 * 80, 100, 50, CacheFiles::open, InstantSource.system());

  /** No index at all. */
  static final LogSettings UNSEALED =
      new LogSettings(40 * 80, Integer.MAX_VALUE, 50, CacheFiles::open, InstantSource.system());

  private static final CacheKeys KEYS = new CacheKeys(SPEC);

  private Samples() {}

  static EmbeddingSpec spec(String provider, String model) {
    return new EmbeddingSpec(
        provider,
        "",
        model,
        OptionalInt.of(DIMENSIONS),
        Optional.of(InputType.DOCUMENT),
        Oversize.ERROR,
        "");
  }

  static LogSettings at(InstantSource clock) {
    return new LogSettings(40 * 80, 100, 50, CacheFiles::open, clock);
  }

  static CacheKey key(int number) {
    return KEYS.keyOf("text " + number);
  }

  static List<CacheKey> keys(int from, int to) {
    return IntStream.range(from, to).mapToObj(Samples::key).toList();
  }

  static Vector vector(int number) {
    return vector(number, DIMENSIONS);
  }

  static Vector vector(int number, int dimensions) {
    Random random = new Random(number);
    float[] values = new float[dimensions];
    for (int i = 0; i < dimensions; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Vector.wrap(values);
  }

  /** The vectors from one number to before another, by their keys. */
  static Map<CacheKey, Vector> vectors(int from, int to) {
    Map<CacheKey, Vector> vectors = new HashMap<>();
    for (int i = from; i < to; i++) {
      vectors.put(key(i), vector(i));
    }
    return vectors;
  }

  /** Looks keys up by position and by key, which must find the same. */
  static Map<CacheKey, Vector> look(VectorCache cache, List<CacheKey> keys) throws IOException {
    VectorCache.Found byPosition = cache.find(keys);
    Map<CacheKey, Vector> byKey = cache.lookup(keys);
    assertEquals(byKey, byPosition.byKey(keys));
    assertEquals(byKey.keySet().containsAll(keys), byPosition.isWhole());
    return byKey;
  }

  /** Stores them one by one, so that their slots are in order. */
  static void storeEach(VectorCache cache, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      cache.store(Map.of(key(i), vector(i)));
    }
  }
}
