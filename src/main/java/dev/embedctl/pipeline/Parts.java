package dev.embedctl.pipeline;

import dev.embedctl.cache.VectorCache;
import dev.embedctl.io.input.RecordSource;
import dev.embedctl.io.output.FailureSink;
import dev.embedctl.io.output.RecordSink;
import dev.embedctl.model.StopSignal;
import dev.embedctl.provider.EmbeddingProvider;
import java.time.Duration;
import java.time.Instant;

/** The parts of one run, connected. */
record Parts(
    Intake intake,
    MissQueue queue,
    Dispatcher dispatcher,
    VectorStore store,
    ChunkWindow window,
    OrderedWriter writer,
    RequestRunner runner,
    RunFailure failure) {
  private static final Duration LONG_WAIT_FOR_OTHERS = Duration.ofSeconds(10);

  static Parts of(
      RecordSource source,
      RecordSink sink,
      FailureSink failures,
      VectorCache cache,
      EmbeddingProvider provider,
      PipelineOptions options,
      StopSignal stop,
      PipelineListener listener) {
    RunFailure failure = new RunFailure(stop);
    ErrorTally tally = new ErrorTally(options.maxErrors(), failure);
    MissQueue queue = new MissQueue(listener);
    RequestPacker packer = new RequestPacker(options, provider);
    int enoughMisses = 2 * options.concurrency() * packer.texts();
    ChunkWindow window = new ChunkWindow(enoughMisses, options.memory(), queue::size);
    ServerFaults faults = new ServerFaults(options.concurrency());
    DriftGuard guard = DriftGuard.of(provider, cache, options.leastCosine(), Instant.now());
    Admission admission =
        new Admission(provider, cache, guard, queue, options, tally, faults, listener);
    VectorStore store = new VectorStore(cache, listener);
    RequestRunner runner =
        new RequestRunner(
            provider,
            guard,
            store,
            queue,
            options.onError(),
            failure,
            tally,
            faults,
            stop,
            window::wakeIfReady);
    SharedTexts texts =
        new SharedTexts(
            cache, queue, runner, tally, listener, window::wakeIfReady, LONG_WAIT_FOR_OTHERS);
    return new Parts(
        new Intake(source, options, admission, queue, window, failure),
        queue,
        new Dispatcher(options.concurrency(), queue, packer, texts, failure),
        store,
        window,
        new OrderedWriter(window, sink, failures, options, stop, listener),
        runner,
        failure);
  }
}
