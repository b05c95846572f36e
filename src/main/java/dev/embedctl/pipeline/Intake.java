package dev.embedctl.pipeline;

import dev.embedctl.io.input.RecordSource;
import dev.embedctl.model.EmbedctlException.RunFailed;
import java.io.IOException;

/** Reads chunks while the window has room, looks them up, and puts them into the window. */
final class Intake {
  private final RecordSource source;
  private final PipelineOptions options;
  private final Admission admission;
  private final MissQueue queue;
  private final ChunkWindow window;
  private final RunFailure failure;

  Intake(
      RecordSource source,
      PipelineOptions options,
      Admission admission,
      MissQueue queue,
      ChunkWindow window,
      RunFailure failure) {
    this.source = source;
    this.options = options;
    this.admission = admission;
    this.queue = queue;
    this.window = window;
    this.failure = failure;
  }

  /** Starts a thread that ends with the input or with the run. */
  void start() {
    Thread.ofPlatform().daemon().name("admission").start(this::admitAll);
  }

  private void admitAll() {
    ChunkReader reader = new ChunkReader(source, options);
    try (ReadAhead chunks = ReadAhead.begin(reader, admission.keys())) {
      while (window.awaitRoom()) {
        KeyedRecords next = chunks.next();
        if (next.records().isEmpty()) {
          break;
        }
        window.add(admission.admit(next));
      }
      queue.close();
      window.close();
    } catch (IOException e) {
      failure.raise(new RunFailed("cannot read " + source.name() + ": " + e.getMessage(), e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the run is over
    } catch (RuntimeException | Error e) {
      failure.raiseThrown(e);
    }
  }
}
