package dev.embedctl.io;

import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Vector;
import java.nio.charset.StandardCharsets;

/** Writes JSON Lines: one object a record, a float in as few digits as read back as the same. */
public final class JsonlSink implements RecordSink {
  private static final int HANDED_OVER_BYTES = 1 << 16;

  private final Output output;
  private final StringBuilder numbers = new StringBuilder();
  private final byte[] bytes = new byte[2 * HANDED_OVER_BYTES];
  private int length;

  /** Writes to this output, and closes it. */
  public JsonlSink(Output output) {
    this.output = output;
  }

  @Override
  public void write(InputRecord record, Vector vector, Provenance provenance) {
    // Characters of one byte each until the id, which is text.
    numbers.setLength(0);
    numbers.append("{\"index\":").append(record.index());
    if (record.id().isPresent()) {
      numbers.append(",\"id\":");
      putNumbers();
      put(record.id().get().getBytes(StandardCharsets.UTF_8));
    }
    numbers.append(",\"embedding\":[");
    for (int i = 0; i < vector.dimensions(); i++) {
      float value = vector.at(i);
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("JSON has no number for " + value);
      }
      (i == 0 ? numbers : numbers.append(',')).append(value);
    }
    numbers.append(
        switch (provenance) {
          case CACHED -> "],\"cached\":true";
          case FRESH -> "],\"cached\":false";
        });
    if (record.metadata().isPresent()) {
      numbers.append(",\"metadata\":");
      putNumbers();
      put(record.metadata().get().getBytes(StandardCharsets.UTF_8));
    }
    numbers.append("}\n");
    putNumbers();
    if (length >= HANDED_OVER_BYTES) {
      handOver();
    }
  }

  @Override
  public void flush() {
    handOver();
    output.flush();
  }

  @Override
  public void commit() {
    flush();
    output.commit();
  }

  @Override
  public void close() {
    output.close();
  }

  private void putNumbers() {
    put(numbers.toString().getBytes(StandardCharsets.ISO_8859_1));
    numbers.setLength(0);
  }

  private void put(byte[] piece) {
    if (piece.length > bytes.length - length) {
      handOver();
    }
    if (piece.length > bytes.length) {
      output.write(piece, 0, piece.length);
      return;
    }
    System.arraycopy(piece, 0, bytes, length, piece.length);
    length += piece.length;
  }

  private void handOver() {
    int handed = length;
    // Emptied first: after a failure nothing is written twice.
    length = 0;
    output.write(bytes, 0, handed);
  }
}
