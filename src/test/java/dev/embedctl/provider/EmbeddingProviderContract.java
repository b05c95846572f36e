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

  /** The vectors of texts, in as few calls as the provider takes. */
  private static List<Vector> vectors(EmbeddingProvider provider, List<String> texts)
      throws Exception {
    List<Vector> vectors = new ArrayList<>();
    int most = provider.limits().textsPerRequest();
    for (int from = 0; from < texts.size(); from += most) {
      int to = Math.min(texts.size(), from + most);
      vectors.addAll(provider.embed(texts.subList(from, to)).vectors());
    }
    return vectors;
  }

  @Test
  default void givesEachTextsVectorInTheTextsOrder() throws Exception {
    try (EmbeddingProvider provider = provider()) {
      List<String> texts = List.of("a first text", "a second one, longer", "third");
      List<Vector> together = vectors(provider, texts);

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
      List<Vector> vectors = vectors(provider, List.of("same", "other", "same"));

      assertEquals(vectors.get(0), vectors.get(2));
    }
  }

  @Test
  default void givesVectorsOfOneDimensionWithoutDefects() throws Exception {
    try (EmbeddingProvider provider = provider()) {
      List<Vector> vectors =
          vectors(provider, List.of("x", "Größe – 漢字 🙂", "line\nbreak\ttab", " spaced "));

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
        calls.add(() -> vectors(provider, List.of(own, "shared")).get(1));
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
