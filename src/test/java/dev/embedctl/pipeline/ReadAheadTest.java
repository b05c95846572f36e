package dev.embedctl.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.io.input.RecordSource;
import dev.embedctl.model.InputRecord;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.pipeline.PipelineOptions.OnMiss;
import dev.embedctl.testing.Records;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The thread that reads ahead. */
@Timeout(60)
class ReadAheadTest {
  private static final int CHUNK = 2;

  private static ReadAhead over(RecordSource source) {
    PipelineOptions options =
        new PipelineOptions(
            OnError.FAIL,
            OnMiss.CALL,
            1,
            CHUNK,
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            1 << 20,
            2,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));
    return ReadAhead.begin(new ChunkReader(source, options), Promises.KEYS);
  }

  /** Gives three records, and then does something else. */
  private abstract static class ThreeRecords implements RecordSource {
    private int given;

    abstract Optional<InputRecord> fourth() throws IOException;

    @Override
    public String name() {
      return "input";
    }

    @Override
    public Optional<InputRecord> next() throws IOException {
      given++;
      return given <= 3 ? Optional.of(Records.of(given - 1L, "text")) : fourth();
    }

    @Override
    public void close() {}
  }

  @Test
  void givesAllRecordsInTheirOrderAndThenNone() throws IOException, InterruptedException {
    List<String> texts = IntStream.range(0, 5).mapToObj(i -> "text " + i).toList();
    try (ReadAhead chunks = over(Records.source(texts))) {
      assertEquals(List.of(0L, 1L), indexes(chunks.next()));
      assertEquals(List.of(2L, 3L), indexes(chunks.next()));
      assertEquals(List.of(4L), indexes(chunks.next()));
      assertEquals(List.of(), indexes(chunks.next()));
    }
  }

  private static List<Long> indexes(KeyedRecords records) {
    return records.records().stream().map(InputRecord::index).toList();
  }

  @Test
  void isNeverMoreThanOneChunkAhead() throws IOException, InterruptedException {
    Records.Source source = Records.source(IntStream.range(0, 50).mapToObj(i -> "t" + i).toList());
    try (ReadAhead chunks = over(source)) {
      for (int chunk = 1; chunk <= 10; chunk++) {
        KeyedRecords unused = chunks.next();
        int ahead = source.read() - chunk * CHUNK;
        assertTrue(ahead >= 0 && ahead <= CHUNK, ahead + " records ahead");
      }
    }
  }

  @Test
  void tellsWhatWentWrongWhereTheRecordsWouldHaveBeen() throws IOException, InterruptedException {
    for (Throwable wrong :
        List.of(new IOException("gone"), new IllegalStateException(), new StackOverflowError())) {
      RecordSource source =
          new ThreeRecords() {
            @Override
            Optional<InputRecord> fourth() throws IOException {
              switch (wrong) {
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                default -> throw (Error) wrong;
              }
            }
          };
      try (ReadAhead chunks = over(source)) {
        assertEquals(CHUNK, chunks.next().records().size());
        assertSame(wrong, assertThrows(Throwable.class, chunks::next));
      }
    }
  }

  @Test
  void closingEndsAReaderThatWaitsForItsInput() throws IOException, InterruptedException {
    CountDownLatch waits = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    RecordSource source =
        new ThreeRecords() {
          @Override
          Optional<InputRecord> fourth() {
            waits.countDown();
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              ended.countDown();
              Thread.currentThread().interrupt();
            }
            return Optional.empty();
          }
        };
    try (ReadAhead chunks = over(source)) {
      assertEquals(CHUNK, chunks.next().records().size());
      waits.await();
    }
    ended.await();
  }
}
