package dev.embedctl.io.readback;

import dev.embedctl.io.output.ArrowSink;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FixedSizeList;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Type;

/**
 * The structure of an Arrow IPC file whose first columns are those that {@link ArrowSink} writes.
 * Only the footer, which lists the batches, is kept in memory.
 */
final class ArrowFile {
  private static final String MAGIC = "ARROW1";
  private static final int TRAILER_BYTES = Integer.BYTES + MAGIC.length();

  /** The size of a message's prefix: a marker and the length. */
  private static final int PREFIX_BYTES = 8;

  /**
   * The maximum size of decoded metadata: a footer has 24 bytes per batch, and a batch's message is
   * smaller.
   */
  private static final int MAX_DECODED = 64 << 20;

  private static final String WRONG_COLUMNS =
      "not an output of embedctl: the first columns must be index (int64), id (string) and"
          + " embedding (fixed-size list of float32)";

  private final FileChannel channel;
  private final Footer footer;
  private final int dimensions;
  private final List<String> metadataNames;

  private ArrowFile(FileChannel channel, Footer footer, int dimensions) {
    this.channel = channel;
    this.footer = footer;
    this.dimensions = dimensions;
    this.metadataNames = metadataNames(footer.schema());
  }

  /**
   * The places of a batch's columns in the file.
   *
   * @param rows the number of rows
   * @param metadata the columns of {@link #metadataNames}
   */
  record Columns(long rows, Range indexes, Texts ids, Range floats, List<Texts> metadata) {}

  /**
   * The places of a column of texts.
   *
   * @param bits one bit per row, set if it has a text; empty if all rows have one
   */
  record Texts(Range bits, Range ends, Range texts) {}

  /** A range of bytes in the file. */
  record Range(long start, long length) {}

  /**
   * Reads the footer.
   *
   * @throws InvalidInput if this is not such a file; the message is a clause
   */
  static ArrowFile of(FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < TRAILER_BYTES + MAGIC.length()) {
      throw new InvalidInput("not a complete Arrow file: it has only " + size + " bytes");
    }
    ByteBuffer trailer = read(channel, size - TRAILER_BYTES, TRAILER_BYTES);
    long length = trailer.getInt();
    String mark = StandardCharsets.ISO_8859_1.decode(trailer).toString();
    if (!mark.equals(MAGIC)
        || length <= 0
        || length > maxDecoded(size - TRAILER_BYTES - MAGIC.length())) {
      throw new InvalidInput("not a complete Arrow file: the footer is missing");
    }
    long start = size - TRAILER_BYTES - length;
    Footer footer = Footer.getRootAsFooter(read(channel, start, Math.toIntExact(length)));
    return new ArrowFile(channel, footer, dimensions(footer.schema()));
  }

  private static long maxDecoded(long available) {
    return Math.min(available, MAX_DECODED);
  }

  private static int dimensions(Schema schema) {
    if (schema.endianness() != Endianness.Little || schema.fieldsLength() < 3) {
      throw new InvalidInput(WRONG_COLUMNS);
    }
    Field index = field(schema, 0, "index", Type.Int);
    Int number = (Int) index.type(new Int());
    field(schema, 1, "id", Type.Utf8);
    Field embedding = field(schema, 2, "embedding", Type.FixedSizeList);
    FixedSizeList list = (FixedSizeList) embedding.type(new FixedSizeList());
    if (number.bitWidth() != Long.SIZE
        || !number.isSigned()
        || embedding.childrenLength() != 1
        || embedding.children(0).typeType() != Type.FloatingPoint) {
      throw new InvalidInput(WRONG_COLUMNS);
    }
    FloatingPoint floats = (FloatingPoint) embedding.children(0).type(new FloatingPoint());
    if (floats.precision() != Precision.SINGLE) {
      throw new InvalidInput(WRONG_COLUMNS);
    }
    return list.listSize();
  }

  private static Field field(Schema schema, int place, String name, byte type) {
    Field field = schema.fields(place);
    if (!name.equals(field.name()) || field.typeType() != type || field.dictionary() != null) {
      throw new InvalidInput(WRONG_COLUMNS);
    }
    return field;
  }

  /** The columns of texts after {@code cached}, up to the first column of another type. */
  private static List<String> metadataNames(Schema schema) {
    List<String> names = new ArrayList<>();
    boolean cached = schema.fieldsLength() > 3 && schema.fields(3).typeType() == Type.Bool;
    for (int place = 4; cached && place < schema.fieldsLength(); place++) {
      Field field = schema.fields(place);
      if (field.typeType() != Type.Utf8 || field.dictionary() != null) {
        break;
      }
      names.add(field.name());
    }
    return names;
  }

  /** The names of the columns of metadata. */
  List<String> metadataNames() {
    return metadataNames;
  }

  /** The number of dimensions; 0 if there are no vectors. */
  int dimensions() {
    return dimensions;
  }

  /** The number of batches. */
  int batches() {
    return footer.recordBatchesLength();
  }

  /**
   * The places of a batch's columns.
   *
   * @throws InvalidInput if the places are invalid; the message is a clause
   */
  Columns batch(int number) throws IOException {
    Block block = footer.recordBatches(number);
    if (block.offset() < MAGIC.length()
        || block.metaDataLength() <= PREFIX_BYTES
        || block.metaDataLength() > maxDecoded(channel.size())
        || block.bodyLength() < 0
        || block.offset() > channel.size() - block.metaDataLength() - block.bodyLength()) {
      throw new InvalidInput("the footer lists a batch outside the file");
    }
    Message message =
        Message.getRootAsMessage(
            read(channel, block.offset() + PREFIX_BYTES, block.metaDataLength() - PREFIX_BYTES));
    if (message.headerType() != MessageHeader.RecordBatch) {
      throw new InvalidInput("there is no batch where the footer lists one");
    }
    RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
    if (batch.compression() != null) {
      throw new InvalidInput(
          "compressed batches cannot be read; write the file without compression");
    }
    return columns(batch, new Range(block.offset() + block.metaDataLength(), block.bodyLength()));
  }

  private Columns columns(RecordBatch batch, Range body) {
    int metadata = metadataNames.size();
    if (batch.nodesLength() < (metadata == 0 ? 4 : 5 + metadata)
        || batch.buffersLength() < (metadata == 0 ? 8 : 10 + 3 * metadata)
        || batch.length() < 0) {
      throw new InvalidInput("a batch has too few columns");
    }
    for (int column : List.of(0, 2, 3)) {
      if (batch.nodes(column).nullCount() != 0) {
        throw new InvalidInput("a row has no index or no vector");
      }
    }
    long rows = batch.length();
    List<Texts> texts = new ArrayList<>();
    for (int i = 0; i < metadata; i++) {
      texts.add(texts(batch, 5 + i, 10 + 3 * i, body));
    }
    long values = Math.multiplyExact(rows, (long) dimensions);
    return new Columns(
        rows,
        buffer(batch, 1, Math.multiplyExact(rows, (long) Long.BYTES), body),
        texts(batch, 1, 2, body),
        buffer(batch, 7, Math.multiplyExact(values, (long) Float.BYTES), body),
        texts);
  }

  private static Texts texts(RecordBatch batch, int node, int firstBuffer, Range body) {
    long rows = batch.length();
    boolean whole = batch.nodes(node).nullCount() == 0;
    return new Texts(
        whole ? new Range(0, 0) : buffer(batch, firstBuffer, (rows + 7) / 8, body),
        buffer(batch, firstBuffer + 1, Math.multiplyExact(rows + 1, (long) Integer.BYTES), body),
        buffer(batch, firstBuffer + 2, 0, body));
  }

  private static Range buffer(RecordBatch batch, int number, long minLength, Range body) {
    long offset = batch.buffers(number).offset();
    long length = batch.buffers(number).length();
    if (offset < 0 || length < minLength || offset > body.length() - length) {
      throw new InvalidInput("a batch's columns are shorter than its " + batch.length() + " rows");
    }
    return new Range(body.start() + offset, length);
  }

  /** Reads a part of a range. */
  ByteBuffer read(Range range, long from, int length) throws IOException {
    if (from < 0 || length < 0 || from > range.length() - length) {
      throw new InvalidInput("a string is outside its column");
    }
    return read(channel, range.start() + from, length);
  }

  private static ByteBuffer read(FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw new EOFException("the file was truncated while it was read");
      }
    }
    return bytes.flip();
  }
}
