package dev.embedctl.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.io.input.RecordSource;
import dev.embedctl.model.InputPlace;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.InputRecord.Original;
import dev.embedctl.model.Text;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.pipeline.PipelineOptions.OnMiss;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many records a chunk has. */
class ChunkReaderTest {
  private static final int CHUNK = 100;
  private static final int MEMORY = 16 << 20;

  /** Gives one record again and again. */
  private record Endless(InputRecord record) implements RecordSource {
    @Override
    public String name() {
      return "endless";
    }

    @Override
    public Optional<InputRecord> next() {
      return Optional.of(record);
    }

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 10, 10, 1000, 100",
    "1000000, 10, 10, 10, 2",
    "10, 1000000, 10, 10, 3",
    "10, 10, 1000000, 10, 3",
    "10, 10, 10, 1000000, 3",
    "10, 10, 1000000, 1000000, 2",
    "10, 10, 9000000, 9000000, 1"
  })
  void allThatARecordHoldsBoundsAChunk(int text, int id, int metadata, int original, int records)
      throws IOException {
    InputRecord record =
        new InputRecord(
            0,
            new InputPlace("input", 1),
            new Text.Valid("x".repeat(text)),
            Optional.of("\"" + "x".repeat(id - 2) + "\""),
            Optional.of("{\"m\":\"" + "x".repeat(metadata - 8) + "\"}"),
            Original.of(original, () -> "{}"));
    PipelineOptions options =
        new PipelineOptions(
            OnError.FAIL,
            OnMiss.CALL,
            1,
            CHUNK,
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            MEMORY,
            2,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));

    assertEquals(records, new ChunkReader(new Endless(record), options).next().size());
  }
}
