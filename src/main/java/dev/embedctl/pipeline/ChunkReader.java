package dev.embedctl.pipeline;

import dev.embedctl.io.RecordSource;
import dev.embedctl.model.InputRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a chunk's records at a time. */
final class ChunkReader {
  private final RecordSource source;
  private final int size;

  ChunkReader(RecordSource source, int size) {
    this.source = source;
    this.size = size;
  }

  /** The next chunk's records; none at the end. */
  List<InputRecord> next() throws IOException {
    List<InputRecord> records = new ArrayList<>(size);
    while (records.size() < size) {
      Optional<InputRecord> record = source.next();
      if (record.isEmpty()) {
        break;
      }
      records.add(record.get());
    }
    return records;
  }
}
