package dev.embedctl.io.output;

import dev.embedctl.io.bytes.Output;
import dev.embedctl.model.Vector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes vectors with their keys and checksums as Parquet. */
public final class TableWriter implements AutoCloseable {
  private static final int ROWS_PER_PAGE = 256;

  private final ParquetWriter writer;
  private final List<byte[]> keys = new ArrayList<>();
  private final List<Vector> vectors = new ArrayList<>();
  private final int[] checksums = new int[ROWS_PER_PAGE];

  /** Writes to an output, and closes it. */
  public TableWriter(Output output, TableNames names) {
    this.writer = new ParquetWriter(output, ParquetColumn.of(names));
  }

  /** Adds a row. */
  public void add(byte[] key, Vector vector, int checksum) {
    checksums[keys.size()] = checksum;
    keys.add(key);
    vectors.add(vector);
    if (keys.size() == ROWS_PER_PAGE) {
      addPages();
    }
  }

  private void addPages() {
    int rows = keys.size();
    writer.add(
        new ParquetWriter.Rows(
            rows,
            List.of(
                ParquetPage.ofBytes(keys),
                ParquetPage.ofVectors(vectors),
                ParquetPage.ofInts(Arrays.copyOf(checksums, rows)))));
    keys.clear();
    vectors.clear();
  }

  /** The approximate size of the file so far. */
  public long bytes() {
    return writer.bytes();
  }

  /** Completes the file. */
  public void commit() {
    if (!keys.isEmpty()) {
      addPages();
    }
    writer.commit();
  }

  @Override
  public void close() {
    writer.close();
  }
}
