package dev.embedctl.pipeline;

import dev.embedctl.model.InputRecord;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.SynchronousQueue;

/**
 * Reads the next chunk's records on a thread of its own while the chunk before is hashed and looked
 * up, which takes about as long. It is never more than that one chunk ahead, and what goes wrong is
 * told where the records would have been.
 */
final class ReadAhead implements AutoCloseable {

  /** What the reading thread hands over. */
  private sealed interface Step {
    record Read(List<InputRecord> records) implements Step {}

    record Failed(Throwable cause) implements Step {}
  }

  private final ChunkReader chunks;
  private final SynchronousQueue<Step> handover = new SynchronousQueue<>();
  private final Thread reader;

  private ReadAhead(ChunkReader chunks) {
    this.chunks = chunks;
    this.reader = Thread.ofPlatform().daemon().name("reader").unstarted(this::read);
  }

  /** Begins to read. */
  static ReadAhead begin(ChunkReader chunks) {
    ReadAhead ahead = new ReadAhead(chunks);
    ahead.reader.start();
    return ahead;
  }

  /** The next chunk's records; none at the end, after which it is not to be asked. */
  List<InputRecord> next() throws IOException, InterruptedException {
    return switch (handover.take()) {
      case Step.Read read -> read.records();
      case Step.Failed failed -> throw rethrown(failed.cause());
    };
  }

  /** Ends the reading, as soon as its input lets it. */
  @Override
  public void close() {
    reader.interrupt();
  }

  private void read() {
    try {
      List<InputRecord> records;
      do {
        records = chunks.next();
        handover.put(new Step.Read(records));
      } while (!records.isEmpty());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody wants more
    } catch (IOException | RuntimeException | Error e) {
      handOver(new Step.Failed(e));
    }
  }

  private void handOver(Step.Failed failure) {
    try {
      handover.put(failure);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody wants to know
    }
  }

  private static IOException rethrown(Throwable cause) {
    return switch (cause) {
      case IOException e -> e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException("nothing else is thrown there", cause);
    };
  }
}
