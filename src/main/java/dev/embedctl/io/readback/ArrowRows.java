package dev.embedctl.io.readback;

import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads an Arrow output row by row; batches may have any size. */
final class ArrowRows implements OutputReader {
  private static final ArrowFile.Range NOTHING = new ArrowFile.Range(0, 0);

  private final String name;
  private final FileChannel channel;
  private final ArrowFile file;
  private ArrowFile.Columns batch =
      new ArrowFile.Columns(
          0, NOTHING, new ArrowFile.Texts(NOTHING, NOTHING, NOTHING), NOTHING, List.of());
  private int batchesBegun;
  private long rowInBatch;
  private long row;
  private final MetadataColumns metadata;

  private ArrowRows(String name, FileChannel channel, ArrowFile file) {
    this.name = name;
    this.channel = channel;
    this.file = file;
    this.metadata = new MetadataColumns(file.metadataNames());
  }

  /**
   * Opens a file.
   *
   * @throws InvalidInput if the file is incomplete or has other columns than an output
   */
  static ArrowRows open(Path path, String name) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    boolean done = false;
    try {
      ArrowRows rows = new ArrowRows(name, channel, ArrowFile.of(channel));
      done = true;
      return rows;
    } catch (InvalidInput e) {
      throw new InvalidInput(name + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new InvalidInput(name + ": not a complete Arrow file: the footer cannot be decoded", e);
    } finally {
      if (!done) {
        channel.close();
      }
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<OutputRow> next() throws IOException {
    row++;
    try {
      if (!advance()) {
        return Optional.empty();
      }
      OutputRow current = current();
      rowInBatch++;
      return Optional.of(current);
    } catch (InvalidInput e) {
      throw new InvalidInput(place() + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new InvalidInput(place() + ": the batch cannot be decoded; create the file again", e);
    }
  }

  /** Goes to the next batch that has rows, if this one has no more; false at the end. */
  private boolean advance() throws IOException {
    while (rowInBatch == batch.rows()) {
      if (batchesBegun == file.batches()) {
        return false;
      }
      batch = file.batch(batchesBegun);
      batchesBegun++;
      rowInBatch = 0;
    }
    return true;
  }

  private String place() {
    return name + ": row " + row;
  }

  private OutputRow current() throws IOException {
    long index = read(batch.indexes(), Long.BYTES).getLong();
    if (index < 0) {
      return new OutputRow.Broken(
          place(), OptionalLong.empty(), "the index is missing or not an integer of at least 0");
    }
    if (file.dimensions() <= 0) {
      return new OutputRow.Broken(place(), OptionalLong.of(index), "the embedding is empty");
    }
    int bytes = Math.multiplyExact(file.dimensions(), Float.BYTES);
    Vector vector = Vector.read(read(batch.floats(), bytes).asFloatBuffer(), file.dimensions());
    return new OutputRow.Whole(place(), index, id(), vector);
  }

  private OutputId id() throws IOException {
    Optional<String> id = text(batch.ids(), rowInBatch);
    return id.isPresent() ? new OutputId.Cell(id.get()) : new OutputId.None();
  }

  private Optional<String> text(ArrowFile.Texts column, long number) throws IOException {
    if (column.bits().length() > 0) {
      byte bits = file.read(column.bits(), number / 8, 1).get();
      if ((bits >> (number % 8) & 1) == 0) {
        return Optional.empty();
      }
    }
    ByteBuffer ends = file.read(column.ends(), number * Integer.BYTES, 2 * Integer.BYTES);
    int start = ends.getInt();
    ByteBuffer text = file.read(column.texts(), start, Math.subtractExact(ends.getInt(), start));
    return Optional.of(StandardCharsets.UTF_8.decode(text).toString());
  }

  /** The row's value in a column with values of the given size. */
  private ByteBuffer read(ArrowFile.Range column, int bytes) throws IOException {
    return file.read(column, rowInBatch * bytes, bytes);
  }

  @Override
  public Optional<String> metadata() {
    try {
      return metadata.object(this::metadata);
    } catch (InvalidInput e) {
      throw new InvalidInput(place() + ": " + e.getMessage(), e);
    }
  }

  private Optional<String> metadata(int column) {
    try {
      return text(batch.metadata().get(column), rowInBatch - 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void skip(long rows) throws IOException {
    long left = rows;
    try {
      while (left > 0 && advance()) {
        long some = Math.min(left, batch.rows() - rowInBatch);
        rowInBatch += some;
        row += some;
        left -= some;
      }
    } catch (InvalidInput e) {
      throw new InvalidInput(place() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
