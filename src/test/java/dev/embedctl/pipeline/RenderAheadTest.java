package dev.embedctl.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.io.output.RecordSink.Rendered;
import dev.embedctl.model.FailureCode;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome;
import dev.embedctl.model.Outcome.Embedding;
import dev.embedctl.model.TextFailure;
import dev.embedctl.model.Vector;
import dev.embedctl.testing.Records;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RenderAheadTest {
  private static final long PLENTY = 1 << 30;

  private final ChunkWindow window = new ChunkWindow(100, PLENTY, () -> 0);
  private final List<Long> written = new ArrayList<>();

  /** A sink that renders as it is told. */
  private abstract class Renderer extends Records.Sink {
    abstract void rendering(long index) throws InterruptedException;

    @Override
    public Rendered render(List<Embedding> embeddings) {
      try {
        rendering(embeddings.get(0).record().index());
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return () -> embeddings.forEach(embedding -> written.add(embedding.record().index()));
    }
  }

  @Test
  void writesInOrderThoughALaterChunkIsRenderedFirst() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    Renderer sink =
        new Renderer() {
          @Override
          void rendering(long index) throws InterruptedException {
            if (index == 0) {
              second.await();
            } else {
              second.countDown();
            }
          }
        };
    addAndClose(2);

    writeAll(new RenderAhead(window, sink, 2, PLENTY));

    assertEquals(List.of(0L, 1L), written);
  }

  @Test
  void rendersAsManyAtOnceAsThereAreProcessors() throws Exception {
    CountDownLatch together = new CountDownLatch(3);
    Renderer sink =
        new Renderer() {
          @Override
          void rendering(long index) throws InterruptedException {
            together.countDown();
            together.await();
          }
        };
    addAndClose(3);

    writeAll(new RenderAhead(window, sink, 3, PLENTY));

    assertEquals(List.of(0L, 1L, 2L), written);
  }

  @Test
  void rendersNoMoreAheadThanMemoryHolds() throws Exception {
    AtomicInteger rendered = new AtomicInteger();
    addAndClose(9);
    try (RenderAhead chunks = new RenderAhead(window, counting(rendered), 4, 1)) {
      for (int i = 0; i < 9; i++) {
        Rendered next = chunks.next().orElseThrow().rendered();
        assertEquals(i + 1, rendered.get(), "one float is more than one byte");
        next.write();
      }
      assertEquals(Optional.empty(), chunks.next());
    }
  }

  @Test
  void givesWhatRenderingThrows() throws Exception {
    IllegalArgumentException thrown = new IllegalArgumentException("no digits");
    Renderer sink =
        new Renderer() {
          @Override
          void rendering(long index) {
            throw thrown;
          }
        };
    addAndClose(1);
    try (RenderAhead chunks = new RenderAhead(window, sink, 1, PLENTY)) {
      assertSame(thrown, assertThrows(IllegalArgumentException.class, chunks::next));
    }
  }

  @Test
  void givesNothingThatIsRenderedOnceTheRunHasStopped() throws Exception {
    addAndClose(3);
    try (RenderAhead chunks = new RenderAhead(window, counting(new AtomicInteger()), 1, PLENTY)) {
      assertTrue(chunks.next().isPresent());

      window.stop();

      assertEquals(Optional.empty(), chunks.next());
    }
  }

  @Test
  void rendersNothingForATextThatFailed() throws Exception {
    Chunk chunk = new Chunk(0, List.of(record(0), record(1)), 1, outcome -> {});
    TextFailure failure = new TextFailure(FailureCode.BLANK_TEXT, "blank", 0);
    chunk.put(0, new Outcome.Failed(record(0), failure, Duration.ZERO));
    chunk.put(1, hit(1));
    window.add(chunk);
    window.close();

    writeAll(new RenderAhead(window, counting(new AtomicInteger()), 1, PLENTY));

    assertEquals(List.of(1L), written);
  }

  private Renderer counting(AtomicInteger rendered) {
    return new Renderer() {
      @Override
      void rendering(long index) {
        rendered.incrementAndGet();
      }
    };
  }

  private void writeAll(RenderAhead chunks) throws InterruptedException, IOException {
    try (chunks) {
      for (var next = chunks.next(); next.isPresent(); next = chunks.next()) {
        next.get().rendered().write();
      }
    }
  }

  private void addAndClose(int count) {
    for (int i = 0; i < count; i++) {
      Chunk chunk = new Chunk(i, List.of(record(i)), 1, outcome -> {});
      chunk.put(0, hit(i));
      window.add(chunk);
    }
    window.close();
  }

  private static Outcome hit(int index) {
    return new Outcome.Hit(record(index), Vector.wrap(1f), Duration.ZERO);
  }

  private static InputRecord record(int index) {
    return Records.of(index, "text");
  }
}
