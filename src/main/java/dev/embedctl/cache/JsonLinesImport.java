package dev.embedctl.cache;

import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Vector;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Imports the output of an export. Each line is checked before it is added. The lines before an
 * invalid one are kept, so that the import can be repeated after the line is corrected.
 */
final class JsonLinesImport implements Closeable {
  private static final int BATCH = 256;

  private final Path cacheFolder;
  private final LogSettings settings;
  private final String source;
  private final Map<EmbeddingSpec, Target> targets = new HashMap<>();
  private long lineNumber;
  private long added;
  private long present;

  /** The cache of one spec with the rows to be written. */
  private static final class Target {
    private final LogCache cache;
    private final Map<CacheKey, Row> waiting = new LinkedHashMap<>();
    private Optional<Integer> dimensions;

    Target(LogCache cache) {
      this.cache = cache;
      this.dimensions = cache.dimensions();
    }
  }

  /** An import into a folder whose lock the caller holds; messages name the source. */
  JsonLinesImport(Path cacheFolder, LogSettings settings, String source) {
    this.cacheFolder = cacheFolder;
    this.settings = settings;
    this.source = source;
  }

  /** Imports all lines. */
  ImportReport run(InputStream in) throws IOException {
    try {
      readLines(in);
    } finally {
      for (Target target : targets.values()) {
        store(target);
      }
    }
    return new ImportReport(added, present);
  }

  @Override
  public void close() throws IOException {
    for (Target target : targets.values()) {
      target.cache.close();
    }
  }

  private void readLines(InputStream in) throws IOException {
    // With a decoder, so that bytes that are not UTF-8 are an error, not a question mark.
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
    while (true) {
      lineNumber++;
      Optional<String> line = next(lines);
      if (line.isEmpty()) {
        return;
      }
      if (!line.get().isBlank()) {
        take(line.get());
      }
    }
  }

  private Optional<String> next(BufferedReader lines) throws IOException {
    try {
      return Optional.ofNullable(lines.readLine());
    } catch (CharacterCodingException e) {
      throw bad("not UTF-8, in this line or shortly after", e);
    }
  }

  private void take(String line) throws IOException {
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
    Target target = targetOf(spec);
    int dimensions = row.vector().dimensions();
    if (target.dimensions.orElse(dimensions) != dimensions) {
      throw bad(
          "a vector of "
              + dimensions
              + " dimensions, but the others have "
              + target.dimensions.get(),
          new IllegalArgumentException());
    }
    target.dimensions = Optional.of(dimensions);
    if (target.waiting.putIfAbsent(row.key(), row) != null) {
      present++;
    }
    if (target.waiting.size() == BATCH) {
      store(target);
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

  private Target targetOf(EmbeddingSpec spec) throws IOException {
    Target target = targets.get(spec);
    if (target == null) {
      target = new Target(LogCache.openAlone(cacheFolder, spec, settings));
      targets.put(spec, target);
    }
    return target;
  }

  private void store(Target target) throws IOException {
    List<Row> rows = new ArrayList<>();
    Map<CacheKey, Vector> there = target.cache.lookup(List.copyOf(target.waiting.keySet()));
    for (Row row : target.waiting.values()) {
      if (there.containsKey(row.key())) {
        present++;
      } else {
        rows.add(row);
      }
    }
    target.cache.append(rows);
    added += rows.size();
    target.waiting.clear();
  }

  private InvalidInput bad(String reason, Exception cause) {
    return new InvalidInput(source + ":" + lineNumber + ": " + reason, cause);
  }
}
