package dev.embedctl.cache;

import static dev.embedctl.cache.Samples.AT_ONCE;
import static dev.embedctl.cache.Samples.SMALL;
import static dev.embedctl.cache.Samples.SPEC;
import static dev.embedctl.cache.Samples.keys;
import static dev.embedctl.cache.Samples.look;
import static dev.embedctl.cache.Samples.storeEach;
import static dev.embedctl.cache.Samples.vectors;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is done to which file of a cache, and what becomes of it: what is whole is served, what is
 * not is counted and set aside, once, and no wrong vector is ever served. The cache has 130 rows in
 * segments of 40, and an index of all.
 */
final class DamageMatrixTest {
  private static final int ROWS = 130;
  private static final int ROW = RowLayout.HEADER_BYTES + Samples.DIMENSIONS * Float.BYTES;
  private static final String META = "meta.json";
  private static final String INDEX = "gen-0/index-130.mapdb";

  @TempDir Path folder;

  /** Does something to a file; an empty array removes the file's content, not the file. */
  @FunctionalInterface
  interface Change {
    byte[] of(byte[] content);
  }

  /**
   * A line of the table.
   *
   * @param file what is damaged, in the namespace's folder
   * @param lost the vectors that are misses then
   * @param counted how many of them the run can tell of
   * @param anew what is made anew from the rows
   * @param aside where the damaged is found afterwards
   */
  record Case(
      String name,
      String file,
      Change change,
      List<Integer> lost,
      int counted,
      List<String> anew,
      List<String> aside) {
    @Override
    public String toString() {
      return name + ": " + file;
    }
  }

  private static Case rows(String name, int segment, Change change, List<Integer> lost) {
    String file = "vec-00000" + segment + ".seg";
    List<String> aside = List.of("gen-0/damaged-" + file + ".jsonl");
    return new Case(name, "gen-0/" + file, change, lost, lost.size(), List.of(), aside);
  }

  /** Damage behind which nothing is left to be set aside. */
  private static Case gone(String name, int segment, Change change, List<Integer> lost) {
    Case with = rows(name, segment, change, lost);
    return new Case(name, with.file(), change, lost, lost.size(), List.of(), List.of());
  }

  /** Damage at the log's end, which the index knows to have been further away. */
  private static Case end(
      String name, int segment, Change change, List<Integer> lost, String... at) {
    Case with = rows(name, segment, change, lost);
    List<String> aside =
        Stream.concat(Stream.of("gen-0/damaged-index-130.mapdb"), Stream.of(at)).toList();
    List<String> anew = List.of("index-130.mapdb");
    return new Case(name, with.file(), change, lost, lost.size(), anew, aside);
  }

  private static Case index(String name, Change change) {
    List<String> aside = List.of("gen-0/damaged-index-130.mapdb");
    return new Case(name, INDEX, change, List.of(), 0, List.of("index-130.mapdb"), aside);
  }

  private static Case meta(String name, Change change) {
    return new Case(name, META, change, List.of(), 0, List.of(META), List.of("damaged-meta.json"));
  }

  static List<Case> cases() {
    return List.of(
        rows("a byte of a vector flipped", 1, flip(10 * ROW + 60), List.of(50)),
        rows("a byte of a key flipped", 1, flip(10 * ROW + 20), List.of(50)),
        rows("a byte of a row's number flipped", 1, flip(10 * ROW + 12), List.of(50)),
        rows("a byte of a row's mark flipped", 1, flip(10 * ROW), List.of(50)),
        rows("a page zeroed", 2, zero(5 * ROW + 9, 8 * ROW + 9), range(85, 89)),
        rows("zeroed", 1, zero(0, 40 * ROW), range(40, 80)),
        rows("garbage", 1, DamageMatrixTest::garbage, range(40, 80)),
        rows("cut within a row", 0, cut(20 * ROW + 33), range(20, 40)),
        gone("cut between rows", 0, cut(20 * ROW), range(20, 40)),
        gone("cut to nothing", 0, cut(0), range(0, 40)),
        end("cut within the last row", 3, cut(10 * ROW - 1), range(129, 130), aside(3)),
        end("cut within a row", 3, cut(3 * ROW + 1), range(123, 130), aside(3)),
        end("cut between rows", 3, cut(3 * ROW), range(123, 130)),
        end("cut to nothing", 3, cut(0), range(120, 130)),
        index("cut", cut(70_000)),
        index("cut to nothing", cut(0)),
        index("zeroed", zero(0, 1 << 20)),
        index("a page zeroed, its end whole", zero(4096, 8192)),
        index("garbage", DamageMatrixTest::garbage),
        index("a byte of a key flipped", flip(900)),
        index("longer by a byte", content -> Arrays.copyOf(content, content.length + 1)),
        meta("cut", cut(50)),
        meta("cut to nothing", cut(0)),
        meta("zeroed", zero(0, 100)),
        meta("garbage", DamageMatrixTest::garbage),
        meta("more dimensions", replace("\"vector_dimensions\" : 8", "\"vector_dimensions\" : 9")),
        meta("fewer rows", replace("\"rows_per_segment\" : 40", "\"rows_per_segment\" : 20")),
        meta("another log", replace("\"generation\" : 0", "\"generation\" : 1")),
        meta("another model", replace("text-embedding-3-small", "text-embedding-3-large")));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatIsWholeIsServedAndWhatIsNotIsCountedAndSetAsideOnce(Case damage) throws IOException {
    fill(SPEC);
    Path file = namespace().folder().resolve(damage.file());
    Files.write(file, damage.change().of(Files.readAllBytes(file)));

    CacheCounts counts = runThatPaysFor(damage.lost());

    assertEquals(damage.counted(), counts.damaged());
    assertEquals(damage.anew(), counts.rebuilt());
    assertEquals(new TreeSet<>(damage.aside()), names(counts.setAside()));
    assertEquals(
        new TreeSet<>(damage.aside()), names(maintenance().stats().parts().getFirst().setAside()));
    assertTrue(runThatPaysFor(List.of()).sound(), "once is enough");
    assertEquals(new TreeSet<>(damage.aside()), names(namespace().setAside(namespace().meta())));
    maintenance().compact();
    assertEquals(List.of(), namespace().setAside(namespace().meta()));
    assertTrue(maintenance().verify().sound());
    assertTrue(runThatPaysFor(List.of()).sound());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void verifyTellsOfTheDamageAndNoMoreOnceItIsSetAside(Case damage) throws IOException {
    fill(SPEC);
    Path file = namespace().folder().resolve(damage.file());
    Files.write(file, damage.change().of(Files.readAllBytes(file)));

    assertFalse(maintenance().verify().sound());
    runThatPaysFor(damage.lost());

    VerifyReport report = maintenance().verify();
    assertEquals(gaps(damage), report.damagedRows(), "rows that are gone until it is compacted");
    assertEquals(List.of(), report.parts().getFirst().problems());
    assertEquals(new TreeSet<>(damage.aside()), names(report.parts().getFirst().setAside()));
  }

  private static int gaps(Case damage) {
    boolean shorter = damage.name().startsWith("cut") && damage.file().endsWith("0.seg");
    return shorter ? damage.lost().size() : 0;
  }

  /** A run that looks all texts up, buys what is missing, and must find exactly that missing. */
  private CacheCounts runThatPaysFor(List<Integer> lost) throws IOException {
    LogCache cache = LogCache.open(folder, SPEC, AT_ONCE, SMALL);
    try (cache) {
      Map<CacheKey, Vector> expected = new HashMap<>(vectors(0, ROWS));
      lost.forEach(number -> expected.remove(Samples.key(number)));
      assertEquals(expected, look(cache, keys(0, ROWS)));
      for (int number : lost) {
        storeEach(cache, number, number + 1);
      }
      assertEquals(vectors(0, ROWS), look(cache, keys(0, ROWS)));
    }
    return cache.counts();
  }

  private void fill(EmbeddingSpec spec) throws IOException {
    try (LogCache cache = LogCache.open(folder, spec, AT_ONCE, SMALL)) {
      storeEach(cache, 0, ROWS);
    }
  }

  private Namespace namespace() {
    return Namespace.of(folder, SPEC);
  }

  private CacheMaintenance maintenance() {
    return new CacheMaintenance(folder, AT_ONCE, SMALL);
  }

  private Set<String> names(List<Path> files) {
    Set<String> names = new TreeSet<>();
    files.forEach(file -> names.add(namespace().folder().relativize(file).toString()));
    return names;
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  private static String aside(int segment) {
    return "gen-0/damaged-vec-00000" + segment + ".seg.jsonl";
  }

  private static Change flip(int at) {
    return content -> {
      content[at] ^= 4;
      return content;
    };
  }

  private static Change zero(int from, int to) {
    return content -> {
      Arrays.fill(content, from, to, (byte) 0);
      return content;
    };
  }

  private static Change cut(int length) {
    return content -> Arrays.copyOf(content, length);
  }

  private static byte[] garbage(byte[] content) {
    new Random(4).nextBytes(content);
    return content;
  }

  private static Change replace(String old, String with) {
    return content -> {
      String text = new String(content, StandardCharsets.UTF_8);
      assertTrue(text.contains(old), text);
      return text.replace(old, with).getBytes(StandardCharsets.UTF_8);
    };
  }
}
