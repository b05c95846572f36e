package dev.embedctl.pipeline;

import dev.embedctl.io.input.RecordSource;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a chunk's records at a time: fewer than usual where their texts are huge. */
final class ChunkReader {
  /** A text with its record as it stood, its request and what is made on the way. */
  private static final int BYTES_A_CHARACTER = 16;

  private final RecordSource source;
  private final int size;
  private final long characters;

  ChunkReader(RecordSource source, PipelineOptions options) {
    this.source = source;
    this.size = options.chunkSize();
    this.characters = options.memory() / BYTES_A_CHARACTER;
  }

  /** The next chunk's records; none at the end. */
  List<InputRecord> next() throws IOException {
    List<InputRecord> records = new ArrayList<>(size);
    long read = 0;
    while (records.size() < size && read < characters) {
      Optional<InputRecord> record = source.next();
      if (record.isEmpty()) {
        break;
      }
      records.add(record.get());
      read += record.get().text() instanceof Text.Valid(String text) ? text.length() : 0;
    }
    return records;
  }
}
