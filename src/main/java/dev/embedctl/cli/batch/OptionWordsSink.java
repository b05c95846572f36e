package dev.embedctl.cli.batch;

import dev.embedctl.cli.console.OptionWords;
import dev.embedctl.io.output.FailureSink;
import dev.embedctl.model.Outcome.Failed;
import dev.embedctl.model.TextFailure;

/** Forwards failed texts; parameters in their messages become options of the command line. */
record OptionWordsSink(FailureSink sink) implements FailureSink {
  @Override
  public void write(Failed failed) {
    TextFailure failure = failed.failure();
    sink.write(
        new Failed(
            failed.record(),
            new TextFailure(failure.code(), OptionWords.in(failure.message()), failure.attempts()),
            failed.latency()));
  }

  @Override
  public void commit() {
    sink.commit();
  }

  @Override
  public void close() {
    sink.close();
  }
}
