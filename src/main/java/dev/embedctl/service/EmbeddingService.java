package dev.embedctl.service;

import dev.embedctl.cache.VectorCache;
import dev.embedctl.io.input.TextSource;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.Outcome;
import dev.embedctl.model.StopSignal;
import dev.embedctl.pipeline.BatchPipeline;
import dev.embedctl.pipeline.BatchPipeline.Ending;
import dev.embedctl.pipeline.PipelineEvent;
import dev.embedctl.pipeline.PipelineListener;
import dev.embedctl.pipeline.PipelineOptions;
import dev.embedctl.provider.EmbeddingProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Embeds texts: looks each up in the cache, sends only the misses to the provider, and returns the
 * vectors in the order of the texts.
 *
 * <pre>{@code
 * try (EmbeddingService service =
 *     EmbeddingService.builder().provider("openai").environment(System.getenv()).build()) {
 *   service.generateBatch(List.of("a text", "another")).embeddings().forEach(System.out::println);
 * }
 * }</pre>
 *
 * <p>Several threads may call one service; each call is a run of its own, with its own pace.
 */
public final class EmbeddingService implements AutoCloseable {
  private final Calls calls;
  private final VectorCache cache;
  private final PipelineOptions options;
  private final Closing owned;

  /** Creates the provider of one run. */
  @FunctionalInterface
  interface Calls {

    /** A provider that retries, paces and checks, and that ends its waits when the run stops. */
    EmbeddingProvider during(StopSignal run);
  }

  /** Closes what a service owns. */
  @FunctionalInterface
  interface Closing {
    void close() throws IOException;
  }

  EmbeddingService(Calls calls, VectorCache cache, PipelineOptions options, Closing owned) {
    this.calls = calls;
    this.cache = cache;
    this.options = options;
    this.owned = owned;
  }

  /** A builder with the command line's defaults. */
  public static EmbeddingServiceBuilder builder() {
    return new EmbeddingServiceBuilder();
  }

  /**
   * A service over a provider and a cache that the caller opened, and closes.
   *
   * @param provider a provider with checks, pace and retries
   */
  public static EmbeddingService over(
      EmbeddingProvider provider, VectorCache cache, PipelineOptions options) {
    return new EmbeddingService(run -> provider, cache, options, () -> {});
  }

  /**
   * The embeddings of a list of texts, all in memory.
   *
   * @throws EmbedctlException.InvalidInput if a text cannot be embedded and the first failure ends
   *     the batch
   * @throws EmbedctlException.RunFailed if the provider or the cache failed
   */
  public EmbeddingBatchResponse generateBatch(List<String> texts) throws InterruptedException {
    List<EmbeddingResponse> embeddings = new ArrayList<>(texts.size());
    List<EmbeddingError> errors = new ArrayList<>();
    BatchFigures figures =
        generate(
            texts.iterator(),
            new EmbeddingReceiver() {
              @Override
              public void embedded(EmbeddingResponse response) {
                embeddings.add(response);
              }

              @Override
              public void failed(EmbeddingError error) {
                errors.add(error);
              }
            });
    return new EmbeddingBatchResponse(
        embeddings,
        errors,
        figures.cacheHits(),
        figures.totalCount(),
        figures.processingTimeSeconds());
  }

  /**
   * The embeddings of any number of texts, in bounded memory.
   *
   * @param texts read on another thread, a few hundred ahead
   * @param receiver an exception that it throws ends the batch and is thrown here
   * @throws EmbedctlException as {@link #generateBatch} does
   */
  public BatchFigures generate(Iterator<String> texts, EmbeddingReceiver receiver)
      throws InterruptedException {
    return generate(texts, receiver, new StopSignal());
  }

  /**
   * The same, until it is stopped.
   *
   * @param stop ends the batch early; also raised if the batch fails
   */
  public BatchFigures generate(Iterator<String> texts, EmbeddingReceiver receiver, StopSignal stop)
      throws InterruptedException {
    long start = System.nanoTime();
    Tally tally = new Tally();
    ResultSink sink = new ResultSink(receiver);
    BatchPipeline pipeline =
        new BatchPipeline(
            new TextSource("texts", texts),
            sink,
            sink.failures(),
            cache,
            calls.during(stop),
            options,
            stop,
            tally);
    try {
      if (pipeline.run() == Ending.INTERRUPTED) {
        throw new RunFailed("the batch was stopped after " + tally.total + " texts");
      }
    } catch (RunFailed e) {
      if (sink.thrown().isPresent()) {
        throw sink.thrown().get();
      }
      throw e;
    }
    return new BatchFigures(tally.hits, tally.total, (System.nanoTime() - start) / 1e9);
  }

  /** Closes what {@link EmbeddingServiceBuilder#build} opened. */
  @Override
  public void close() {
    try {
      owned.close();
    } catch (IOException e) {
      throw new RunFailed("the cache cannot be closed: " + e.getMessage(), e);
    }
  }

  /** Counts results; the events that it reads come from the writing thread alone. */
  private static final class Tally implements PipelineListener {
    private long hits;
    private long total;

    @Override
    public void on(PipelineEvent event) {
      if (event instanceof PipelineEvent.ChunkWritten written) {
        total += written.outcomes().size();
        hits += written.outcomes().stream().filter(Outcome.Hit.class::isInstance).count();
      }
    }
  }
}
