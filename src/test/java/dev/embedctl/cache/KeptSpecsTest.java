package dev.embedctl.cache;

import static dev.embedctl.cache.Samples.AT_ONCE;
import static dev.embedctl.cache.Samples.SMALL;
import static dev.embedctl.cache.Samples.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import dev.embedctl.testing.MapCache;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One text, one price: what changes nothing for a text finds the vector that is there. */
final class KeptSpecsTest {
  private static final OptionalInt NONE = OptionalInt.empty();
  private static final OptionalInt EIGHT = OptionalInt.of(8);
  private static final OptionalInt FOUR = OptionalInt.of(4);
  private static final String SHORT = "a text";
  private static final String LONG = "a text that may be cut";

  @TempDir private Path folder;

  private static boolean isWhole(String text) {
    return text.length() < 10;
  }

  private static EmbeddingSpec spec(
      String endpoint, OptionalInt dimensions, Oversize oversize, OptionalInt own, String typed) {
    return new EmbeddingSpec(
        "openai",
        endpoint,
        "m",
        dimensions,
        Optional.empty(),
        oversize,
        "",
        own,
        Optional.of(typed).filter(word -> !word.isEmpty()));
  }

  private static EmbeddingSpec spec(OptionalInt dimensions, Oversize oversize, OptionalInt own) {
    return spec("http://h", dimensions, oversize, own, "");
  }

  private static CacheKey key(EmbeddingSpec spec, String text) {
    return new CacheKeys(spec, KeptSpecsTest::isWhole).keyOf(text);
  }

  /** A run pays for a text, as this version keeps it. */
  private void pay(EmbeddingSpec spec, String text) throws IOException {
    try (LogCache cache = LogCache.open(folder, spec, AT_ONCE, SMALL)) {
      cache.store(Map.of(key(spec, text), vector(1)));
    }
  }

  /** A run paid for a text, as older versions kept it: under its spec as it was typed. */
  private void paidLongAgo(EmbeddingSpec typed, String text) throws IOException {
    try (LogCache cache = LogCache.openAlone(folder, typed, SMALL)) {
      cache.store(Map.of(oldKey(typed, text), vector(1)));
    }
  }

  /** The first format: all fields of the spec, each with its length before it, then the text. */
  private static CacheKey oldKey(EmbeddingSpec spec, String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String field :
        List.of(
            "embedctl-key-1",
            spec.provider(),
            spec.endpoint(),
            spec.model(),
            spec.dimensions().isPresent() ? "" + spec.dimensions().getAsInt() : "",
            "",
            spec.oversize().name(),
            spec.revision())) {
      byte[] utf8 = field.getBytes(StandardCharsets.UTF_8);
      bytes.writeBytes(ByteBuffer.allocate(4).putInt(utf8.length).array());
      bytes.writeBytes(utf8);
    }
    bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    try {
      return CacheKey.ofBytes(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private Optional<Vector> found(EmbeddingSpec spec, String text) throws IOException {
    CacheKeys keys = new CacheKeys(spec, KeptSpecsTest::isWhole);
    CacheKey key = keys.keyOf(text);
    try (LogCache writer = LogCache.open(folder, spec, AT_ONCE, SMALL);
        LogCache reader = LogCache.openReadOnly(folder, spec, AT_ONCE, InstantSource.system())) {
      Map<CacheKey, Vector> written = keys.find(writer, Map.of(key, text));
      assertEquals(written, keys.find(reader, Map.of(key, text)));
      return Optional.ofNullable(written.get(key));
    }
  }

  /** A cache that counts the keys of look-ups. */
  private static final class Counting extends MapCache {
    private final boolean onlyOwn;
    private int keys;

    Counting(boolean onlyOwn) {
      this.onlyOwn = onlyOwn;
    }

    @Override
    public Map<CacheKey, Vector> lookup(List<CacheKey> asked) throws IOException {
      keys += asked.size();
      return super.lookup(asked);
    }

    @Override
    public boolean hasOnlyOwn() {
      return onlyOwn;
    }
  }

  private static int keysAsked(boolean onlyOwn, Oversize oversize) throws IOException {
    EmbeddingSpec spec = spec(NONE, oversize, NONE);
    CacheKeys keys = new CacheKeys(spec, KeptSpecsTest::isWhole);
    Counting cache = new Counting(onlyOwn);
    assertEquals(Map.of(), keys.find(cache, Map.of(keys.keyOf(SHORT), SHORT)));
    return cache.keys;
  }

  @Test
  void otherKeysAreOnlyLookedUpWhereTheyMayBe() throws IOException {
    assertEquals(1, keysAsked(true, Oversize.ERROR));
    assertEquals(1, keysAsked(true, Oversize.AVERAGE));
    assertEquals(2, keysAsked(true, Oversize.TRUNCATE));
    assertEquals(2, keysAsked(false, Oversize.ERROR));
  }

  @Test
  void aCacheHasOnlyOwnVectorsUntilAnotherProcessStoresSome() throws IOException {
    EmbeddingSpec spec = spec(NONE, Oversize.ERROR, NONE);
    EmbeddingSpec cutting = spec(NONE, Oversize.TRUNCATE, NONE);
    CacheKeys keys = new CacheKeys(spec, text -> true);
    CacheKey key = keys.keyOf(LONG);
    try (LogCache cache = LogCache.open(folder, spec, AT_ONCE, SMALL)) {
      cache.store(Map.of(key(spec, SHORT), vector(1)));
      assertEquals(Map.of(), keys.find(cache, Map.of(key, LONG)));
      assertTrue(cache.hasOnlyOwn());
      try (LogCache other = LogCache.open(folder, cutting, AT_ONCE, SMALL)) {
        other.store(Map.of(key(cutting, LONG), vector(2)));
        assertEquals(Map.of(key, vector(2)), keys.find(cache, Map.of(key, LONG)));
        assertFalse(cache.hasOnlyOwn());
        assertFalse(other.hasOnlyOwn());
      }
    }
    try (LogCache again = LogCache.open(folder, spec, AT_ONCE, SMALL)) {
      assertFalse(again.hasOnlyOwn());
    }
  }

  @Test
  void anOlderLogIsNotOwn() throws IOException {
    paidLongAgo(spec("http://h", EIGHT, Oversize.TRUNCATE, NONE, ""), SHORT);
    try (LogCache cache =
        LogCache.open(folder, spec(EIGHT, Oversize.ERROR, NONE), AT_ONCE, SMALL)) {
      assertFalse(cache.hasOnlyOwn());
    }
  }

  @ParameterizedTest
  @EnumSource(Oversize.class)
  void howLongTextsAreTreatedCountsForNoneThatIsWhole(Oversize paidAs) throws IOException {
    pay(spec(NONE, paidAs, NONE), SHORT);
    for (Oversize asked : Oversize.values()) {
      assertEquals(Optional.of(vector(1)), found(spec(NONE, asked, NONE), SHORT));
    }
  }

  @Test
  void aWholeTextsVectorServesATextThatMightHaveBeenCut() throws IOException {
    pay(spec(NONE, Oversize.ERROR, NONE), LONG);
    assertEquals(Optional.of(vector(1)), found(spec(NONE, Oversize.TRUNCATE, NONE), LONG));
  }

  @Test
  void aTextThatMayHaveBeenCutServesNoRunThatWantsItWhole() throws IOException {
    pay(spec(NONE, Oversize.TRUNCATE, NONE), LONG);
    paidLongAgo(spec(NONE, Oversize.TRUNCATE, NONE), LONG);
    assertEquals(Optional.empty(), found(spec(NONE, Oversize.ERROR, NONE), LONG));
    assertEquals(Optional.of(vector(1)), found(spec(NONE, Oversize.TRUNCATE, NONE), LONG));
  }

  @Test
  void theModelsOwnDimensionsSaidAloudAreNone() throws IOException {
    assertEquals(
        key(spec(NONE, Oversize.ERROR, NONE), SHORT),
        key(spec(EIGHT, Oversize.ERROR, EIGHT), SHORT));
    pay(spec(EIGHT, Oversize.ERROR, EIGHT), SHORT);
    assertEquals(Optional.of(vector(1)), found(spec(NONE, Oversize.ERROR, EIGHT), SHORT));
    assertEquals(Optional.empty(), found(spec(FOUR, Oversize.ERROR, EIGHT), SHORT));
  }

  @Test
  void ofAnUnknownModelTheVectorsThatAreThereSayWhatItsOwnDimensionsAre() throws IOException {
    pay(spec(NONE, Oversize.ERROR, NONE), SHORT);
    assertEquals(Optional.of(vector(1)), found(spec(EIGHT, Oversize.ERROR, NONE), SHORT));
    assertEquals(Optional.empty(), found(spec(FOUR, Oversize.ERROR, NONE), SHORT));
    assertNotEquals(
        key(spec(FOUR, Oversize.ERROR, NONE), SHORT), key(spec(NONE, Oversize.ERROR, NONE), SHORT));
  }

  @Test
  void oldCachesAreServedWhateverTheyWereKeptUnder() throws IOException {
    paidLongAgo(spec("HTTP://H", EIGHT, Oversize.TRUNCATE, NONE, ""), SHORT);
    for (OptionalInt dimensions : new OptionalInt[] {NONE, EIGHT}) {
      for (Oversize asked : Oversize.values()) {
        EmbeddingSpec now = spec("http://h", dimensions, asked, EIGHT, "HTTP://H");
        assertEquals(Optional.of(vector(1)), found(now, SHORT), now.toString());
      }
    }
  }

  @Test
  void newVectorsLieInOneFolderHoweverTheyAreAskedFor() throws IOException {
    pay(spec(NONE, Oversize.ERROR, EIGHT), "one");
    pay(spec(EIGHT, Oversize.TRUNCATE, EIGHT), "two");
    pay(spec(EIGHT, Oversize.TRUNCATE, EIGHT), LONG);
    assertEquals(1, Namespace.allIn(folder).size());
    assertTrue(Namespace.of(folder, spec(NONE, Oversize.ERROR, NONE)).exists());
  }

  @Test
  void whatIsFoundDamagedInAnOlderLogIsSaid() throws IOException {
    EmbeddingSpec old = spec(NONE, Oversize.TRUNCATE, NONE);
    paidLongAgo(old, SHORT);
    Namespace namespace = Namespace.of(folder, old);
    Files.write(namespace.log(namespace.meta()).segment(0), new byte[3], StandardOpenOption.APPEND);
    try (LogCache cache = LogCache.open(folder, old, AT_ONCE, SMALL)) {
      assertEquals(1, cache.counts().setAside().size());
    }
  }
}
