package dev.embedctl.io.output;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Bool;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.FixedSizeList;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Utf8;

/** Encodes the metadata of an Arrow IPC file with the format's generated classes. */
final class ArrowMessages {
  private static final int ALIGNMENT = 8;
  private static final int PREFIX_BYTES = 8;
  private static final int[] NONE = {};

  private ArrowMessages() {}

  /** The number of values in a column of a batch, and how many of them are missing. */
  record Node(int length, int missing) {}

  /** The place of a buffer in a batch's body. */
  record Range(long offset, long length) {}

  /** The place of a batch in the file. */
  record Place(long offset, int messageBytes, long bodyBytes) {}

  /** The first message of a file. */
  static byte[] schema(int dimensions, TextColumns texts) {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    return message(builder, MessageHeader.Schema, putSchema(dimensions, texts, builder), 0);
  }

  /** The message before a batch's body. */
  static byte[] batch(int rows, List<Node> nodes, List<Range> buffers, long bodyBytes) {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    RecordBatch.startBuffersVector(builder, buffers.size());
    for (Range range : buffers.reversed()) {
      Buffer.createBuffer(builder, range.offset(), range.length());
    }
    int bufferVector = builder.endVector();
    RecordBatch.startNodesVector(builder, nodes.size());
    for (Node node : nodes.reversed()) {
      FieldNode.createFieldNode(builder, node.length(), node.missing());
    }
    int nodeVector = builder.endVector();
    int batch = RecordBatch.createRecordBatch(builder, rows, nodeVector, bufferVector, 0, 0);
    return message(builder, MessageHeader.RecordBatch, batch, bodyBytes);
  }

  /** The footer of a file, without its length. */
  static byte[] footer(int dimensions, TextColumns texts, List<Place> batches) {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int schema = putSchema(dimensions, texts, builder);
    Footer.startDictionariesVector(builder, 0);
    int dictionaries = builder.endVector();
    Footer.startRecordBatchesVector(builder, batches.size());
    for (Place place : batches.reversed()) {
      Block.createBlock(builder, place.offset(), place.messageBytes(), place.bodyBytes());
    }
    int blocks = builder.endVector();
    Footer.finishFooterBuffer(
        builder, Footer.createFooter(builder, MetadataVersion.V5, schema, dictionaries, blocks, 0));
    return builder.sizedByteArray();
  }

  private static int putSchema(int dimensions, TextColumns texts, FlatBufferBuilder builder) {
    List<String> metadata = texts.metadataNames();
    List<NumberColumn> numbers = texts.numbers();
    int[] fields = new int[4 + numbers.size() + metadata.size()];
    fields[0] = putField("index", false, Type.Int, Int.createInt(builder, 64, true), NONE, builder);
    fields[1] = putText("id", builder);
    int floats = FloatingPoint.createFloatingPoint(builder, Precision.SINGLE);
    int[] items = {putField("item", false, Type.FloatingPoint, floats, NONE, builder)};
    int list = FixedSizeList.createFixedSizeList(builder, dimensions);
    fields[2] = putField("embedding", false, Type.FixedSizeList, list, items, builder);
    Bool.startBool(builder);
    fields[3] = putField("cached", false, Type.Bool, Bool.endBool(builder), NONE, builder);
    int field = 4;
    for (NumberColumn column : numbers) {
      int number = Int.createInt(builder, 64, true);
      fields[field++] = putField(column.label(), false, Type.Int, number, NONE, builder);
    }
    for (String name : metadata) {
      fields[field++] = putText(name, builder);
    }
    int vector = Schema.createFieldsVector(builder, fields);
    return Schema.createSchema(builder, Endianness.Little, vector, 0, 0);
  }

  private static int putText(String name, FlatBufferBuilder builder) {
    Utf8.startUtf8(builder);
    return putField(name, true, Type.Utf8, Utf8.endUtf8(builder), NONE, builder);
  }

  private static int putField(
      String name,
      boolean nullable,
      byte type,
      int typeTable,
      int[] children,
      FlatBufferBuilder builder) {
    int nameOffset = builder.createString(name);
    int childVector = Field.createChildrenVector(builder, children);
    return Field.createField(builder, nameOffset, nullable, type, typeTable, 0, childVector, 0);
  }

  /** A message after its prefix: a marker and its length. */
  private static byte[] message(FlatBufferBuilder builder, byte kind, int header, long bodyBytes) {
    Message.finishMessageBuffer(
        builder, Message.createMessage(builder, MetadataVersion.V5, kind, header, bodyBytes, 0));
    byte[] message = builder.sizedByteArray();
    int padded = (message.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return ByteBuffer.allocate(PREFIX_BYTES + padded)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(-1)
        .putInt(padded)
        .put(message)
        .array();
  }
}
