package dev.embedctl.io.output;

import dev.embedctl.io.bytes.Output;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome.Embedding;
import dev.embedctl.model.Outcome.Hit;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rows as an Arrow record batch: the buffers of each column, one after another. A column that may
 * lack values has a validity bitmap, whose first bit is the lowest one.
 */
final class ArrowBatch {
  private static final int ALIGNMENT = 64;

  private final List<ArrowMessages.Node> nodes = new ArrayList<>();
  private final List<ArrowMessages.Range> ranges = new ArrayList<>();
  private final List<byte[]> buffers = new ArrayList<>();
  private final byte[] message;
  private long bodyBytes;

  ArrowBatch(List<Embedding> embeddings, TextColumns texts) {
    int rows = embeddings.size();
    byte[] indexes = room(rows, Long.BYTES);
    ByteBuffer indexesLeft = littleEndian(indexes);
    boolean[] cached = new boolean[rows];
    List<Optional<String>> ids = new ArrayList<>(rows);
    List<List<Optional<String>>> metadata = new ArrayList<>();
    texts.metadataNames().forEach(name -> metadata.add(new ArrayList<>(rows)));
    for (int i = 0; i < rows; i++) {
      InputRecord record = embeddings.get(i).record();
      indexesLeft.putLong(record.index());
      cached[i] = embeddings.get(i) instanceof Hit;
      ids.add(texts.id(record));
      List<Optional<String>> cells = texts.metadata(record);
      for (int j = 0; j < cells.size(); j++) {
        metadata.get(j).add(cells.get(j));
      }
    }
    addWhole(rows, indexes);
    addTexts(ids);
    addVectors(embeddings);
    addWhole(rows, bits(cached));
    texts.numbers().forEach(column -> addWhole(rows, numbers(column, embeddings)));
    metadata.forEach(this::addTexts);
    message = ArrowMessages.batch(rows, nodes, ranges, bodyBytes);
  }

  private static byte[] room(int count, int bytes) {
    return new byte[Math.multiplyExact(count, bytes)];
  }

  private static ByteBuffer littleEndian(byte[] room) {
    return ByteBuffer.wrap(room).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] numbers(NumberColumn column, List<Embedding> embeddings) {
    byte[] numbers = room(embeddings.size(), Long.BYTES);
    ByteBuffer left = littleEndian(numbers);
    embeddings.forEach(embedding -> left.putLong(column.of(embedding)));
    return numbers;
  }

  /** Adds a column without missing values. */
  private void addWhole(int values, byte[] data) {
    nodes.add(new ArrowMessages.Node(values, 0));
    addBuffer(new byte[0]);
    addBuffer(data);
  }

  private void addVectors(List<Embedding> embeddings) {
    int values = 0;
    for (Embedding embedding : embeddings) {
      values = Math.addExact(values, embedding.vector().dimensions());
    }
    byte[] floats = room(values, Float.BYTES);
    FloatBuffer floatsLeft = littleEndian(floats).asFloatBuffer();
    for (Embedding embedding : embeddings) {
      embedding.vector().writeTo(floatsLeft);
    }
    nodes.add(new ArrowMessages.Node(embeddings.size(), 0));
    addBuffer(new byte[0]);
    addWhole(values, floats);
  }

  private void addTexts(List<Optional<String>> values) {
    boolean[] present = new boolean[values.size()];
    byte[][] texts = new byte[values.size()][];
    int missing = 0;
    byte[] ends = room(values.size() + 1, Integer.BYTES);
    ByteBuffer endsLeft = littleEndian(ends).putInt(0);
    int length = 0;
    for (int i = 0; i < texts.length; i++) {
      present[i] = values.get(i).isPresent();
      missing += present[i] ? 0 : 1;
      texts[i] = values.get(i).orElse("").getBytes(StandardCharsets.UTF_8);
      length = Math.addExact(length, texts[i].length);
      endsLeft.putInt(length);
    }
    byte[] data = room(length, 1);
    ByteBuffer dataLeft = ByteBuffer.wrap(data);
    for (byte[] text : texts) {
      dataLeft.put(text);
    }
    nodes.add(new ArrowMessages.Node(texts.length, missing));
    addBuffer(bits(present));
    addBuffer(ends);
    addBuffer(data);
  }

  private static byte[] bits(boolean[] values) {
    byte[] bits = new byte[(values.length + 7) / 8];
    for (int i = 0; i < values.length; i++) {
      bits[i / 8] |= (byte) (values[i] ? 1 << (i % 8) : 0);
    }
    return bits;
  }

  private void addBuffer(byte[] buffer) {
    ranges.add(new ArrowMessages.Range(bodyBytes, buffer.length));
    buffers.add(buffer);
    bodyBytes += buffer.length + padding(buffer.length);
  }

  private static int padding(int length) {
    return (ALIGNMENT - length % ALIGNMENT) % ALIGNMENT;
  }

  /** Writes the batch; returns its place in the file. */
  ArrowMessages.Place writeTo(Output output, long position) {
    output.write(message, 0, message.length);
    byte[] zeros = new byte[ALIGNMENT];
    for (byte[] buffer : buffers) {
      output.write(buffer, 0, buffer.length);
      output.write(zeros, 0, padding(buffer.length));
    }
    return new ArrowMessages.Place(position, message.length, bodyBytes);
  }
}
