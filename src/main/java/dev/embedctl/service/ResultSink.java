package dev.embedctl.service;

import dev.embedctl.io.output.FailureSink;
import dev.embedctl.io.output.RecordSink;
import dev.embedctl.model.Outcome;
import dev.embedctl.model.Outcome.Embedding;
import java.util.List;
import java.util.Optional;

/** Hands the results of a run to a program instead of a file. */
final class ResultSink implements RecordSink {
  private final EmbeddingReceiver receiver;
  private Optional<RuntimeException> thrown = Optional.empty();

  ResultSink(EmbeddingReceiver receiver) {
    this.receiver = receiver;
  }

  @Override
  public Rendered render(List<Embedding> embeddings) {
    return () ->
        embeddings.forEach(
            embedding ->
                hand(
                    () ->
                        receiver.embedded(
                            new EmbeddingResponse(
                                embedding.record().index(),
                                embedding.vector(),
                                embedding instanceof Outcome.Hit))));
  }

  private void hand(Runnable result) {
    try {
      result.run();
    } catch (RuntimeException e) {
      thrown = Optional.of(e);
      throw e;
    }
  }

  /** The exception of the receiver that ended the run, if one did. */
  Optional<RuntimeException> thrown() {
    return thrown;
  }

  @Override
  public void flush() {}

  @Override
  public void commit() {}

  @Override
  public void close() {}

  /** The same for texts without an embedding. */
  FailureSink failures() {
    return new FailureSink() {
      @Override
      public void write(Outcome.Failed failed) {
        hand(() -> receiver.failed(new EmbeddingError(failed.record().index(), failed.failure())));
      }

      @Override
      public void commit() {}

      @Override
      public void close() {}
    };
  }
}
