package dev.embedctl.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.embedctl.cache.CacheStats;
import dev.embedctl.model.EmbeddingSpec;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** The statistics of the cache as one JSON object for programs. */
final class CacheJson {
  private CacheJson() {}

  static String of(CacheStats stats, Path folder) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.setPrettyPrinter(new DefaultPrettyPrinter());
      json.writeStartObject();
      json.writeStringField("folder", folder.toString());
      json.writeNumberField("vectors", stats.live());
      json.writeNumberField("bytes", stats.bytes());
      json.writeNumberField("superseded", stats.superseded());
      json.writeNumberField("damaged", stats.damaged());
      json.writeArrayFieldStart("namespaces");
      for (CacheStats.Part part : stats.parts()) {
        part(json, part);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.append('\n').toString();
  }

  private static void part(JsonGenerator json, CacheStats.Part part) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", part.name());
    spec(json, part.spec());
    json.writeNumberField("vectors", part.live());
    number(json, "vector_dimensions", part.dimensions());
    json.writeNumberField("bytes", part.bytes());
    json.writeNumberField("superseded", part.superseded());
    json.writeNumberField("damaged", part.damaged());
    string(json, "oldest", part.oldest().map(Instant::toString));
    string(json, "newest", part.newest().map(Instant::toString));
    json.writeArrayFieldStart("set_aside");
    for (Path file : part.setAside()) {
      json.writeString(file.toString());
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void spec(JsonGenerator json, EmbeddingSpec spec) throws IOException {
    json.writeStringField("provider", spec.provider());
    json.writeStringField("model", spec.model());
    string(json, "endpoint", Optional.of(spec.endpoint()).filter(url -> !url.isEmpty()));
    number(json, "dimensions", spec.dimensions());
    string(json, "input_type", spec.inputType().map(CacheJson::word));
    json.writeStringField("oversize", word(spec.oversize()));
    string(json, "revision", Optional.of(spec.revision()).filter(name -> !name.isEmpty()));
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static void string(JsonGenerator json, String field, Optional<String> value)
      throws IOException {
    json.writeStringField(field, value.orElse(null));
  }

  private static void number(JsonGenerator json, String field, OptionalInt value)
      throws IOException {
    json.writeFieldName(field);
    if (value.isPresent()) {
      json.writeNumber(value.getAsInt());
    } else {
      json.writeNull();
    }
  }
}
