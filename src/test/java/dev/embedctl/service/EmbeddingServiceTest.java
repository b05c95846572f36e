package dev.embedctl.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.FailureCode;
import dev.embedctl.model.Vector;
import dev.embedctl.pipeline.PipelineOptions;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.testing.MapCache;
import dev.embedctl.testing.ScriptedProvider;
import dev.embedctl.testing.Vectors;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The flow as a program sees it. */
final class EmbeddingServiceTest {
  private final ScriptedProvider provider = new ScriptedProvider(16, texts -> {});
  private final MapCache cache = new MapCache();

  private static PipelineOptions options(OnError onError) {
    EmbeddingServiceBuilder builder = EmbeddingService.builder();
    if (onError == OnError.COLLECT) {
      builder.collectErrors();
    }
    return builder.settings().pipeline();
  }

  private EmbeddingService service(OnError onError) {
    return EmbeddingService.over(provider, cache, options(onError));
  }

  private static Vector vectorOf(String text) {
    return Vectors.of(text, ScriptedProvider.DIMENSIONS);
  }

  /** A receiver that keeps what it gets. */
  private static final class Kept implements EmbeddingReceiver {
    private final List<EmbeddingResponse> embeddings = new ArrayList<>();
    private final List<EmbeddingError> errors = new ArrayList<>();

    @Override
    public void embedded(EmbeddingResponse response) {
      embeddings.add(response);
    }

    @Override
    public void failed(EmbeddingError error) {
      errors.add(error);
    }
  }

  @Test
  void eachTextGetsItsVectorInItsPlaceAndIsPaidOnce() throws Exception {
    List<String> texts = IntStream.range(0, 1000).mapToObj(i -> "text " + i % 700).toList();

    EmbeddingBatchResponse response = service(OnError.FAIL).generateBatch(texts);

    assertEquals(1000, response.embeddings().size());
    for (int i = 0; i < texts.size(); i++) {
      assertEquals(i, response.embeddings().get(i).index());
      assertEquals(vectorOf(texts.get(i)), response.embeddings().get(i).embedding());
    }
    assertEquals(700, provider.sent().size());
    assertEquals(1000, response.totalCount());
    assertEquals(List.of(), response.errors());
  }

  @Test
  void whatIsInTheCacheIsCountedAsAHit() throws Exception {
    service(OnError.FAIL).generateBatch(List.of("one", "two", "three"));

    EmbeddingBatchResponse response =
        service(OnError.FAIL).generateBatch(List.of("one", "two", "three", "four"));

    assertEquals(3, response.cacheHits());
    assertEquals(0.75, response.cacheHitRate());
    assertEquals(
        List.of(true, true, true, false),
        response.embeddings().stream().map(EmbeddingResponse::cached).toList());
    assertEquals(4, provider.sent().size());
    assertTrue(response.processingTimeSeconds() > 0);
  }

  @Test
  void anEmptyBatchHasNoHitRate() throws Exception {
    EmbeddingBatchResponse response = service(OnError.FAIL).generateBatch(List.of());

    assertEquals(0, response.cacheHitRate());
    assertEquals(0, response.totalCount());
  }

  @Test
  void anInvalidTextEndsABatchBeforeAnythingOfItsChunkIsSent() {
    InvalidInput e =
        assertThrows(
            InvalidInput.class, () -> service(OnError.FAIL).generateBatch(List.of("a text", "  ")));

    assertEquals("texts:2: the text is blank", e.getMessage());
    assertEquals(List.of(), provider.sent());
  }

  @Test
  void failuresCanBeCollected() throws Exception {
    EmbeddingBatchResponse response =
        service(OnError.COLLECT).generateBatch(List.of("a text", "  ", "another"));

    assertEquals(
        List.of(0L, 2L), response.embeddings().stream().map(EmbeddingResponse::index).toList());
    assertEquals(1, response.errors().size());
    assertEquals(1, response.errors().getFirst().index());
    assertEquals(FailureCode.BLANK_TEXT, response.errors().getFirst().failure().code());
    assertEquals(3, response.totalCount());
  }

  @Test
  void aProviderThatFailsEndsTheBatchWithItsWords() {
    ScriptedProvider failing =
        new ScriptedProvider(
            16,
            texts -> {
              throw new ProviderException.Refused("no such thing");
            });

    RunFailed e =
        assertThrows(
            RunFailed.class,
            () ->
                EmbeddingService.over(failing, cache, options(OnError.FAIL))
                    .generateBatch(List.of("a text")));

    assertTrue(e.getMessage().contains("no such thing"), e.getMessage());
  }

  @Test
  void anyNumberOfTextsIsReadAsTheResultsAreTaken() throws Exception {
    int count = 20_000;
    Kept kept = new Kept();

    BatchFigures figures =
        service(OnError.FAIL)
            .generate(IntStream.range(0, count).mapToObj(i -> "text " + i).iterator(), kept);

    assertEquals(count, figures.totalCount());
    assertEquals(count, kept.embeddings.size());
    assertEquals(count - 1, kept.embeddings.getLast().index());
  }

  @Test
  void anExceptionOfTheReceiverEndsTheBatchAsItIs() {
    IllegalStateException thrown = new IllegalStateException("the receiver is full");

    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () ->
                service(OnError.FAIL)
                    .generate(
                        List.of("a text").iterator(),
                        new EmbeddingReceiver() {
                          @Override
                          public void embedded(EmbeddingResponse response) {
                            throw thrown;
                          }

                          @Override
                          public void failed(EmbeddingError error) {}
                        }));

    assertSame(thrown, e);
  }

  @Test
  void settingsTravelInTheirSerialForm() throws Exception {
    EmbeddingSettings settings =
        EmbeddingService.builder()
            .provider("openai")
            .model("text-embedding-3-small")
            .dimensions(256)
            .concurrency(3)
            .settings();

    assertEquals(settings, copied(settings));
    EmbeddingSettings defaults = EmbeddingService.builder().settings();
    assertEquals(defaults, copied(defaults));
  }

  private static Object copied(Object value) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }

  @Test
  void aMissingKeyIsToldBeforeAnythingElse() {
    EmbeddingServiceBuilder builder =
        EmbeddingService.builder().provider("openai").environment(Map.of("HOME", "/nowhere"));

    Usage e = assertThrows(Usage.class, builder::build);

    assertTrue(e.getMessage().contains("OPENAI_API_KEY"), e.getMessage());
  }

  @Test
  void aServiceMayBeUsedAgainAndAgain() throws Exception {
    EmbeddingService service = service(OnError.FAIL);
    for (String text : Arrays.asList("one", "two")) {
      assertEquals(
          vectorOf(text), service.generateBatch(List.of(text)).embeddings().getFirst().embedding());
    }
  }
}
