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
import dev.embedctl.provider.FailureSignature;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Unsent;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Executes requests: calls the provider, puts the vectors into the cache, and then keeps the texts'
 * promises, in that order. A rejected request is halved until the text at fault is alone, unless
 * the server is at fault: then the run ends.
 */
final class RequestRunner {
  /** Every model takes this many tokens, so a refused shorter text is not too long. */
  private static final int TOKENS_OF_A_SHORT_TEXT = 100;

  private final EmbeddingProvider provider;
  private final DriftGuard guard;
  private final VectorStore store;
  private final MissQueue queue;
  private final OnError onError;
  private final RunFailure failure;
  private final ErrorTally tally;
  private final ServerFaults faults;
  private final StopSignal stop;
  private final Runnable onKept;
  private final ReentrantLock probing = new ReentrantLock();

  RequestRunner(
      EmbeddingProvider provider,
      DriftGuard guard,
      VectorStore store,
      MissQueue queue,
      OnError onError,
      RunFailure failure,
      ErrorTally tally,
      ServerFaults faults,
      StopSignal stop,
      Runnable onKept) {
    this.provider = provider;
    this.guard = guard;
    this.store = store;
    this.queue = queue;
    this.onError = onError;
    this.failure = failure;
    this.tally = tally;
    this.faults = faults;
    this.stop = stop;
    this.onKept = onKept;
  }

  /** Executes a request; a failure becomes the outcome of its texts or ends the run. */
  void run(List<TextPromise> request) throws InterruptedException {
    long start = System.nanoTime();
    Optional<ProviderException> failed = send(request);
    if (failed.isPresent()) {
      switch (failed.get()) {
        case Refused e -> rejected(request, FailureCode.REFUSED, e, start);
        case Transient e when e.kind() == Transient.Kind.BAD_REPLY ->
            rejected(request, FailureCode.PROVIDER_FAILED, e, start);
        case Transient e when e.kind() == Transient.Kind.TIMED_OUT && request.size() > 1 ->
            halve(request); // fewer texts may be embedded in time
        case Transient e -> unanswered(request, e, start);
        case Unsent e -> {} // its texts are left to the next run
        case Hopeless e -> {} // the run ends
      }
    }
  }

  /** Sends a request and keeps its promises; returns the failure if there are no vectors. */
  private Optional<ProviderException> send(List<TextPromise> request) throws InterruptedException {
    long start = System.nanoTime();
    Chunk chunk = request.get(0).chunk();
    try {
      Embeddings embeddings = guard.checked(provider.embed(toSend(request)));
      chunk.countCalls(embeddings.calls());
      store.store(request, embeddings);
      faults.admitted(request.size());
      queue.keep(request, embeddings.vectors(), since(start));
      tally.endIfTooMany(); // the last window of a text whose other window failed
      onKept.run();
      return Optional.empty();
    } catch (ProviderException e) {
      chunk.countCalls(e.attempts());
      if (e instanceof Hopeless hopeless) {
        endForAll(hopeless);
      }
      return Optional.of(e);
    }
  }

  /**
   * Compares the models of a run whose replies were never compared.
   *
   * @throws RunFailed if the model is another one than in earlier runs
   */
  void settle() throws InterruptedException {
    try {
      guard.settle();
    } catch (Hopeless e) {
      endForAll(e);
    }
  }

  /** No request of the run can succeed; where the model changed, not all of them did before. */
  private void endForAll(Hopeless e) {
    String kept = "";
    if (e.reason() == Reason.MODEL_CHANGED) {
      try {
        store.forgetDoubted();
      } catch (IOException notForgotten) {
        kept =
            "; its first vectors are still in the cache ("
                + notForgotten.getMessage()
                + "), so clear it before the next run";
      }
    }
    failure.raise(new RunFailed(e.getMessage() + kept, e));
  }

  private static EmbeddingRequest toSend(List<TextPromise> request) {
    return new EmbeddingRequest(request.stream().map(TextPromise::counted).toList());
  }

  /** Fails the texts, or ends the run if the server has never answered a request. */
  private void unanswered(List<TextPromise> request, Transient e, long start) {
    if (onError == OnError.COLLECT
        && faults.isUnanswered(FailureSignature.of(e), request.getFirst())) {
      endForTheServer(e);
    } else {
      fail(request, FailureCode.PROVIDER_FAILED, e, start);
    }
  }

  /** Halves a rejected request, since one text may be at fault; fails a single text. */
  private void rejected(
      List<TextPromise> request, FailureCode code, ProviderException e, long start)
      throws InterruptedException {
    boolean shortAlone =
        request.size() == 1 && request.getFirst().counted().tokens() <= TOKENS_OF_A_SHORT_TEXT;
    boolean mayBeTooLong = FailureSignature.of(e).namesLength() && !shortAlone;
    boolean mayBeTheServers = e.attempts() > 0 && !mayBeTooLong;
    if (request.size() > 1) {
      boolean fits = request.size() <= provider.limits().textsPerRequest();
      halve(mayBeTheServers && fits ? probed(request, e) : request);
    } else if (mayBeTheServers && faults.failed(FailureSignature.of(e), request.getFirst())) {
      endForTheServer(e);
    } else {
      fail(request, code, e, start);
    }
  }

  /**
   * Sends small parts of a rejected request to find out whether the server is at fault, as long as
   * no request with several texts was admitted. Returns the part of the request that is still to be
   * sent. Only one request is probed at a time; others wait for the result.
   */
  private List<TextPromise> probed(List<TextPromise> request, ProviderException e)
      throws InterruptedException {
    if (faults.severalWereAdmitted() || faults.mayBeLeftOver(FailureSignature.of(e))) {
      return request;
    }
    probing.lockInterruptibly();
    try {
      return faults.mayProbe(FailureSignature.of(e)) ? withoutAdmitted(request, e) : request;
    } finally {
      probing.unlock();
    }
  }

  private List<TextPromise> withoutAdmitted(List<TextPromise> request, ProviderException e)
      throws InterruptedException {
    FailureSignature signature = FailureSignature.of(e);
    for (List<TextPromise> probe : probes(request, e)) {
      if (stop.isRaised()) {
        return List.of();
      }
      Optional<ProviderException> failed = send(probe);
      if (failed.isEmpty()) {
        faults.acquit(signature);
        return without(probe, request);
      }
      if (!FailureSignature.of(failed.get()).equals(signature)) {
        return request; // its halves will show the other failure
      }
    }
    endForTheServer(e);
    return List.of();
  }

  /**
   * Parts of a request that share no text: its first two and its last two texts, or its halves.
   * After a refusal, which costs nothing, the first and last text are also sent alone, since some
   * servers take only one text at a time.
   */
  private static List<List<TextPromise>> probes(List<TextPromise> request, ProviderException e) {
    int size = request.size();
    int few = Math.min(2, Math.ceilDiv(size, 2));
    Stream<List<TextPromise>> ends =
        Stream.of(request.subList(0, few), request.subList(Math.max(few, size - 2), size));
    Stream<List<TextPromise>> alone =
        e instanceof Refused
            ? Stream.of(request.subList(0, 1), request.subList(size - 1, size))
            : Stream.empty();
    return Stream.concat(ends, alone).distinct().toList();
  }

  /** A request without one of its ends. */
  private static List<TextPromise> without(List<TextPromise> end, List<TextPromise> request) {
    int size = request.size();
    return end.get(0) == request.get(0)
        ? request.subList(end.size(), size)
        : request.subList(0, size - end.size());
  }

  private void endForTheServer(ProviderException e) {
    failure.raise(
        new RunFailed(
            e.getMessage()
                + tries(e.attempts())
                + "; different requests fail alike, so no text is at fault",
            e));
  }

  /** Sends two halves, or more parts if the provider's limit is known to be lower. */
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
      failure.raise(
          new RunFailed(
              first.place()
                  + ": no vector"
                  + others
                  + ": "
                  + e.getMessage()
                  + tries(e.attemptsWithJobs()),
              e));
      return;
    }
    queue.fail(request, new TextFailure(code, e.getMessage(), e.attemptsWithJobs()), since(start));
    tally.endIfTooMany();
    onKept.run();
  }

  private static String tries(int attempts) {
    return attempts <= 1 ? "" : " (after " + attempts + " attempts)";
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
