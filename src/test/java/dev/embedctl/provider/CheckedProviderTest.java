package dev.embedctl.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Transient;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CheckedProviderTest {

  /** A provider that replies with whatever it was told to. */
  private static final class Replying implements EmbeddingProvider {
    private final OptionalInt dimensions;
    private List<Vector> reply = List.of();

    Replying(OptionalInt dimensions) {
      this.dimensions = dimensions;
    }

    @Override
    public EmbeddingSpec spec() {
      return new EmbeddingSpec("p", "", "m", dimensions, Optional.empty(), Oversize.ERROR, "");
    }

    @Override
    public ProviderLimits limits() {
      return new ProviderLimits(10, OptionalInt.empty(), OptionalInt.empty());
    }

    @Override
    public int tokens(String text) {
      return 1;
    }

    @Override
    public Embeddings embed(EmbeddingRequest request) {
      return new Embeddings(reply, OptionalLong.empty());
    }

    @Override
    public void close() {}
  }

  private final Replying replying = new Replying(OptionalInt.empty());
  private final CheckedProvider provider = new CheckedProvider(replying);

  private String refusalOf(Vector... reply) {
    replying.reply = List.of(reply);
    return assertThrows(Transient.class, () -> provider.embed(List.of("one", "two"))).getMessage();
  }

  @Test
  void refusesTooFewAndTooManyVectors() {
    Vector vector = Vector.wrap(1, 2);

    assertEquals("p sent an invalid reply: 1 vectors for 2 texts", refusalOf(vector));
    assertEquals(
        "p sent an invalid reply: 3 vectors for 2 texts", refusalOf(vector, vector, vector));
  }

  @Test
  void aReplyThatIsRefusedIsBilledAllTheSame() {
    CheckedProvider counted =
        new CheckedProvider(
            new ForwardingProvider(replying) {
              @Override
              public Embeddings embed(EmbeddingRequest request) {
                return new Embeddings(List.of(Vector.wrap(1, 2)), OptionalLong.of(17));
              }
            });

    Transient refused = assertThrows(Transient.class, () -> counted.embed(List.of("one", "two")));

    assertEquals(OptionalLong.of(17), refused.billed());
  }

  @Test
  void refusesNumbersThatAreNotFinite() {
    assertEquals(
        "p sent an invalid reply: vector 1: value 1 is NaN",
        refusalOf(Vector.wrap(1, 2), Vector.wrap(1, Float.NaN)));
    assertEquals(
        "p sent an invalid reply: vector 0: value 0 is -Infinity",
        refusalOf(Vector.wrap(Float.NEGATIVE_INFINITY, 2), Vector.wrap(1, 2)));
  }

  @Test
  void refusesNothingButZeros() {
    assertEquals(
        "p sent an invalid reply: vector 1: all values are zero",
        refusalOf(Vector.wrap(1, 2), Vector.wrap(0, -0f)));
  }

  @Test
  void refusesAnotherDimensionThanTheRunsFirst() throws Exception {
    replying.reply = List.of(Vector.wrap(1, 2));
    provider.embed(List.of("one"));

    assertEquals(
        "p sent an invalid reply: vector 0 has 3 dimensions instead of 2",
        refusalOf(Vector.wrap(1, 2, 3), Vector.wrap(3, 2, 1)));
  }

  @Test
  void refusesAnotherDimensionThanWasAskedFor() {
    Replying asked = new Replying(OptionalInt.of(3));
    asked.reply = List.of(Vector.wrap(1, 2));

    assertThrows(Transient.class, () -> new CheckedProvider(asked).embed(List.of("one")));
  }

  @Test
  void aBadReplyDoesNotDecideTheDimension() throws Exception {
    refusalOf(Vector.wrap(1, 2, 3), Vector.wrap(0, 0, 0));

    replying.reply = List.of(Vector.wrap(1, 2));
    assertEquals(1, provider.embed(List.of("one")).vectors().size());
  }

  @Test
  void aReplyOfMixedDimensionsDecidesNothing() throws Exception {
    assertEquals(
        "p sent an invalid reply: vector 1 has 2 dimensions instead of 3",
        refusalOf(Vector.wrap(1, 2, 3), Vector.wrap(1, 2)));

    replying.reply = List.of(Vector.wrap(1, 2));
    assertEquals(1, provider.embed(List.of("one")).vectors().size());
  }

  @Test
  void dimensionsThatAreKnownAreRefusedTwiceAndThenHopeless() {
    CheckedProvider known = new CheckedProvider(replying, OptionalInt.of(2));
    replying.reply = List.of(Vector.wrap(1, 2, 3), Vector.wrap(3, 2, 1));

    assertThrows(Transient.class, () -> known.embed(List.of("one", "two")));
    assertEquals(
        "p: vector 0 has 3 dimensions instead of 2, which m has",
        assertThrows(Hopeless.class, () -> known.embed(List.of("one", "two"))).getMessage());
  }

  @Test
  void dimensionsThatAreWrongNowAndThenAreRefusedEachTime() throws Exception {
    CheckedProvider known = new CheckedProvider(replying, OptionalInt.of(2));
    replying.reply = List.of(Vector.wrap(1, 2));
    known.embed(List.of("one"));

    replying.reply = List.of(Vector.wrap(1, 2, 3));
    for (int i = 0; i < 3; i++) {
      assertThrows(Transient.class, () -> known.embed(List.of("two")));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "alpha, beta, true",
    "the dog bites, the cat bites, true",
    "Alpha, alpha, false",
    "' alpha ', alpha, false",
    "alpha!, alpha, false",
    "café, cafe, false",
    "dog bites man, man bites dog, false",
    "漢字, 文字, false",
    "🙂, 🙃, false"
  })
  void oneVectorForTwoTextsIsRefusedWhereNoModelTakesThemForEqual(
      String one, String other, boolean refused) throws Exception {
    replying.reply = List.of(Vector.wrap(1, 2), Vector.wrap(1, 2));
    List<String> texts = List.of(one, other);
    if (refused) {
      assertThrows(Transient.class, () -> provider.embed(texts));
    } else {
      assertEquals(2, provider.embed(texts).vectors().size());
    }

    CheckedProvider alone = new CheckedProvider(replying);
    replying.reply = List.of(Vector.wrap(1, 2));
    alone.embed(List.of(one));
    if (refused) {
      assertThrows(Transient.class, () -> alone.embed(List.of(other)));
    } else {
      assertEquals(1, alone.embed(List.of(other)).vectors().size());
    }
  }

  @Test
  void longTextsThatBeginAlikeMayHaveOneVector() throws Exception {
    replying.reply = List.of(Vector.wrap(1, 2), Vector.wrap(1, 2));
    String begins = "the same words ".repeat(10);

    assertEquals(2, provider.embed(List.of(begins + "one", begins + "two")).vectors().size());
  }

  @Test
  void refusesVectorsAsLongAsNoModelsAreAndHalvesOfDoubles() {
    assertEquals(
        "p sent an invalid reply: vector 0: its length is 1.0e+20, which no model produces",
        refusalOf(Vector.wrap(1e20f, 2), Vector.wrap(1, 2)));
    Vector halves = Vector.wrap(0, 1, 0, 2, 0, 3, 0, 4);
    assertTrue(refusalOf(halves, Vector.wrap(1, 2, 3, 4, 5, 6, 7, 8)).contains("every second"));
  }

  @Test
  void refusesVectorsOfWhichHalfOrMoreIsPadding() {
    float[] values = {1, 2, 3, 4, 5, 6, 7, 8};
    Vector good = Vector.wrap(Arrays.copyOf(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 1}, 16));
    float[] behind = Arrays.copyOf(values, 16);
    float[] before = new float[40];
    System.arraycopy(values, 0, before, 32, 8);

    assertEquals(
        "p sent an invalid reply: vector 0: all but 8 of its 16 values are zero,"
            + " as if the vector was padded or cut off",
        refusalOf(Vector.wrap(behind), good));
    assertTrue(refusalOf(Vector.wrap(before), good).contains("all but 8 of its 40 values"));
  }

  @Test
  void vectorsOfCountedWordsMayHoldMostlyZeros() throws Exception {
    float[] fewWords = new float[32];
    fewWords[2] = 1;
    fewWords[8] = 1;
    fewWords[30] = 1; // every second value is zero, and more
    float[] oneWord = new float[32];
    oneWord[3] = 1;
    replying.reply = List.of(Vector.wrap(fewWords), Vector.wrap(oneWord));

    assertEquals(2, provider.embed(List.of("few words here", "one")).vectors().size());
  }
}
