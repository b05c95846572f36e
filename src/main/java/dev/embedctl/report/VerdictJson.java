package dev.embedctl.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.embedctl.verify.Difference;
import dev.embedctl.verify.Difference.Kind;
import dev.embedctl.verify.Differences;
import dev.embedctl.verify.Drift;
import dev.embedctl.verify.Findings;
import dev.embedctl.verify.Findings.Compared;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** A verdict as one JSON object, indented for people. */
public final class VerdictJson {
  private VerdictJson() {}

  /** The whole report. */
  public static byte[] of(Verdict verdict) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.setPrettyPrinter(new DefaultPrettyPrinter());
      json.writeStartObject();
      json.writeStringField("output", verdict.output());
      json.writeBooleanField("ok", verdict.differences().total() == 0);
      findings(json, verdict.findings());
      differences(json, verdict.differences());
      drift(json, verdict.drift());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    text.write('\n');
    return text.toByteArray();
  }

  private static void findings(JsonGenerator json, Findings found) throws IOException {
    json.writeNumberField("records", found.records());
    json.writeNumberField("rows", found.rows());
    json.writeNumberField("failed", found.failed());
    if (found.dimensions().isPresent()) {
      json.writeNumberField("dimensions", found.dimensions().getAsInt());
    } else {
      json.writeNullField("dimensions");
    }
    json.writeObjectFieldStart("norm");
    number(json, "min", found.norms().map(Findings.Norms::min));
    number(json, "max", found.norms().map(Findings.Norms::max));
    json.writeEndObject();
    json.writeBooleanField("all_texts_compared", found.compared() == Compared.ALL);
  }

  private static void differences(JsonGenerator json, Differences differences) throws IOException {
    json.writeNumberField("differences", differences.total());
    json.writeObjectFieldStart("differences_by_kind");
    for (Kind kind : Kind.values()) {
      json.writeNumberField(kind.word(), differences.counts().getOrDefault(kind, 0L));
    }
    json.writeEndObject();
    json.writeArrayFieldStart("first_differences");
    for (Difference difference : differences.first()) {
      json.writeStartObject();
      json.writeStringField("kind", difference.kind().word());
      json.writeStringField("message", difference.message());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void drift(JsonGenerator json, Optional<Drift> drift) throws IOException {
    if (drift.isEmpty()) {
      json.writeNullField("drift");
      return;
    }
    Optional<Drift.Distance> distance = drift.get().distance();
    json.writeObjectFieldStart("drift");
    json.writeNumberField("texts", drift.get().texts());
    json.writeNumberField("unanswered", drift.get().unanswered());
    number(json, "min_cosine", distance.map(Drift.Distance::leastCosine));
    number(json, "mean_cosine", distance.map(Drift.Distance::meanCosine));
    number(json, "max_abs_difference", distance.map(Drift.Distance::greatestDifference));
    json.writeEndObject();
  }

  private static void number(JsonGenerator json, String name, Optional<Double> value)
      throws IOException {
    if (value.isPresent()) {
      json.writeNumberField(name, value.get());
    } else {
      json.writeNullField(name);
    }
  }
}
