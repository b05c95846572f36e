package dev.embedctl.pipeline;

import dev.embedctl.io.input.RecordSource;
import dev.embedctl.model.InputRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a chunk's records at a time: fewer than usual where they are huge. */
final class ChunkReader {
  /** A text with its request and what is made on the way. */
  private static final int BYTES_A_TEXTS_CHARACTER = 16;

  /** A record as it stood, its id and its metadata, with what is rendered of them. */
  private static final int BYTES_ANOTHER_CHARACTER = 8;

  private final RecordSource source;
  private final int size;
  private final long memory;

  ChunkReader(RecordSource source, PipelineOptions options) {
    this.source = source;
    this.size = options.chunkSize();
    this.memory = options.memory();
  }

  /** The next chunk's records; none at the end. */
  List<InputRecord> next() throws IOException {
    List<InputRecord> records = new ArrayList<>(size);
    long bytes = 0;
    while (records.size() < size && bytes < memory) {
      Optional<InputRecord> record = source.next();
      if (record.isEmpty()) {
        break;
      }
      records.add(record.get());
      bytes += (long) record.get().textChars() * BYTES_A_TEXTS_CHARACTER;
      bytes += record.get().otherChars() * BYTES_ANOTHER_CHARACTER;
    }
    return records;
  }
}
