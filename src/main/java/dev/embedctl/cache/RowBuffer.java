package dev.embedctl.cache;

import dev.embedctl.model.Vector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.zip.CRC32;

/**
 * A buffer of consecutive rows on their way to or from the disk. Rows are counted from 0 within the
 * buffer. One thread uses it.
 */
final class RowBuffer {
  static final int MAGIC = 0x31525645; // "EVR1" in the file
  private static final int VACANT = 0x30525645; // "EVR0"
  static final int CRC_AT = 4;
  static final int CREATED_AT = 8;
  static final int ROW_AT = 12;
  private static final int KEY_AT = 16;

  private final int rowBytes;
  private final int dimensions;
  private final ByteBuffer bytes;
  private final ByteBuffer keys;
  private final FloatBuffer floats;

  /** The bytes whose checksum is computed; kept, since a new view for each row takes longer. */
  private final ByteBuffer checked;

  private final CRC32 crc = new CRC32();

  RowBuffer(RowLayout layout, ByteBuffer buffer) {
    this.rowBytes = layout.rowBytes();
    this.dimensions = layout.dimensions();
    this.bytes = buffer.slice().order(ByteOrder.LITTLE_ENDIAN);
    this.keys = bytes.duplicate().order(ByteOrder.BIG_ENDIAN);
    this.floats = bytes.asFloatBuffer();
    this.checked = bytes.duplicate();
  }

  /** A buffer for this number of rows, outside the heap, which is fastest for channels. */
  static RowBuffer allocate(RowLayout layout, int rows) {
    return new RowBuffer(
        layout, ByteBuffer.allocateDirect(Math.multiplyExact(rows, layout.rowBytes())));
  }

  /** The number of rows that fit. */
  int capacity() {
    return bytes.capacity() / rowBytes;
  }

  /** The bytes of the first rows, for writing or reading. */
  ByteBuffer firstRows(int rows) {
    return bytes.slice(0, rows * rowBytes);
  }

  /** Puts a row at an index; {@code number} is its number within its segment. */
  void put(int index, int number, Row row) {
    int at = index * rowBytes;
    bytes.putInt(at, MAGIC);
    bytes.putInt(at + CREATED_AT, (int) row.created());
    bytes.putInt(at + ROW_AT, number);
    row.key().writeTo(keys, at + KEY_AT);
    row.vector().writeTo(floats.slice((at + RowLayout.HEADER_BYTES) / Float.BYTES, dimensions));
    bytes.putInt(at + CRC_AT, checksum(at));
  }

  /** Puts the mark of a vacant row, whose damaged data was set aside, at an index. */
  void putVacant(int index, int number) {
    int at = index * rowBytes;
    bytes.put(at, new byte[rowBytes]);
    bytes.putInt(at, VACANT);
    bytes.putInt(at + ROW_AT, number);
    bytes.putInt(at + CRC_AT, checksum(at));
  }

  /** Whether there is an intact row with this number at an index. */
  boolean isIntact(int index, int number) {
    return isWhole(index, MAGIC, number);
  }

  /** Whether there is the mark of {@link #putVacant} at an index. */
  boolean isVacant(int index, int number) {
    return isWhole(index, VACANT, number);
  }

  private boolean isWhole(int index, int magic, int number) {
    int at = index * rowBytes;
    return bytes.getInt(at) == magic
        && bytes.getInt(at + ROW_AT) == number
        && bytes.getInt(at + CRC_AT) == checksum(at);
  }

  CacheKey key(int index) {
    return CacheKey.readFrom(keys, index * rowBytes + KEY_AT);
  }

  boolean holds(int index, CacheKey key) {
    return key.isAt(keys, index * rowBytes + KEY_AT);
  }

  long created(int index) {
    return Integer.toUnsignedLong(bytes.getInt(index * rowBytes + CREATED_AT));
  }

  Vector vector(int index) {
    float[] values = new float[dimensions];
    copy(index, values, 0);
    return Vector.wrap(values);
  }

  /** Copies the vector of a row into an array, from a position on. */
  void copy(int index, float[] into, int first) {
    int at = (index * rowBytes + RowLayout.HEADER_BYTES) / Float.BYTES;
    floats.get(at, into, first, dimensions);
  }

  /** Decodes the whole row. */
  Row row(int index) {
    return new Row(key(index), vector(index), created(index));
  }

  private int checksum(int at) {
    crc.reset();
    crc.update(checked.limit(at + rowBytes).position(at + CREATED_AT));
    return (int) crc.getValue();
  }
}
