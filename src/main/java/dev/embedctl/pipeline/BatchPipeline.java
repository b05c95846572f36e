package dev.embedctl.pipeline;

import dev.embedctl.cache.VectorCache;
import dev.embedctl.io.input.RecordSource;
import dev.embedctl.io.output.FailureSink;
import dev.embedctl.io.output.RecordSink;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome;
import dev.embedctl.model.StopSignal;
import dev.embedctl.pipeline.PipelineEvent.Step;
import dev.embedctl.pipeline.PipelineEvent.Took;
import dev.embedctl.provider.EmbeddingProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The flow: one thread reads chunks, one looks them up and puts them into the window, free permits
 * carry out requests, and the calling thread has whole chunks rendered and writes them, in order.
 */
public final class BatchPipeline {
  private final RecordSource source;
  private final RecordSink sink;
  private final FailureSink failures;
  private final PipelineOptions options;
  private final StopSignal stop;
  private final PipelineListener listener;
  private final RunFailure fault;
  private final MissQueue queue;
  private final ChunkWindow window;
  private final Admission admission;
  private final RequestRunner runner;
  private final Dispatcher dispatcher;

  /** How a run ended that did not fail. */
  public enum Ending {
    COMPLETED,
    INTERRUPTED
  }

  /** A run over these; it closes none of them. */
  public BatchPipeline(
      RecordSource source,
      RecordSink sink,
      FailureSink failures,
      VectorCache cache,
      EmbeddingProvider provider,
      PipelineOptions options,
      StopSignal stop,
      PipelineListener listener) {
    this.source = source;
    this.sink = sink;
    this.failures = failures;
    this.options = options;
    this.stop = stop;
    this.listener = listener;
    this.fault = new RunFailure(stop);
    this.queue = new MissQueue(listener);
    RequestPacker packer = new RequestPacker(options, provider);
    int enoughMisses = 2 * options.concurrency() * packer.texts();
    this.window = new ChunkWindow(enoughMisses, options.memory(), queue::size);
    ErrorTally tally = new ErrorTally(options.maxErrors(), fault);
    this.admission = new Admission(source.name(), provider, cache, queue, options, tally, listener);
    this.runner =
        new RequestRunner(
            source.name(),
            provider,
            cache,
            queue,
            options.onError(),
            fault,
            tally,
            stop,
            listener,
            window::wakeIfReady);
    this.dispatcher = new Dispatcher(options.concurrency(), queue, packer, runner, fault);
  }

  /**
   * Carries out the run; when it returns or throws, no request is in flight and what was paid for
   * is in the cache.
   *
   * @throws EmbedctlException where the run failed
   */
  public Ending run() throws InterruptedException {
    stop.whenRaised(this::stopSending);
    dispatcher.start();
    Thread.ofPlatform().daemon().name("admission").start(this::admit);
    try {
      write(WriteInterrupter.watch(stop, options.grace()));
    } catch (RuntimeException | Error e) {
      fault.raiseThrown(e);
    } finally {
      boolean interrupted = stop.isRaised() && fault.cause().isEmpty();
      stopSending();
      dispatcher.drain(interrupted ? options.grace() : options.timeout());
    }
    return ending();
  }

  private Ending ending() {
    if (fault.cause().isPresent()) {
      throw fault.cause().get();
    }
    if (stop.isRaised()) {
      return Ending.INTERRUPTED;
    }
    sink.commit();
    failures.commit();
    Optional<IOException> cacheFailure = runner.cacheFailure();
    if (cacheFailure.isPresent()) {
      throw new RunFailed(
          "the cache could not be written ("
              + cacheFailure.get().getMessage()
              + "), so the output is whole but some of its vectors would be paid for again; "
              + "make room or give another --cache",
          cacheFailure.get());
    }
    return Ending.COMPLETED;
  }

  private void stopSending() {
    queue.stop();
    window.stop();
  }

  private void admit() {
    try (ReadAhead chunks = ReadAhead.begin(new ChunkReader(source, options))) {
      while (window.awaitRoom()) {
        List<InputRecord> records = chunks.next();
        if (records.isEmpty()) {
          break;
        }
        window.add(admission.admit(records));
      }
      queue.close();
      window.close();
    } catch (IOException e) {
      fault.raise(new RunFailed("cannot read " + source.name() + ": " + e.getMessage(), e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the run is over
    } catch (RuntimeException | Error e) {
      fault.raiseThrown(e);
    }
  }

  private void write(WriteInterrupter watcher) throws InterruptedException {
    int processors = Runtime.getRuntime().availableProcessors();
    try (var chunks = new RenderAhead(window, sink, processors, options.memory() / 2)) {
      for (var next = chunks.next(); next.isPresent(); next = chunks.next()) {
        write(next.get(), watcher);
      }
    }
  }

  private void write(RenderAhead.Ready ready, WriteInterrupter watcher) {
    long start = System.nanoTime();
    watcher.begin();
    try {
      ready.rendered().write();
      for (Outcome outcome : ready.outcomes()) {
        if (outcome instanceof Outcome.Failed failed) {
          failures.write(failed);
        }
      }
      sink.flush();
    } finally {
      watcher.end();
    }
    listener.on(new Took(Step.WRITE, Duration.ofNanos(System.nanoTime() - start)));
    listener.on(ready.chunk().written(ready.outcomes()));
  }
}
