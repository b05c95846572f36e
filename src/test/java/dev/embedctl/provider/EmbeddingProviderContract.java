package dev.embedctl.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.Vector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every provider promises. */
public interface EmbeddingProviderContract {

  /** A provider that answers well; the caller closes it. */
  EmbeddingProvider provider() throws Exception;

  @Test
  default void givesEachTextsVectorInTheTextsOrder() throws Exception {
    try (EmbeddingProvider provider = provider()) {
      List<String> texts = List.of("a first text", "a second one, longer", "third");
      List<Vector> together = provider.embed(texts).vectors();

      for (int i = 0; i < texts.size(); i++) {
        assertEquals(
            provider.embed(List.of(texts.get(i))).vectors().get(0), together.get(i), texts.get(i));
      }
      assertNotEquals(together.get(0), together.get(1));
    }
  }

  @Test
  default void givesEqualTextsEqualVectors() throws Exception {
    try (EmbeddingProvider provider = provider()) {
      List<Vector> vectors = provider.embed(List.of("same", "other", "same")).vectors();

      assertEquals(vectors.get(0), vectors.get(2));
    }
  }

  @Test
  default void givesVectorsOfOneDimensionWithoutDefects() throws Exception {
    try (EmbeddingProvider provider = provider()) {
      List<Vector> vectors =
          provider.embed(List.of("x", "Größe – 漢字 🙂", "line\nbreak\ttab", " spaced ")).vectors();

      for (Vector vector : vectors) {
        assertEquals(vectors.get(0).dimensions(), vector.dimensions());
        assertTrue(vector.defect().isEmpty());
      }
    }
  }

  @Test
  default void takesAsManyTextsAsItsLimitSays() throws Exception {
    try (EmbeddingProvider provider = provider()) {
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < provider.limits().textsPerRequest(); i++) {
        texts.add("text " + i);
      }

      assertEquals(texts.size(), provider.embed(texts).vectors().size());
    }
  }

  @Test
  default void servesManyThreadsAtOnce() throws Exception {
    try (EmbeddingProvider provider = provider();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Vector alone = provider.embed(List.of("shared")).vectors().get(0);
      List<Callable<Vector>> calls = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        String own = "own " + i;
        calls.add(() -> provider.embed(List.of(own, "shared")).vectors().get(1));
      }

      for (Future<Vector> vector : threads.invokeAll(calls)) {
        assertEquals(alone, vector.get());
      }
    }
  }

  @Test
  default void itsSpecStaysTheSame() throws Exception {
    try (EmbeddingProvider provider = provider()) {
      var before = provider.spec();
      provider.embed(List.of("x"));

      assertEquals(before, provider.spec());
    }
  }
}
