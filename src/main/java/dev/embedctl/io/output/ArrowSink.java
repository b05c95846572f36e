package dev.embedctl.io.output;

import dev.embedctl.io.bytes.Output;
import dev.embedctl.model.Outcome.Embedding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes an Arrow IPC file (the same format as Feather version 2): one row per record, with the
 * vector as a fixed-size list. Records that are rendered together form a record batch, so nothing
 * is held back. The schema, which comes first, is written with the first batch, since it contains
 * the length of the vectors.
 */
public final class ArrowSink implements RecordSink {
  private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END_OF_BATCHES = {-1, -1, -1, -1, 0, 0, 0, 0};

  private final Output output;
  private final TextColumns texts;
  private final RowLength rowLength = new RowLength();
  private final List<ArrowMessages.Place> batches = new ArrayList<>();
  private long position;

  /** Writes to an output, and closes it. */
  public ArrowSink(Output output, TextColumns texts) {
    this.output = output;
    this.texts = texts;
  }

  @Override
  public Rendered render(List<Embedding> embeddings) {
    if (embeddings.isEmpty()) {
      return () -> {};
    }
    ArrowBatch batch = new ArrowBatch(embeddings, texts);
    return () -> {
      embeddings.forEach(embedding -> rowLength.check(embedding.vector()));
      begin();
      ArrowMessages.Place place = batch.writeTo(output, position);
      batches.add(place);
      position += place.messageBytes() + place.bodyBytes();
    };
  }

  private void begin() {
    if (position == 0) {
      write(MAGIC);
      write(new byte[] {0, 0}); // padding to a multiple of 8
      write(ArrowMessages.schema(rowLength.dimensions(), texts));
    }
  }

  private void write(byte[] bytes) {
    output.write(bytes, 0, bytes.length);
    position += bytes.length;
  }

  @Override
  public void flush() {
    output.flush();
  }

  @Override
  public void commit() {
    begin();
    write(END_OF_BATCHES);
    byte[] footer = ArrowMessages.footer(rowLength.dimensions(), texts, batches);
    write(footer);
    write(
        ByteBuffer.allocate(Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(footer.length)
            .array());
    write(MAGIC);
    output.commit();
  }

  @Override
  public void close() {
    output.close();
  }
}
