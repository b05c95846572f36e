package dev.embedctl.cli.batch;

import dev.embedctl.cache.VectorCache;
import dev.embedctl.pipeline.BatchPipeline.Ending;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.report.RunStatus;
import java.io.IOException;

/** The way on which a run gets the vectors that its cache lacks. */
interface BatchLane extends AutoCloseable {

  /** The flow that writes the output. */
  @FunctionalInterface
  interface Flow {
    Ending write(VectorCache cache, EmbeddingProvider provider)
        throws IOException, InterruptedException;
  }

  /** Gets the vectors and writes the output, if it can be written now. */
  RunStatus run(VectorCache cache, EmbeddingProvider provider, Flow flow)
      throws IOException, InterruptedException;

  @Override
  void close();

  /** The lane of calls: the flow itself makes them. */
  static BatchLane ofCalls() {
    return new BatchLane() {
      @Override
      public RunStatus run(VectorCache cache, EmbeddingProvider provider, Flow flow)
          throws IOException, InterruptedException {
        return statusOf(flow.write(cache, provider));
      }

      @Override
      public void close() {}
    };
  }

  /** The status of a run whose flow has ended. */
  static RunStatus statusOf(Ending ending) {
    return switch (ending) {
      case COMPLETED -> RunStatus.COMPLETED;
      case INTERRUPTED -> RunStatus.INTERRUPTED;
    };
  }
}
