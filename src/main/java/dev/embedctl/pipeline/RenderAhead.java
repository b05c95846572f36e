package dev.embedctl.pipeline;

import dev.embedctl.io.output.RecordSink;
import dev.embedctl.io.output.RecordSink.Rendered;
import dev.embedctl.model.Outcome;
import dev.embedctl.model.Outcome.Embedding;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Takes complete chunks from the window, renders several at once, and returns them in the same
 * order. While the writer writes a chunk, the next ones are rendered on several threads, since a
 * run with cached texts spends most of its time on rendering.
 *
 * <p>One thread uses it.
 */
final class RenderAhead implements AutoCloseable {
  /** The approximate bytes of a rendered float and the float itself. */
  private static final int BYTES_A_FLOAT = 12 + Float.BYTES;

  /** The bytes of a rendered character of an id or of metadata. */
  private static final int BYTES_A_CHARACTER = 4;

  /** A chunk that is ready to be written. */
  record Ready(Chunk chunk, List<Outcome> outcomes, Rendered rendered) {}

  private record Underway(
      Chunk chunk, List<Outcome> outcomes, long bytes, Future<Rendered> future) {}

  private final ChunkWindow window;
  private final RecordSink sink;
  private final int most;
  private final long memory;
  private final ExecutorService pool;
  private final Deque<Underway> ahead = new ArrayDeque<>();
  private long bytes;

  /**
   * Starts without rendered chunks.
   *
   * @param renderers the number of chunks that are rendered at once
   * @param memory the greatest size of rendered chunks in bytes
   */
  RenderAhead(ChunkWindow window, RecordSink sink, int renderers, long memory) {
    this.window = window;
    this.sink = sink;
    this.most = 2 * renderers;
    this.memory = memory;
    // All have one name: the JVM generates classes for the JDK's counter of names, which takes 4
    // ms.
    this.pool =
        Executors.newFixedThreadPool(
            renderers, Thread.ofPlatform().daemon().name("renderer").factory());
  }

  /** The next chunk, once it is rendered; empty at the end of the input or of the run. */
  Optional<Ready> next() throws InterruptedException {
    beginOthers();
    if (ahead.isEmpty() || window.isStopped()) {
      return Optional.empty();
    }
    Underway head = ahead.remove();
    bytes -= head.bytes();
    return Optional.of(new Ready(head.chunk(), head.outcomes(), rendered(head)));
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }

  private void beginOthers() throws InterruptedException {
    while (ahead.size() < most && (ahead.isEmpty() || bytes < memory)) {
      Optional<Chunk> chunk = ahead.isEmpty() ? window.takeWhole() : window.pollWhole();
      if (chunk.isEmpty()) {
        return;
      }
      begin(chunk.get());
    }
  }

  private void begin(Chunk chunk) {
    List<Outcome> outcomes = chunk.outcomes();
    List<Embedding> embeddings = new ArrayList<>(outcomes.size());
    long size = 0;
    for (Outcome outcome : outcomes) {
      if (outcome instanceof Embedding embedding) {
        embeddings.add(embedding);
      }
    }
    for (Embedding embedding : embeddings) {
      size += (long) embedding.vector().dimensions() * BYTES_A_FLOAT;
      size += embedding.record().otherChars() * BYTES_A_CHARACTER;
    }
    bytes += size;
    ahead.add(new Underway(chunk, outcomes, size, pool.submit(() -> sink.render(embeddings))));
  }

  private static Rendered rendered(Underway chunk) throws InterruptedException {
    try {
      return chunk.future().get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        default -> throw new IllegalStateException("unexpected type of exception", e);
      }
    }
  }
}
