package dev.embedctl.io.readback;

import dev.embedctl.io.bytes.DamagedInput;
import dev.embedctl.io.input.ParquetCells;
import dev.embedctl.io.input.ParquetFailure;
import dev.embedctl.io.input.ParquetFiles;
import dev.embedctl.io.output.TableNames;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.hardwood.metadata.PhysicalType;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.reader.ColumnReaders;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.schema.FileSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads vectors with their keys and checksums from a Parquet file, whoever wrote it: the columns
 * may be in any order and among any others, and values may be missing.
 */
public final class TableReader implements AutoCloseable {
  /** Receives the rows in the order of the file. */
  public interface Receiver {
    /** Receives a row; the arrays are the receiver's. */
    void row(byte[] key, float[] vector, int checksum) throws IOException;

    /** Receives a row in which a value is missing. */
    void incomplete() throws IOException;
  }

  /** A row on its way to the receiver. */
  @FunctionalInterface
  private interface Row {
    void sendTo(Receiver receiver) throws IOException;
  }

  private final String name;
  private final ParquetFileReader file;
  private final ColumnReaders columns;
  private final ColumnReader keys;
  private final ColumnReader vectors;
  private final ColumnReader checksums;
  private long row;

  private TableReader(
      String name, ParquetFileReader file, ColumnReaders columns, TableNames names) {
    this.name = name;
    this.file = file;
    this.columns = columns;
    this.keys = ParquetSchema.column(names.key(), columns).orElseThrow();
    this.vectors = ParquetSchema.column(names.vector(), columns).orElseThrow();
    this.checksums = ParquetSchema.column(names.checksum(), columns).orElseThrow();
  }

  /**
   * Opens a file.
   *
   * @throws InvalidInput if the file is incomplete or lacks one of the columns
   */
  public static TableReader open(Path path, String name, TableNames names) throws IOException {
    ParquetFileReader file = ParquetFiles.open(path, name);
    boolean done = false;
    try {
      checkColumns(file.getFileSchema(), name, names);
      TableReader reader =
          new TableReader(
              name,
              file,
              ParquetCells.inSmallBatches(file, names.key(), names.vector(), names.checksum()),
              names);
      done = true;
      return reader;
    } catch (EmbedctlException e) {
      throw e;
    } catch (RuntimeException e) {
      throw ParquetFailure.of(name + ": cannot be read: ", e);
    } finally {
      if (!done) {
        file.close();
      }
    }
  }

  private static void checkColumns(FileSchema schema, String name, TableNames names) {
    boolean valid =
        ParquetSchema.has(schema, names.key(), PhysicalType.BYTE_ARRAY)
            && ParquetSchema.hasFloats(schema, names.vector())
            && ParquetSchema.has(schema, names.checksum(), PhysicalType.INT32);
    if (!valid) {
      throw new InvalidInput(
          name
              + ": not a file of a cache table: it needs the columns "
              + names.key()
              + " (binary), "
              + names.vector()
              + " (list of float) and "
              + names.checksum()
              + " (int32)");
    }
  }

  /**
   * Reads all rows.
   *
   * @throws InvalidInput if the file is damaged; the rows before were received
   */
  public void read(Receiver receiver) throws IOException {
    for (Optional<List<Row>> batch = next(); batch.isPresent(); batch = next()) {
      for (Row each : batch.get()) {
        row++;
        each.sendTo(receiver);
      }
    }
    if (row != file.getFileMetaData().numRows()) {
      throw new InvalidInput(
          name
              + ": ends after row "
              + row
              + ", but its footer says that there are "
              + file.getFileMetaData().numRows()
              + " rows");
    }
  }

  /** The next rows, all of whose values are decoded here, so that damage shows here. */
  private Optional<List<Row>> next() {
    try {
      return columns.nextBatch() ? Optional.of(batch()) : Optional.empty();
    } catch (RuntimeException e) {
      DamagedInput damage = ParquetFailure.damaged("rows from here on", e);
      throw new InvalidInput(name + ": row " + (row + 1) + ": " + damage.getMessage(), damage);
    }
  }

  private List<Row> batch() {
    List<Row> batch = new ArrayList<>(columns.getRecordCount());
    int[] keyStarts = keys.getBinaryOffsets();
    byte[] keyBytes = keys.getBinaryValues();
    int[] starts = vectors.getLayerOffsets(0);
    float[] floats = vectors.getFloats();
    int[] sums = checksums.getInts();
    for (int i = 0; i < columns.getRecordCount(); i++) {
      int start = starts[i];
      int end = starts[i + 1];
      int absent = start == end ? start : vectors.getLeafValidity().nextNull(start, end);
      boolean complete =
          start < end
              && (absent < start || absent >= end)
              && !keys.getLeafValidity().isNull(i)
              && !checksums.getLeafValidity().isNull(i);
      if (complete) {
        byte[] key = Arrays.copyOfRange(keyBytes, keyStarts[i], keyStarts[i + 1]);
        float[] vector = Arrays.copyOfRange(floats, start, end);
        int sum = sums[i];
        batch.add(receiver -> receiver.row(key, vector, sum));
      } else {
        batch.add(Receiver::incomplete);
      }
    }
    return batch;
  }

  @Override
  public void close() throws IOException {
    try (file) {
      columns.close();
    }
  }
}
