package dev.embedctl.cache;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.embedctl.model.Vector;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.BitSet;

/** Writes vectors as JSON Lines, each with its key and its spec, but without the text. */
final class JsonLinesExport {
  private final OutputStream out;

  /** The stream failed, not the cache. */
  static final class StreamFailed extends IOException {
    private static final long serialVersionUID = 1L;

    StreamFailed(IOException cause) {
      super(cause);
    }
  }

  JsonLinesExport(OutputStream stream) {
    this.out = new BufferedOutputStream(new MarkedStream(stream), 1 << 16);
  }

  /** Writes the rows of these slots and returns their number. */
  long write(NamespaceMeta meta, RowScanner rows, BitSet slots) throws IOException {
    long[] count = {0};
    try (JsonGenerator json =
        SpecJson.JSON.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
      json.setRootValueSeparator(null);
      rows.scan(
          (slot, buffer, index) -> {
            if (slots.get(slot)) {
              line(json, meta, buffer.row(index));
              count[0]++;
            }
          });
    }
    return count[0];
  }

  void flush() throws IOException {
    out.flush();
  }

  private static void line(JsonGenerator json, NamespaceMeta meta, Row row) throws IOException {
    json.writeStartObject();
    SpecJson.write(json, meta.spec());
    json.writeStringField("key", row.key().hex());
    json.writeNumberField("created", row.created());
    json.writeStringField("embedding", Base64.getEncoder().encodeToString(bytes(row.vector())));
    json.writeEndObject();
    json.writeRaw('\n');
  }

  private static byte[] bytes(Vector vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.dimensions() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    vector.writeTo(bytes.asFloatBuffer());
    return bytes.array();
  }

  /** Marks failures of the stream, which the caller handles differently. */
  private static final class MarkedStream extends OutputStream {
    private final OutputStream stream;

    MarkedStream(OutputStream stream) {
      this.stream = stream;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      try {
        stream.write(bytes, from, count);
      } catch (IOException e) {
        throw new StreamFailed(e);
      }
    }

    @Override
    public void flush() throws IOException {
      try {
        stream.flush();
      } catch (IOException e) {
        throw new StreamFailed(e);
      }
    }
  }
}
