package dev.embedctl.io.output;

import dev.embedctl.io.bytes.Output;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;

/**
 * Writes pages as a Parquet file. They are held until they fill a row group. The schema is at the
 * end of the file, so nothing needs to be known beforehand and nothing is overwritten.
 */
final class ParquetWriter implements AutoCloseable {
  /** The approximate size of a row group. Readers allocate memory and threads by row group. */
  private static final int GROUP_BYTES = 32 << 20;

  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  private final Output output;
  private final List<ParquetColumn> columns;
  private final List<Rows> held = new ArrayList<>();
  private long heldBytes;
  private final List<RowGroup> groups = new ArrayList<>();
  private long position;

  /** Rows as pages, one for each column. */
  record Rows(int count, List<ParquetPage> pages) {}

  /** Writes to an output, and closes it. */
  ParquetWriter(Output output, List<ParquetColumn> columns) {
    this.output = output;
    this.columns = columns;
  }

  /** Adds rows after those before. */
  void add(Rows rows) {
    if (rows.count() == 0) {
      return;
    }
    held.add(rows);
    for (ParquetPage page : rows.pages()) {
      heldBytes += page.length();
    }
    if (heldBytes >= GROUP_BYTES) {
      writeGroup();
    }
  }

  private void writeGroup() {
    begin();
    List<ColumnChunk> chunks = new ArrayList<>();
    long start = position;
    for (int i = 0; i < columns.size(); i++) {
      chunks.add(writeChunk(i));
    }
    long rows = held.stream().mapToLong(Rows::count).sum();
    groups.add(
        new RowGroup(chunks, position - start, rows)
            .setFile_offset(start)
            .setTotal_compressed_size(position - start));
    held.clear();
    heldBytes = 0;
  }

  private ColumnChunk writeChunk(int column) {
    long start = position;
    long values = 0;
    for (Rows rows : held) {
      ParquetPage page = rows.pages().get(column);
      page.writeTo(output);
      position += page.length();
      values += page.values();
    }
    ColumnMetaData about =
        new ColumnMetaData(
            columns.get(column).type(),
            List.of(Encoding.PLAIN, Encoding.RLE),
            columns.get(column).path(),
            CompressionCodec.UNCOMPRESSED,
            values,
            position - start,
            position - start,
            start);
    return new ColumnChunk(0).setMeta_data(about);
  }

  private void begin() {
    if (position == 0) {
      output.write(MAGIC, 0, MAGIC.length);
      position = MAGIC.length;
    }
  }

  /** The size of the file so far, without its footer. */
  long bytes() {
    return position + heldBytes;
  }

  void flush() {
    output.flush();
  }

  /** Completes the file. */
  void commit() {
    if (!held.isEmpty()) {
      writeGroup();
    }
    begin();
    byte[] footer = footer();
    output.write(footer, 0, footer.length);
    output.commit();
  }

  private byte[] footer() {
    long rows = groups.stream().mapToLong(RowGroup::getNum_rows).sum();
    FileMetaData about =
        new FileMetaData(1, ParquetColumn.schema(columns), rows, groups).setCreated_by("embedctl");
    ByteArrayOutputStream footer = new ByteArrayOutputStream();
    try {
      Util.writeFileMetaData(about, footer);
      int length = footer.size();
      footer.write(
          ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(length).array());
      footer.write(MAGIC);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return footer.toByteArray();
  }

  @Override
  public void close() {
    output.close();
  }
}
