package dev.embedctl.pipeline;

import dev.embedctl.io.output.FailureSink;
import dev.embedctl.io.output.RecordSink;
import dev.embedctl.model.Outcome;
import dev.embedctl.model.StopSignal;
import dev.embedctl.pipeline.PipelineEvent.Step;
import dev.embedctl.pipeline.PipelineEvent.Took;
import java.time.Duration;

/** Takes complete chunks from the window, renders them, and writes them in order. */
final class OrderedWriter {
  private final ChunkWindow window;
  private final RecordSink sink;
  private final FailureSink failures;
  private final PipelineOptions options;
  private final StopSignal stop;
  private final PipelineListener listener;

  OrderedWriter(
      ChunkWindow window,
      RecordSink sink,
      FailureSink failures,
      PipelineOptions options,
      StopSignal stop,
      PipelineListener listener) {
    this.window = window;
    this.sink = sink;
    this.failures = failures;
    this.options = options;
    this.stop = stop;
    this.listener = listener;
  }

  /** Writes, on the calling thread, until the input has ended or the run is stopped. */
  void writeAll() throws InterruptedException {
    WriteInterrupter interrupter = WriteInterrupter.watch(stop, options.grace());
    try (var chunks = new RenderAhead(window, sink, options.renderers(), options.memory() / 2)) {
      for (var next = chunks.next(); next.isPresent(); next = chunks.next()) {
        write(next.get(), interrupter);
      }
    }
  }

  private void write(RenderAhead.Ready ready, WriteInterrupter interrupter) {
    long start = System.nanoTime();
    interrupter.begin();
    try {
      ready.rendered().write();
      for (Outcome outcome : ready.outcomes()) {
        if (outcome instanceof Outcome.Failed failed) {
          failures.write(failed);
        }
      }
      sink.flush();
    } finally {
      interrupter.end();
    }
    listener.on(new Took(Step.WRITE, Duration.ofNanos(System.nanoTime() - start)));
    listener.on(ready.chunk().written(ready.outcomes()));
  }

  /** Commits the output and the errors file. */
  void commit() {
    sink.commit();
    failures.commit();
  }
}
