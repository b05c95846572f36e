package dev.embedctl.pipeline;

import dev.embedctl.cache.VectorCache;
import dev.embedctl.io.input.RecordSource;
import dev.embedctl.io.output.FailureSink;
import dev.embedctl.io.output.RecordSink;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.Parameter;
import dev.embedctl.model.StopSignal;
import dev.embedctl.provider.EmbeddingProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * The flow: one thread reads chunks, one looks them up and puts them into the window, each request
 * has its own thread, and the calling thread writes complete chunks in order.
 */
public final class BatchPipeline {
  private final Parts parts;
  private final PipelineOptions options;
  private final StopSignal stop;

  /** How a successful run ended. */
  public enum Ending {
    COMPLETED,
    INTERRUPTED
  }

  /** A run with these parts, which it does not close. */
  public BatchPipeline(
      RecordSource source,
      RecordSink sink,
      FailureSink failures,
      VectorCache cache,
      EmbeddingProvider provider,
      PipelineOptions options,
      StopSignal stop,
      PipelineListener listener) {
    this.parts = Parts.of(source, sink, failures, cache, provider, options, stop, listener);
    this.options = options;
    this.stop = stop;
  }

  /**
   * Executes the run, once. Afterwards no request is in flight, and all vectors that were paid for
   * are in the cache.
   *
   * @throws EmbedctlException if the run failed
   */
  public Ending run() throws InterruptedException {
    stop.whenRaised(this::stopSending);
    try {
      parts.intake().start();
      parts.dispatcher().start();
      parts.writer().writeAll();
      if (!stop.isRaised()) {
        parts.runner().settle();
      }
    } catch (RuntimeException | Error e) {
      parts.failure().raiseThrown(e);
    } finally {
      stopSending();
      parts.dispatcher().drain(patience());
    }
    return end();
  }

  private void stopSending() {
    parts.queue().stop();
    parts.window().stop();
  }

  /** The wait for calls in flight: they are paid for, but a signal is urgent. */
  private Duration patience() {
    boolean interrupted = stop.isRaised() && parts.failure().cause().isEmpty();
    return interrupted ? options.grace() : options.timeout();
  }

  private Ending end() {
    Optional<EmbedctlException> cause = parts.failure().cause();
    if (cause.isPresent()) {
      throw cause.get();
    }
    if (stop.isRaised()) {
      return Ending.INTERRUPTED;
    }
    parts.writer().commit();
    Optional<IOException> cacheFailure = parts.store().failure();
    if (cacheFailure.isPresent()) {
      throw new RunFailed(
          "the cache could not be written ("
              + cacheFailure.get().getMessage()
              + "), so the output is complete but some of its vectors are not stored; "
              + "free disk space or set another "
              + Parameter.CACHE,
          cacheFailure.get());
    }
    return Ending.COMPLETED;
  }
}
