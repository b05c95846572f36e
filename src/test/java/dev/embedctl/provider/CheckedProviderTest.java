package dev.embedctl.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.ProviderException.Transient;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

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

    assertEquals("p sent a reply that cannot be right: 1 vectors for 2 texts", refusalOf(vector));
    assertEquals(
        "p sent a reply that cannot be right: 3 vectors for 2 texts",
        refusalOf(vector, vector, vector));
  }

  @Test
  void refusesNumbersThatAreNotFinite() {
    assertEquals(
        "p sent a reply that cannot be right: vector 1: value 1 is NaN",
        refusalOf(Vector.wrap(1, 2), Vector.wrap(1, Float.NaN)));
    assertEquals(
        "p sent a reply that cannot be right: vector 0: value 0 is -Infinity",
        refusalOf(Vector.wrap(Float.NEGATIVE_INFINITY, 2), Vector.wrap(1, 2)));
  }

  @Test
  void refusesNothingButZeros() {
    assertEquals(
        "p sent a reply that cannot be right: vector 1: all values are zero",
        refusalOf(Vector.wrap(1, 2), Vector.wrap(0, -0f)));
  }

  @Test
  void refusesAnotherDimensionThanTheRunsFirst() throws Exception {
    replying.reply = List.of(Vector.wrap(1, 2));
    provider.embed(List.of("one"));

    assertEquals(
        "p sent a reply that cannot be right: vector 0 has 3 dimensions instead of 2",
        refusalOf(Vector.wrap(1, 2, 3), Vector.wrap(1, 2, 3)));
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
}
