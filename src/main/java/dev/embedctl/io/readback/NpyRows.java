package dev.embedctl.io.readback;

import dev.embedctl.io.bytes.LineReader;
import dev.embedctl.io.bytes.ReadFailure;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.Vector;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Reads a NumPy output, format 1.0, and the file with the ids of its rows. */
final class NpyRows implements OutputReader {
  private final String name;
  private final InputStream array;
  private final String idsName;
  private final LineReader ids;
  private final RowJson json;
  private final long rows;
  private final int dimensions;
  private long row;

  /**
   * Opens an output and reads the array's header.
   *
   * @param array the array's file, from its beginning
   * @throws InvalidInput if this is not such an array
   */
  NpyRows(String name, InputStream array, String idsName, LineReader ids, VectorParser embeddings)
      throws IOException {
    this.name = name;
    this.array = array;
    this.idsName = idsName;
    this.ids = ids;
    this.json = new RowJson(embeddings);
    NpyHeader header = NpyHeader.read(name, array);
    this.rows = header.rows();
    this.dimensions = header.dimensions();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<OutputRow> next() throws IOException {
    boolean hasId = advance();
    if (row == rows) {
      checkEnd(hasId);
      return Optional.empty();
    }
    if (!hasId) {
      throw new InvalidInput(
          idsName + ": " + ids.number() + " lines, but the array has " + rows + " rows");
    }
    Vector vector = vector();
    row++;
    json.read(ids);
    if (json.defect().isPresent()) {
      return Optional.of(
          new OutputRow.Broken(idsName + ":" + ids.number(), json.index(), json.defect().get()));
    }
    long index = json.index().orElseThrow();
    return Optional.of(new OutputRow.Whole(place(), index, json.id(), vector));
  }

  private String place() {
    return name + ": row " + row;
  }

  private boolean advance() {
    try {
      return ids.advance();
    } catch (IOException e) {
      throw ReadFailure.at(idsName, ids.number() + 1, e);
    }
  }

  private void checkEnd(boolean hasId) throws IOException {
    if (hasId) {
      throw new InvalidInput(idsName + ":" + ids.number() + ": the line has no row in " + name);
    }
    if (array.read() >= 0) {
      throw new InvalidInput(name + ": there is data after the last of " + rows + " rows");
    }
  }

  private Vector vector() throws IOException {
    byte[] bytes = array.readNBytes(Math.multiplyExact(dimensions, Float.BYTES));
    if (bytes.length < dimensions * Float.BYTES) {
      throw new InvalidInput(
          name + ": truncated after " + row + " rows; the header says " + rows, new EOFException());
    }
    return Vector.read(
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer(), dimensions);
  }

  @Override
  public Optional<String> metadata() {
    return json.metadata();
  }

  @Override
  public void skip(long count) throws IOException {
    long skipped = 0;
    while (skipped < count && row + skipped < rows && advance()) {
      skipped++;
    }
    array.skipNBytes(Math.multiplyExact(skipped, (long) dimensions * Float.BYTES));
    row += skipped;
  }

  @Override
  public void close() throws IOException {
    try (array) {
      ids.close();
    }
  }
}
