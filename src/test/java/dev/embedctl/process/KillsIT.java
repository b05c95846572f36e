package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.CacheKeys;
import dev.embedctl.cache.CacheMaintenance;
import dev.embedctl.cache.LogCache;
import dev.embedctl.cache.files.LockTerms;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import dev.embedctl.process.Embedctl.Ended;
import dev.embedctl.testing.OpenAiServer;
import dev.embedctl.testing.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Processes that are over in a second, killed (SIGKILL) at a uniformly random moment of it: in the
 * start, when the cache is made, in a call, in a compaction, at the output's rename.
 *
 * <p>{@code -Dembedctl.kills=300} kills so often in all.
 */
final class KillsIT {
  private static final int KILLS = Integer.getInteger("embedctl.kills", 30);
  private static final int DIMENSIONS = 64;
  private static final int TEXTS = 60;
  private static final int TEXTS_PER_REQUEST = 3;
  private static final int CONCURRENCY = 2;
  private static final LockTerms AT_ONCE = new LockTerms("a test", Duration.ZERO, holder -> {});

  @TempDir private Path folder;
  private final Random random = new Random();

  private static String text(int i) {
    return "This is the text with the number " + i;
  }

  private static String[] batch(OpenAiServer server) {
    return ("batch input.jsonl -o out.jsonl --cache cache --provider openai --model m --base-url "
            + server.baseUrl()
            + " --concurrency "
            + CONCURRENCY
            + " --texts-per-request "
            + TEXTS_PER_REQUEST)
        .split(" ", -1);
  }

  /** A few kills in a row begin with an empty cache, and a run that is left alone ends them. */
  @Test
  void aRunKilledAtAnyMomentLeavesNothingHalfAndPaysTwiceOnlyForWhatWasInFlight() throws Exception {
    Files.writeString(
        folder.resolve("input.jsonl"),
        IntStream.range(0, TEXTS)
            .mapToObj(i -> "{\"text\":\"" + text(i) + "\"}\n")
            .collect(Collectors.joining()));
    Embedctl embedctl = new Embedctl(folder).brief();
    long lasts = 0;
    int killed = 0;
    for (int inARow = 0; killed < Math.max(1, KILLS / 2); inARow = 1 + random.nextInt(4)) {
      deleteTree(folder.resolve("cache"));
      try (OpenAiServer server = new OpenAiServer(DIMENSIONS, Duration.ofMillis(15))) {
        for (int i = 0; i < inARow; i++) {
          if (killedWithin(lasts, embedctl, batch(server))) {
            killed++;
          }
          assertTrue(sound(folder.resolve("cache")), "the cache is whole after " + killed);
          if (Files.exists(folder.resolve("out.jsonl"))) {
            assertOutputIsWhole();
          }
          Files.deleteIfExists(folder.resolve("out.jsonl"));
        }
        long start = System.nanoTime();
        Ended ended = embedctl.run(batch(server));
        if (inARow == 0) { // the first of all, which makes its cache and pays for all
          lasts = System.nanoTime() - start;
        }

        assertEquals("", ended.err());
        assertEquals(0, ended.code());
        assertOutputIsWhole();
        assertNothingIsLeft();
        assertEquals(TEXTS, server.asked().size());
        int again = server.asked().values().stream().mapToInt(times -> times - 1).sum();
        assertTrue(
            again <= inARow * CONCURRENCY * TEXTS_PER_REQUEST,
            again + " texts were asked for again after " + inARow + " kills");
      }
      Files.delete(folder.resolve("out.jsonl"));
    }
    assertEquals(0, embedctl.run("cache", "verify", "--cache", "cache").code());
  }

  private boolean killedWithin(long nanos, Embedctl embedctl, String... command) throws Exception {
    Process process = embedctl.start(command);
    if (process.waitFor((long) (random.nextDouble() * nanos), TimeUnit.NANOSECONDS)) {
      assertEquals(0, process.exitValue());
      return false;
    }
    process.destroyForcibly().waitFor();
    return true;
  }

  private void assertOutputIsWhole() throws IOException {
    AtomicInteger next = new AtomicInteger();
    Output.forEachLine(
        folder.resolve("out.jsonl"),
        line -> {
          int i = next.getAndIncrement();
          assertEquals(i, line.index());
          assertEquals(Vectors.of(text(i), DIMENSIONS), line.vector());
        });
    assertEquals(TEXTS, next.get());
  }

  private void assertNothingIsLeft() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      assertEquals(List.of(), files.filter(file -> file.toString().endsWith(".part")).toList());
    }
  }

  private static boolean sound(Path cache) {
    return new CacheMaintenance(cache, AT_ONCE, InstantSource.system()).verify().sound();
  }

  private static void deleteTree(Path top) throws IOException {
    if (Files.exists(top)) {
      try (Stream<Path> files = Files.walk(top)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** Half of the vectors are old, and each has been replaced once. */
  @ParameterizedTest(name = "cache {0}")
  @CsvSource({"compact", "prune --older-than 90d"})
  void aCacheWhoseMaintenanceIsKilledIsWholeAsItWasOrAsItWasToBe(String maintenance)
      throws Exception {
    int vectors = 8_000;
    IntPredicate old = i -> i % 2 == 0;
    Path original = folder.resolve("original");
    fill(original, vectors, old);
    Path cache = folder.resolve("cache");
    String[] command = ("cache " + maintenance + " --cache cache").split(" ", -1);
    Embedctl embedctl = new Embedctl(folder).brief();
    copyTree(original, cache);
    long start = System.nanoTime();
    assertEquals(0, embedctl.run(command).code());
    long lasts = System.nanoTime() - start;
    long rows = rows(cache);
    List<String> names = names(cache);
    for (int killed = 0; killed < Math.max(1, KILLS / 4); ) {
      deleteTree(cache);
      copyTree(original, cache);
      killed += killedWithin(lasts, embedctl, command) ? 1 : 0;

      assertTrue(sound(cache));
      assertTrue(List.of(2L * vectors, rows).contains(rows(cache)), "rows: " + rows(cache));
      Map<Integer, Vector> found = found(cache, vectors);
      found.forEach((i, vector) -> assertEquals(Vectors.of(text(i), DIMENSIONS), vector));
      boolean pruned = maintenance.startsWith("prune") && rows(cache) == rows;
      assertEquals(pruned ? vectors / 2 : vectors, found.size());
    }
    assertEquals(0, embedctl.run(command).code());
    assertEquals(0, embedctl.run("cache", "verify", "--cache", "cache").code());
    assertEquals(rows, rows(cache));
    assertEquals(names, names(cache), "nothing is left of the maintenance that was killed");
  }

  private static EmbeddingSpec spec() {
    return new EmbeddingSpec(
        "openai", "", "m", OptionalInt.empty(), Optional.empty(), Oversize.ERROR, "");
  }

  private static void fill(Path cache, int vectors, IntPredicate old) throws IOException {
    CacheKeys keys = new CacheKeys(spec());
    Map<CacheKey, Vector> older = new HashMap<>();
    Map<CacheKey, Vector> newer = new HashMap<>();
    for (int i = 0; i < vectors; i++) {
      (old.test(i) ? older : newer).put(keys.keyOf(text(i)), Vectors.of(text(i), DIMENSIONS));
    }
    InstantSource longAgo = InstantSource.fixed(Instant.now().minus(Duration.ofDays(100)));
    for (int times = 0; times < 2; times++) {
      try (LogCache log = LogCache.open(cache, spec(), AT_ONCE, longAgo)) {
        log.store(older);
      }
      try (LogCache log = LogCache.open(cache, spec(), AT_ONCE, InstantSource.system())) {
        log.store(newer);
      }
    }
  }

  private static Map<Integer, Vector> found(Path cache, int vectors) throws IOException {
    CacheKeys keys = new CacheKeys(spec());
    List<CacheKey> all = IntStream.range(0, vectors).mapToObj(i -> keys.keyOf(text(i))).toList();
    Map<Integer, Vector> found = new HashMap<>();
    try (LogCache log = LogCache.openReadOnly(cache, spec(), AT_ONCE, InstantSource.system())) {
      Map<CacheKey, Vector> vectorOf = log.lookup(all);
      for (int i = 0; i < vectors; i++) {
        Optional<Vector> vector = Optional.ofNullable(vectorOf.get(all.get(i)));
        int number = i;
        vector.ifPresent(value -> found.put(number, value));
      }
    }
    return found;
  }

  private static long rows(Path cache) {
    return new CacheMaintenance(cache, AT_ONCE, InstantSource.system()).verify().rows();
  }

  private static List<String> names(Path cache) throws IOException {
    try (Stream<Path> files = Files.walk(cache)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
