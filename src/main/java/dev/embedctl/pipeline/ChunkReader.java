package dev.embedctl.pipeline;

import dev.embedctl.io.input.RecordSource;
import dev.embedctl.model.InputRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the records of one chunk at a time, fewer of them if they are huge. */
final class ChunkReader {
  /** The memory for a character of a text, with its request and copies on the way. */
  private static final int BYTES_A_TEXTS_CHARACTER = 16;

  /** The memory for a character of a record, its id and its metadata, with rendered copies. */
  private static final int BYTES_ANOTHER_CHARACTER = 8;

  private final RecordSource source;
  private final int size;
  private final long memory;

  ChunkReader(RecordSource source, PipelineOptions options) {
    this.source = source;
    this.size = options.chunkSize();
    this.memory = options.memory();
  }

  /** The records of the next chunk; none at the end. */
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
