package dev.embedctl.io.output;

import dev.embedctl.io.bytes.Output;
import dev.embedctl.model.Vector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;

/**
 * A Parquet data page of one column (page version 1, encoding PLAIN, not compressed, since the
 * floats of embeddings hardly compress). Definition and repetition levels, which mark missing
 * values and the start of lists, are runs of bits: {@code varint(count << 1), bit} repeats a bit,
 * {@code varint(bytes << 1 | 1), bytes} lists bits.
 */
final class ParquetPage {
  private static final int MAX_VARINT = 5;

  private final byte[] header;
  private final byte[] body;
  private final int bodyBytes;
  private final int values;

  /** A page whose body is the beginning of an array. */
  private ParquetPage(byte[] header, byte[] body, int bodyBytes, int values) {
    this.header = header;
    this.body = body;
    this.bodyBytes = bodyBytes;
    this.values = values;
  }

  static ParquetPage ofLongs(long[] values) {
    ByteBuffer body = room(values.length * Long.BYTES);
    body.asLongBuffer().put(values);
    return of(body.position(body.limit()), values.length);
  }

  static ParquetPage ofBooleans(boolean[] values) {
    ByteBuffer body = room((values.length + 7) / 8);
    return of(putBits(values, body), values.length);
  }

  /** Texts, some of which may be missing. */
  static ParquetPage ofTexts(List<Optional<String>> values) {
    boolean[] present = new boolean[values.size()];
    byte[][] texts = new byte[values.size()][];
    int length = 0;
    for (int i = 0; i < present.length; i++) {
      present[i] = values.get(i).isPresent();
      texts[i] = values.get(i).orElse("").getBytes(StandardCharsets.UTF_8);
      length = Math.addExact(length, texts[i].length + Integer.BYTES);
    }
    int groups = (present.length + 7) / 8;
    ByteBuffer body = room(Math.addExact(length, Integer.BYTES + MAX_VARINT + groups));
    int start = beginLevels(body);
    putVarint((groups << 1) | 1, body);
    putBits(present, body);
    endLevels(start, body);
    for (int i = 0; i < present.length; i++) {
      if (present[i]) {
        body.putInt(texts[i].length).put(texts[i]);
      }
    }
    return of(body, present.length);
  }

  static ParquetPage ofInts(int[] values) {
    ByteBuffer body = room(values.length * Integer.BYTES);
    body.asIntBuffer().put(values);
    return of(body.position(body.limit()), values.length);
  }

  /** Bytes, none of which are missing. */
  static ParquetPage ofBytes(List<byte[]> values) {
    int length = 0;
    for (byte[] value : values) {
      length = Math.addExact(length, value.length + Integer.BYTES);
    }
    ByteBuffer body = room(length);
    values.forEach(value -> body.putInt(value.length).put(value));
    return of(body, values.size());
  }

  /** Vectors as lists; none is missing or empty. */
  static ParquetPage ofVectors(List<Vector> vectors) {
    int rows = vectors.size();
    int values = 0;
    for (Vector vector : vectors) {
      values = Math.addExact(values, vector.dimensions());
    }
    int levels = 2 * Integer.BYTES + (2 * rows + 1) * (MAX_VARINT + 1);
    ByteBuffer body = room(Math.addExact(levels, Math.multiplyExact(values, Float.BYTES)));
    int repetition = beginLevels(body);
    for (Vector vector : vectors) {
      putRun(1, 0, body); // the first value of a list begins a row
      putRun(vector.dimensions() - 1, 1, body);
    }
    endLevels(repetition, body);
    int definition = beginLevels(body);
    putRun(values, 1, body);
    endLevels(definition, body);
    for (Vector vector : vectors) {
      vector.writeTo(body.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer());
      body.position(body.position() + vector.dimensions() * Float.BYTES);
    }
    return of(body, values);
  }

  /** The number of values, including missing ones. */
  int values() {
    return values;
  }

  /** The number of bytes in the file. */
  int length() {
    return header.length + bodyBytes;
  }

  void writeTo(Output output) {
    output.write(header, 0, header.length);
    output.write(body, 0, bodyBytes);
  }

  private static ByteBuffer room(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Reserves space for the length of the levels. */
  private static int beginLevels(ByteBuffer body) {
    int start = body.position();
    body.putInt(0);
    return start;
  }

  private static void endLevels(int start, ByteBuffer body) {
    body.putInt(start, body.position() - start - Integer.BYTES);
  }

  private static void putRun(int count, int bit, ByteBuffer body) {
    if (count > 0) {
      putVarint(count << 1, body);
      body.put((byte) bit);
    }
  }

  private static void putVarint(int value, ByteBuffer body) {
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      body.put((byte) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    body.put((byte) rest);
  }

  /** Packs bits into bytes, the first into the lowest bit. */
  private static ByteBuffer putBits(boolean[] bits, ByteBuffer body) {
    for (int i = 0; i < bits.length; i += 8) {
      int packed = 0;
      for (int j = i; j < Math.min(i + 8, bits.length); j++) {
        packed |= bits[j] ? 1 << (j - i) : 0;
      }
      body.put((byte) packed);
    }
    return body;
  }

  @SuppressWarnings("ByteBufferBackingArray") // it is made by room()
  private static ParquetPage of(ByteBuffer filled, int values) {
    byte[] body = filled.array();
    int length = filled.position();
    CRC32 checksum = new CRC32();
    checksum.update(body, 0, length);
    PageHeader header =
        new PageHeader(PageType.DATA_PAGE, length, length)
            .setCrc((int) checksum.getValue())
            .setData_page_header(
                new DataPageHeader(values, Encoding.PLAIN, Encoding.RLE, Encoding.RLE));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      Util.writePageHeader(header, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return new ParquetPage(bytes.toByteArray(), body, length, values);
  }
}
