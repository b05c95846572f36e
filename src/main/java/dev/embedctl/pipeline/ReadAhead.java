package dev.embedctl.pipeline;

import dev.embedctl.cache.CacheKeys;
import java.io.IOException;
import java.util.concurrent.SynchronousQueue;

/**
 * Reads and hashes the records of the next chunk on its own thread while the previous chunk is
 * looked up, which takes about as long. It is at most one chunk ahead. A failure is thrown in place
 * of the records.
 */
final class ReadAhead implements AutoCloseable {

  /** The result of reading a chunk. */
  @FunctionalInterface
  private interface Step {
    /** The records; throws the failure that stands in their place. */
    KeyedRecords records() throws IOException;
  }

  private final ChunkReader chunks;
  private final CacheKeys keys;
  private final SynchronousQueue<Step> handover = new SynchronousQueue<>();
  private final Thread reader;

  private ReadAhead(ChunkReader chunks, CacheKeys keys) {
    this.chunks = chunks;
    this.keys = keys;
    this.reader = Thread.ofPlatform().daemon().name("reader").unstarted(this::read);
  }

  /** Starts to read. */
  static ReadAhead begin(ChunkReader chunks, CacheKeys keys) {
    ReadAhead ahead = new ReadAhead(chunks, keys);
    ahead.reader.start();
    return ahead;
  }

  /** The records of the next chunk; none at the end, after which it must not be called. */
  KeyedRecords next() throws IOException, InterruptedException {
    return handover.take().records();
  }

  /** Stops reading as soon as the input allows it. */
  @Override
  public void close() {
    reader.interrupt();
  }

  private void read() {
    try {
      boolean ended = false;
      while (!ended) {
        KeyedRecords next = KeyedRecords.of(chunks.next(), keys);
        handover.put(() -> next);
        ended = next.records().isEmpty();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // no more records are needed
    } catch (IOException | RuntimeException | Error e) {
      handOver(
          () -> {
            throw rethrown(e);
          });
    }
  }

  private void handOver(Step failure) {
    try {
      handover.put(failure);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the result is not needed
    }
  }

  private static IOException rethrown(Throwable cause) {
    return switch (cause) {
      case IOException e -> e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException("unexpected type of exception", cause);
    };
  }
}
