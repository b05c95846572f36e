package dev.embedctl.io.output;

import dev.embedctl.io.bytes.Block;
import dev.embedctl.io.bytes.Compression;
import dev.embedctl.io.bytes.Output;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome.Embedding;
import dev.embedctl.model.Outcome.Hit;
import dev.embedctl.model.Piece;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes JSON Lines: one object per record, with the vector in the given format. */
public final class JsonlSink implements RecordSink {
  private static final byte[] END = "}\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] INDEX = "{\"index\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ID = ",\"id\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EMBEDDING = ",\"embedding\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CACHED = ",\"cached\":true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FRESH = ",\"cached\":false".getBytes(StandardCharsets.US_ASCII);

  private final TextOutput output;
  private final VectorFormat format;

  /** Writes to an output, and closes it. */
  public JsonlSink(Output output, VectorFormat format) {
    this(output, format, Compression.NONE);
  }

  /** Writes compressed data to an output, and closes it. */
  public JsonlSink(Output output, VectorFormat format, Compression compression) {
    this.output = new TextOutput(output, compression, "");
    this.format = format;
  }

  @Override
  public Rendered render(List<Embedding> embeddings) {
    Block lines = output.take();
    VectorWriter vectors = VectorWriter.of(format);
    for (Embedding embedding : embeddings) {
      InputRecord record = embedding.record();
      putIdentity(record, lines);
      lines.put(EMBEDDING);
      vectors.put(embedding.vector(), lines);
      lines.put(embedding instanceof Hit ? CACHED : FRESH);
      putParts(embedding, lines);
      putMetadata(record, lines);
      lines.put(END);
    }
    return output.rendered(lines);
  }

  /** Begins an object with the index and the id of its record, and which piece of it this is. */
  static void putIdentity(InputRecord record, Block lines) {
    lines.put(INDEX);
    lines.putNumber(record.index());
    if (record.id().isPresent()) {
      lines.put(ID);
      lines.put(record.id().get());
    }
    if (record.piece().isPresent()) {
      Piece piece = record.piece().get();
      lines.put(",\"part\":" + piece.part());
      lines.put(",\"start\":" + piece.start() + ",\"end\":" + piece.end());
    }
  }

  /** The number of windows whose mean the vector is, if there are several. */
  static void putParts(Embedding embedding, Block lines) {
    if (embedding.parts() > 1) {
      lines.put(",\"parts\":" + embedding.parts());
    }
  }

  static void putMetadata(InputRecord record, Block lines) {
    if (record.metadata().isPresent()) {
      lines.put(",\"metadata\":");
      lines.put(record.metadata().get());
    }
  }

  @Override
  public void flush() {
    output.flush();
  }

  @Override
  public void commit() {
    output.commit();
  }

  @Override
  public void close() {
    output.close();
  }
}
