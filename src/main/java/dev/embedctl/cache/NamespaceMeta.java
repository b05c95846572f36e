package dev.embedctl.cache;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Parameter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The content of a namespace's {@code meta.json}.
 *
 * @param layout the layout of its rows, once the first vector has determined it
 * @param generation the number N of the folder {@code gen-N} with the log; compaction switches to
 *     the next one by replacing this file, in one step
 */
record NamespaceMeta(EmbeddingSpec spec, Optional<RowLayout> layout, int generation) {
  private static final int FORMAT = 1;
  private static final Pattern FORMAT_FIELD = Pattern.compile("\"format\"\\s*:\\s*(\\d{1,99})");

  /** The meta of a namespace without vectors. */
  static NamespaceMeta of(EmbeddingSpec spec) {
    return new NamespaceMeta(spec, Optional.empty(), 0);
  }

  NamespaceMeta withLayout(RowLayout known) {
    return new NamespaceMeta(spec, Optional.of(known), generation);
  }

  NamespaceMeta withGeneration(int number) {
    return new NamespaceMeta(spec, layout, number);
  }

  NamespaceMeta nextGeneration() {
    return new NamespaceMeta(spec, layout, generation + 1);
  }

  /** The unique name of the namespace. */
  CacheKey name() {
    return CacheKey.ofHex(CacheKeys.nameOf(spec));
  }

  /**
   * Reads the output of {@link #write}; empty if it is damaged.
   *
   * @throws RunFailed if a newer embedctl wrote it
   */
  static Optional<NamespaceMeta> read(Path file) throws IOException {
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    refuseNewer(file, text);
    try {
      Map<String, String> fields = SpecJson.fields(text);
      NamespaceMeta meta =
          new NamespaceMeta(
              SpecJson.read(fields),
              layout(fields),
              Math.toIntExact(SpecJson.number(fields, "generation")));
      boolean whole = meta.checksum().equals(SpecJson.required(fields, "checksum"));
      return whole ? Optional.of(meta) : Optional.empty();
    } catch (IOException | IllegalArgumentException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  /** Writes the file; after a power cut it has the old or the new content. */
  void write(Path file) throws IOException {
    CacheFiles.replace(file, json(Optional.of(checksum())));
  }

  private String checksum() throws IOException {
    CRC32 crc = new CRC32();
    crc.update(json(Optional.empty()));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  private byte[] json(Optional<String> checksum) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = SpecJson.JSON.createGenerator(bytes)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeNumberField("format", FORMAT);
      SpecJson.write(json, spec);
      if (layout.isPresent()) {
        json.writeNumberField("vector_dimensions", layout.get().dimensions());
        json.writeNumberField("rows_per_segment", layout.get().rowsPerSegment());
      }
      json.writeNumberField("generation", generation);
      if (checksum.isPresent()) {
        json.writeStringField("checksum", checksum.get());
      }
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static Optional<RowLayout> layout(Map<String, String> fields) {
    if (!fields.containsKey("vector_dimensions")) {
      return Optional.empty();
    }
    int dimensions = Math.toIntExact(SpecJson.number(fields, "vector_dimensions"));
    int rowsPerSegment = Math.toIntExact(SpecJson.number(fields, "rows_per_segment"));
    return Optional.of(new RowLayout(dimensions, rowsPerSegment));
  }

  /** Checks only the format, since everything else may differ in a newer file. */
  private static void refuseNewer(Path file, String text) {
    Matcher format = FORMAT_FIELD.matcher(text);
    if (format.find()
        && new BigInteger(format.group(1)).compareTo(BigInteger.valueOf(FORMAT)) > 0) {
      throw new RunFailed(
          "the cache "
              + file.getParent()
              + " was written by a newer embedctl (format "
              + format.group(1)
              + ", this one supports "
              + FORMAT
              + "): use that version, or another "
              + Parameter.CACHE);
    }
  }
}
