package dev.embedctl.doctor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A diagnosis as one JSON object, indented for people. */
public final class DiagnosisJson {
  private DiagnosisJson() {}

  /**
   * The JSON text.
   *
   * @param options the options of the examination that differ from their defaults
   */
  public static String of(Diagnosis diagnosis, Map<String, String> options) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.setPrettyPrinter(new DefaultPrettyPrinter());
      json.writeStartObject();
      Optional<String> unusable = diagnosis.unusable();
      json.writeBooleanField("usable", unusable.isEmpty());
      string(json, "reason", unusable);
      json.writeStringField("provider", diagnosis.subject().spec().provider());
      json.writeStringField("model", diagnosis.subject().spec().model());
      string(json, "base_url", diagnosis.subject().address().map(URI::toString));
      json.writeArrayFieldStart("findings");
      for (Finding finding : diagnosis.findings()) {
        finding(json, finding);
      }
      json.writeEndArray();
      if (unusable.isEmpty()) {
        Prescription prescription = Prescription.of(diagnosis, options);
        strings(json, "config", prescription.settings());
        json.writeStringField("command", prescription.command());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.toString();
  }

  private static void finding(JsonGenerator json, Finding finding) throws IOException {
    json.writeStartObject();
    json.writeStringField("check", finding.check());
    json.writeStringField("verdict", finding.verdict().name().toLowerCase(Locale.ROOT));
    json.writeStringField("found", finding.found());
    string(json, "advice", finding.advice());
    if (!finding.figures().isEmpty()) {
      json.writeObjectFieldStart("figures");
      for (Map.Entry<String, BigDecimal> figure : finding.figures().entrySet()) {
        json.writeNumberField(figure.getKey(), figure.getValue());
      }
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void strings(JsonGenerator json, String name, Map<String, String> values)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, String> value : values.entrySet()) {
      json.writeStringField(value.getKey(), value.getValue());
    }
    json.writeEndObject();
  }

  private static void string(JsonGenerator json, String name, Optional<String> value)
      throws IOException {
    if (value.isPresent()) {
      json.writeStringField(name, value.get());
    }
  }
}
