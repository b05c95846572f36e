package dev.embedctl.cache.lines;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.embedctl.cache.Row;
import dev.embedctl.cache.RowExport;
import dev.embedctl.cache.SpecJson;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Vector;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/** Writes vectors as JSON Lines, each with its key and its spec, but without the text. */
public final class JsonLinesExport implements RowExport.Receiver {
  private final JsonGenerator json;

  /** Writes to a stream, which stays open. */
  public JsonLinesExport(OutputStream out) throws IOException {
    this.json =
        SpecJson.JSON
            .createGenerator(new BufferedOutputStream(out, 1 << 16))
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    json.setRootValueSeparator(null);
  }

  @Override
  public void begin(EmbeddingSpec spec, RowExport.KnownKeys known) {
    // No line is there before.
  }

  @Override
  public void row(EmbeddingSpec spec, Row row) throws IOException {
    json.writeStartObject();
    SpecJson.write(json, spec);
    json.writeStringField("key", row.key().hex());
    json.writeNumberField("created", row.created());
    json.writeStringField("embedding", Base64.getEncoder().encodeToString(bytes(row.vector())));
    json.writeEndObject();
    json.writeRaw('\n');
  }

  @Override
  public void end() throws IOException {
    json.flush();
  }

  private static byte[] bytes(Vector vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.dimensions() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    vector.writeTo(bytes.asFloatBuffer());
    return bytes.array();
  }
}
