package dev.embedctl.io.output;

import dev.embedctl.io.bytes.Block;
import dev.embedctl.io.bytes.Blocks;
import dev.embedctl.io.bytes.OutputFile;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.Outcome.Embedding;
import dev.embedctl.model.Vector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes a NumPy array, format 1.0: float32, one row per record. A JSON Lines file beside it names
 * the record of each row, since failed texts have no row. The number of rows is known only at the
 * end, so the header is overwritten then.
 */
public final class NpySink implements RecordSink {
  private static final int HEADER_BYTES = 128;
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final byte[] END = "}\n".getBytes(StandardCharsets.US_ASCII);

  private final OutputFile array;
  private final OutputFile ids;
  private final Blocks blocks = new Blocks();
  private final RowLength rowLength = new RowLength();
  private long rows;

  private NpySink(OutputFile array, OutputFile ids) {
    this.array = array;
    this.ids = ids;
  }

  /**
   * Begins both files.
   *
   * @throws EmbedctlException like {@link OutputFile#open}
   */
  public static NpySink open(Path array, Path ids) {
    OutputFile arrayFile = OutputFile.open(array);
    try {
      OutputFile idsFile = OutputFile.open(ids);
      arrayFile.write(header(0, 0));
      return new NpySink(arrayFile, idsFile);
    } catch (EmbedctlException e) {
      arrayFile.close();
      throw e;
    }
  }

  @Override
  public Rendered render(List<Embedding> embeddings) {
    Block floats = blocks.take();
    Block lines = blocks.take();
    for (Embedding embedding : embeddings) {
      floats.putFloats(embedding.vector());
      JsonlSink.putIdentity(embedding.record(), lines);
      JsonlSink.putParts(embedding, lines);
      JsonlSink.putMetadata(embedding.record(), lines);
      lines.put(END);
    }
    return () -> {
      embeddings.forEach(embedding -> count(embedding.vector()));
      floats.writeTo(array);
      lines.writeTo(ids);
      blocks.giveBack(floats);
      blocks.giveBack(lines);
    };
  }

  private void count(Vector vector) {
    rowLength.check(vector);
    rows++;
  }

  @Override
  public void flush() {
    array.flush();
    ids.flush();
  }

  /** Completes both files, the array last: if the array exists, its ids exist too. */
  @Override
  public void commit() {
    array.rewrite(0, header(rows, rowLength.dimensions()));
    ids.commit();
    array.commit();
  }

  @Override
  public void close() {
    try (array) {
      ids.close();
    }
  }

  private static ByteBuffer header(long rows, int dimensions) {
    String header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (" + rows + ", " + dimensions + "), }";
    int length = HEADER_BYTES - MAGIC.length - Short.BYTES;
    String padded = header + " ".repeat(length - 1 - header.length()) + "\n";
    return ByteBuffer.allocate(HEADER_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .putShort((short) length)
        .put(padded.getBytes(StandardCharsets.US_ASCII))
        .flip();
  }
}
