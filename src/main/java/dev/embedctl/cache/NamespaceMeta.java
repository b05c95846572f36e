package dev.embedctl.cache;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code meta.json} says of a namespace.
 *
 * @param layout how its rows lie, once the first vector has told how many floats one has
 * @param generation which of the folders {@code gen-N} holds the log; compaction moves on to the
 *     next by replacing this file, in one step
 */
record NamespaceMeta(EmbeddingSpec spec, Optional<RowLayout> layout, int generation) {
  private static final int FORMAT = 1;

  /** A namespace that has no vectors yet. */
  static NamespaceMeta of(EmbeddingSpec spec) {
    return new NamespaceMeta(spec, Optional.empty(), 0);
  }

  NamespaceMeta withLayout(RowLayout known) {
    return new NamespaceMeta(spec, Optional.of(known), generation);
  }

  NamespaceMeta nextGeneration() {
    return new NamespaceMeta(spec, layout, generation + 1);
  }

  /** What tells this namespace from all others. */
  CacheKey name() {
    return CacheKey.ofHex(CacheKeys.nameOf(spec));
  }

  /** Reads a file that {@link #write} wrote. */
  static NamespaceMeta read(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    try {
      Map<String, String> fields = SpecJson.fields(text);
      long format = SpecJson.number(fields, "format");
      if (format > FORMAT) {
        throw new RunFailed(
            "the cache "
                + file.getParent()
                + " was written by a newer embedctl (format "
                + format
                + ", this one knows "
                + FORMAT
                + "): use that version, or another --cache");
      }
      return new NamespaceMeta(
          SpecJson.read(fields), layout(fields), (int) SpecJson.number(fields, "generation"));
    } catch (IOException | IllegalArgumentException e) {
      throw unreadable(file, e);
    }
  }

  /** Writes the file: it is the old one or this, even after a power cut. */
  void write(Path file) throws IOException {
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
      json.writeEndObject();
    }
    CacheFiles.replace(file, bytes.toByteArray());
  }

  private static Optional<RowLayout> layout(Map<String, String> fields) {
    if (!fields.containsKey("vector_dimensions")) {
      return Optional.empty();
    }
    int dimensions = (int) SpecJson.number(fields, "vector_dimensions");
    int rowsPerSegment = (int) SpecJson.number(fields, "rows_per_segment");
    return Optional.of(new RowLayout(dimensions, rowsPerSegment));
  }

  private static RunFailed unreadable(Path file, Exception cause) {
    return new RunFailed(
        "the cache cannot be used, "
            + file
            + " is damaged: restore it, or remove the folder, or use another --cache",
        cause);
  }
}
