package dev.embedctl.cache;

import dev.embedctl.model.Vector;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * A process that stores numbered vectors for ever and says of each batch, once it is stored, which
 * number comes next; now and then it closes and opens its cache, which seals an index.
 */
final class KilledWriter {
  static final int DIMENSIONS = 96;
  static final LogSettings SETTINGS =
      new LogSettings(200_000, 300, 200, CacheFiles::open, InstantSource.system());
  private static final int BATCHES_A_SESSION = 15;

  private KilledWriter() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    int next = Integer.parseInt(arguments[1]);
    Random random = new Random(next);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    while (true) {
      try (LogCache cache = LogCache.open(folder, Samples.SPEC, Samples.AT_ONCE, SETTINGS)) {
        for (int i = 0; i < BATCHES_A_SESSION; i++) {
          int end = next + 1 + random.nextInt(40);
          Map<CacheKey, Vector> batch = new HashMap<>();
          for (; next < end; next++) {
            batch.put(Samples.key(next), Samples.vector(next, DIMENSIONS));
          }
          cache.store(batch);
          out.println(next);
        }
      }
    }
  }
}
