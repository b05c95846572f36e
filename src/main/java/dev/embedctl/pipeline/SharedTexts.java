package dev.embedctl.pipeline;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.cache.VectorCache.Claim;
import dev.embedctl.pipeline.PipelineEvent.AwaitsOtherRun;
import dev.embedctl.pipeline.PipelineEvent.CacheReadFailed;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Ensures that this run pays only for texts that no other run with the same cache is paying for.
 * Texts that another run has paid for are found in the cache. Texts that it is paying for are put
 * off until it has the vector, fails or dies. A claim is held only while its texts are sent, never
 * while waiting for another run.
 */
final class SharedTexts {
  private final VectorCache cache;
  private final MissQueue queue;
  private final RequestRunner runner;
  private final ErrorTally tally;
  private final PipelineListener listener;
  private final Runnable onKept;
  private final Duration longWait;
  private boolean longWaitIsKnown;

  /**
   * Texts that a run shares with other runs through its cache.
   *
   * @param longWait the time that texts wait for another run before it is reported
   */
  SharedTexts(
      VectorCache cache,
      MissQueue queue,
      RequestRunner runner,
      ErrorTally tally,
      PipelineListener listener,
      Runnable onKept,
      Duration longWait) {
    this.cache = cache;
    this.queue = queue;
    this.runner = runner;
    this.tally = tally;
    this.listener = listener;
    this.onKept = onKept;
    this.longWait = longWait;
  }

  /** Executes a request without the texts that another run has paid for or is paying for. */
  void run(List<TextPromise> request) throws InterruptedException {
    try (Claim claim = claim(request)) {
      List<TextPromise> toSend = withoutFound(request, claim);
      if (!toSend.isEmpty()) {
        runner.run(toSend);
      }
    }
  }

  /**
   * Looks up texts that were put off; those that no run is paying for are sent next. One thread
   * uses it.
   */
  void lookAgain(List<TextPromise> putOff) {
    Duration waited = putOff.getFirst().chunk().sinceQueued();
    if (!longWaitIsKnown && waited.compareTo(longWait) >= 0) {
      longWaitIsKnown = true;
      listener.on(new AwaitsOtherRun(putOff.size()));
    }
    List<TextPromise> toSend;
    try (Claim claim = claim(putOff)) {
      toSend = withoutFound(putOff, claim);
    }
    queue.sendNext(toSend);
  }

  private Claim claim(List<TextPromise> texts) {
    try {
      return cache.claim(texts.stream().map(TextPromise::key).toList());
    } catch (IOException e) {
      CacheReadFailed failed = new CacheReadFailed(e);
      listener.on(failed);
      throw failed.asRunFailed();
    }
  }

  /** Keeps the promises of found texts, puts texts of other runs off, and returns the rest. */
  private List<TextPromise> withoutFound(List<TextPromise> texts, Claim claim) {
    long start = System.nanoTime();
    List<TextPromise> found = new ArrayList<>();
    List<TextPromise> putOff = new ArrayList<>();
    List<TextPromise> granted = new ArrayList<>();
    for (TextPromise text : texts) {
      CacheKey key = text.key();
      if (claim.found().containsKey(key)) {
        found.add(text);
      } else if (claim.granted().contains(key)) {
        granted.add(text);
      } else {
        putOff.add(text);
      }
    }
    if (!found.isEmpty()) {
      queue.find(found, claim.found(), Duration.ofNanos(System.nanoTime() - start));
      tally.endIfTooMany(); // the last window of a text whose other window failed
      onKept.run();
    }
    if (!putOff.isEmpty()) {
      queue.putOff(putOff);
    }
    return granted;
  }
}
