package dev.embedctl.cache.lines;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.Row;
import dev.embedctl.cache.RowImport;
import dev.embedctl.cache.SpecJson;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Vector;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * Imports the output of {@link JsonLinesExport}. Each line is checked before it is added. The lines
 * before an invalid one are kept, so that the import can be repeated after the line is corrected.
 */
public final class JsonLinesImport implements RowImport.Source {
  private final BufferedReader lines;
  private final String source;
  private long lineNumber;

  /** An import of a stream that messages call {@code source}. */
  public JsonLinesImport(InputStream in, String source) {
    // With a decoder, so that bytes that are not UTF-8 are an error, not a question mark.
    this.lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
    this.source = source;
  }

  @Override
  public void sendTo(RowImport rows) throws IOException {
    while (true) {
      lineNumber++;
      Optional<String> line = next();
      if (line.isEmpty()) {
        return;
      }
      if (!line.get().isBlank()) {
        take(line.get(), rows);
      }
    }
  }

  private Optional<String> next() throws IOException {
    try {
      return Optional.ofNullable(lines.readLine());
    } catch (CharacterCodingException e) {
      throw bad("not UTF-8, in this line or shortly after", e);
    }
  }

  private void take(String line, RowImport rows) throws IOException {
    EmbeddingSpec spec;
    Row row;
    try {
      Map<String, String> fields = SpecJson.fields(line);
      spec = SpecJson.read(fields);
      row = row(fields);
    } catch (IOException e) {
      throw bad("not a JSON object of strings and numbers", e);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw bad(e.getMessage(), e);
    }
    try {
      rows.add(spec, row);
    } catch (IllegalArgumentException e) {
      throw bad(e.getMessage(), e);
    }
  }

  private static Row row(Map<String, String> fields) {
    String hex = SpecJson.required(fields, "key");
    if (!hex.matches("[0-9a-fA-F]{64}")) {
      throw new IllegalArgumentException("\"key\" is not 64 hexadecimal digits");
    }
    long created = SpecJson.number(fields, "created");
    if (created < 0 || created > Row.LAST_SECOND) {
      throw new IllegalArgumentException("\"created\" is not a second from 1970 to 2106");
    }
    return new Row(CacheKey.ofHex(hex), vector(fields), created);
  }

  private static Vector vector(Map<String, String> fields) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(SpecJson.required(fields, "embedding"));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("\"embedding\" is missing or not base64", e);
    }
    if (bytes.length == 0 || bytes.length % Float.BYTES != 0) {
      throw new IllegalArgumentException("\"embedding\" is not a whole number of floats");
    }
    Vector vector =
        Vector.read(
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer(),
            bytes.length / Float.BYTES);
    vector
        .defect()
        .ifPresent(
            defect -> {
              throw new IllegalArgumentException("\"embedding\" is not a valid vector: " + defect);
            });
    return vector;
  }

  private InvalidInput bad(String reason, Exception cause) {
    return new InvalidInput(source + ":" + lineNumber + ": " + reason, cause);
  }
}
