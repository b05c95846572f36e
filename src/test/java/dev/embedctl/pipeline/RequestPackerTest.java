package dev.embedctl.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.model.Oversize;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.pipeline.PipelineOptions.OnMiss;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.EmbeddingRequest;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.ForwardingProvider;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.testing.ScriptedProvider;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class RequestPackerTest {
  private static final OptionalInt ANY = OptionalInt.empty();
  static final PipelineOptions OPTIONS = options(ANY, ANY, 64L << 20);

  private static PipelineOptions options(OptionalInt texts, OptionalInt tokens, long memory) {
    return new PipelineOptions(
        OnError.FAIL,
        OnMiss.CALL,
        4,
        10,
        texts,
        tokens,
        Optional.empty(),
        memory,
        1,
        Duration.ofSeconds(10),
        Duration.ofSeconds(5));
  }

  private static EmbeddingProvider taking(ProviderLimits limits) {
    return new ScriptedProvider(limits, Oversize.ERROR, texts -> {});
  }

  /** The requests that texts fill; a text has as many tokens as letters. */
  private static List<List<String>> packed(
      PipelineOptions options, ProviderLimits limits, String... texts) {
    RequestPacker packer = new RequestPacker(options, taking(limits));
    Deque<TextPromise> waiting = new ArrayDeque<>(Promises.of(texts));
    List<List<String>> requests = new ArrayList<>();
    while (!waiting.isEmpty()) {
      requests.add(Promises.texts(packer.take(waiting)));
    }
    return requests;
  }

  @Test
  void takesTextsInOrderUpToTheNumberThatTheProviderTakes() {
    assertEquals(
        List.of(List.of("a", "b"), List.of("c", "d"), List.of("e")),
        packed(OPTIONS, new ProviderLimits(2, ANY, ANY), "a", "b", "c", "d", "e"));
  }

  @Test
  void takesNoMoreThanTheRunHasLearnedMeanwhile() {
    AtomicInteger taken = new AtomicInteger(3);
    EmbeddingProvider learning =
        new ForwardingProvider(taking(new ProviderLimits(3, ANY, ANY))) {
          @Override
          public ProviderLimits limits() {
            return new ProviderLimits(taken.get(), ANY, ANY);
          }

          @Override
          public Embeddings embed(EmbeddingRequest request)
              throws ProviderException, InterruptedException {
            return provider().embed(request);
          }
        };
    RequestPacker packer = new RequestPacker(OPTIONS, learning);
    Deque<TextPromise> waiting = new ArrayDeque<>(Promises.of("a", "b", "c", "d", "e", "f"));

    assertEquals(List.of("a", "b", "c"), Promises.texts(packer.take(waiting)));
    taken.set(1);
    assertEquals(List.of("d"), Promises.texts(packer.take(waiting)));
  }

  @Test
  void takesNoMoreThanWasAskedFor() {
    assertEquals(
        List.of(List.of("a"), List.of("b")),
        packed(
            options(OptionalInt.of(1), ANY, 64L << 20), new ProviderLimits(2, ANY, ANY), "a", "b"));
  }

  @Test
  void takesNoMoreThanMemoryHoldsWithEachPermitAndOneMoreRequestForIt() {
    long memory = 2L * 4 * 3 * PipelineOptions.VECTOR_BYTES; // 4 permits, 3 texts each, twice

    assertEquals(
        3,
        new RequestPacker(options(ANY, ANY, memory), taking(new ProviderLimits(100, ANY, ANY)))
            .texts());
    assertEquals(
        1,
        new RequestPacker(options(ANY, ANY, 1), taking(new ProviderLimits(100, ANY, ANY))).texts());
  }

  @Test
  void keepsToTheTokensThatTheProviderTakesOrThatWereAskedFor() {
    ProviderLimits six = new ProviderLimits(100, ANY, OptionalInt.of(6));

    assertEquals(
        List.of(List.of("123", "456"), List.of("7", "89")),
        packed(OPTIONS, six, "123", "456", "7", "89"));
    assertEquals(
        List.of(List.of("123"), List.of("456", "7"), List.of("89")),
        packed(options(ANY, OptionalInt.of(4), 64L << 20), six, "123", "456", "7", "89"));
  }

  @Test
  void keepsToTheBytesOfABody() {
    ProviderLimits limits =
        new ProviderLimits(
            100, ANY, ANY, OptionalInt.of(1024 + 6), ProviderLimits.Counted.REQUESTS);

    assertEquals(
        List.of(List.of("ää", "b"), List.of("cc", "dddd"), List.of("e")),
        packed(OPTIONS, limits, "ää", "b", "cc", "dddd", "e"));
  }

  @Test
  void aTextThatFillsMoreThanARequestGoesAlone() {
    assertEquals(
        List.of(List.of("a"), List.of("much too long"), List.of("b")),
        packed(
            OPTIONS, new ProviderLimits(100, ANY, OptionalInt.of(6)), "a", "much too long", "b"));
  }
}
