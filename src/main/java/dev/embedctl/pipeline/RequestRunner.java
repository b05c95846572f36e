package dev.embedctl.pipeline;

import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.FailureCode;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.StopSignal;
import dev.embedctl.model.TextFailure;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.EmbeddingRequest;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.ProviderException;
import java.time.Duration;
import java.util.List;

/**
 * Carries out requests: asks the provider, puts the vectors into the cache, then keeps the texts'
 * promises, in that order. A request that is refused is halved until the text at fault is alone.
 */
final class RequestRunner {
  private final String sourceName;
  private final EmbeddingProvider provider;
  private final VectorStore store;
  private final MissQueue queue;
  private final OnError onError;
  private final RunFailure fault;
  private final ErrorTally tally;
  private final StopSignal stop;
  private final Runnable onKept;

  RequestRunner(
      String sourceName,
      EmbeddingProvider provider,
      VectorStore store,
      MissQueue queue,
      OnError onError,
      RunFailure fault,
      ErrorTally tally,
      StopSignal stop,
      Runnable onKept) {
    this.sourceName = sourceName;
    this.provider = provider;
    this.store = store;
    this.queue = queue;
    this.onError = onError;
    this.fault = fault;
    this.tally = tally;
    this.stop = stop;
    this.onKept = onKept;
  }

  /** Carries out a request; what goes wrong becomes the texts' outcome, or the run's fault. */
  void run(List<TextPromise> request) throws InterruptedException {
    long start = System.nanoTime();
    Chunk chunk = request.get(0).chunk();
    try {
      Embeddings embeddings = provider.embed(toSend(request));
      chunk.countCalls(embeddings.calls());
      store.store(request, embeddings.vectors());
      tally.succeeded(request.size());
      queue.keep(request, embeddings.vectors(), since(start));
      onKept.run();
    } catch (ProviderException e) {
      chunk.countCalls(e.attempts());
      switch (e) {
        case ProviderException.Refused refused when request.size() > 1 -> halve(request);
        case ProviderException.Refused refused ->
            fail(request, FailureCode.REFUSED, refused, start);
        case ProviderException.Transient failure when isWorthHalving(failure, request) ->
            halve(request);
        case ProviderException.Transient failure ->
            fail(request, FailureCode.PROVIDER_FAILED, failure, start);
        case ProviderException.Unsent unsent -> {} // its texts wait for the next run
        case ProviderException.Hopeless hopeless ->
            fault.raise(new RunFailed(hopeless.getMessage(), hopeless));
      }
    }
  }

  private static EmbeddingRequest toSend(List<TextPromise> request) {
    return new EmbeddingRequest(
        request.stream().map(TextPromise::text).toList(),
        request.stream().mapToLong(TextPromise::tokens).sum());
  }

  /** One text may be what the provider answers wrongly to, and the others are not to share that. */
  private static boolean isWorthHalving(
      ProviderException.Transient failure, List<TextPromise> request) {
    return failure.kind() == ProviderException.Transient.Kind.BAD_REPLY && request.size() > 1;
  }

  /** Two halves, or more parts where the provider is known by now to take even less. */
  private void halve(List<TextPromise> request) throws InterruptedException {
    int size = request.size();
    int part = Math.min(Math.ceilDiv(size, 2), provider.limits().textsPerRequest());
    for (int from = 0; from < size && !stop.isRaised(); from += part) {
      run(request.subList(from, Math.min(size, from + part)));
    }
  }

  private void fail(List<TextPromise> request, FailureCode code, ProviderException e, long start) {
    if (onError == OnError.FAIL) {
      InputRecord first = request.get(0).record();
      String others =
          request.size() > 1 ? " (and " + (request.size() - 1) + " texts sent with it)" : "";
      fault.raise(
          new RunFailed(
              sourceName
                  + ":"
                  + first.line()
                  + ": no vector"
                  + others
                  + ": "
                  + e.getMessage()
                  + tries(e.attempts()),
              e));
      return;
    }
    tally.failed(request.size(), e.getMessage());
    queue.fail(request, new TextFailure(code, e.getMessage(), e.attempts()), since(start));
    onKept.run();
  }

  private static String tries(int attempts) {
    return attempts == 1 ? "" : " (after " + attempts + " attempts)";
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
