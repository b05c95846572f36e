package dev.embedctl.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.model.EmbedctlException.RunFailed;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The content of a metrics file: fields by name. A missing field is empty, since older versions did
 * not write all of them; a field of the wrong type ends the report.
 */
public final class RunRecord {
  /** Larger than any metrics file, since its time line is bounded. */
  private static final int MAX_BYTES = 16 << 20;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final String where;
  private final JsonNode fields;

  private RunRecord(String where, JsonNode fields) {
    this.where = where;
    this.fields = fields;
  }

  /**
   * Reads a metrics file.
   *
   * @param name the file's name in messages
   * @throws RunFailed if this is not a metrics file
   */
  public static RunRecord read(InputStream in, String name) throws IOException {
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new RunFailed(name + ": too large for a metrics file; is it the right file?");
    }
    try {
      RunRecord run = new RunRecord(name + ": ", JSON.readTree(bytes));
      if (!run.fields.isObject() || !run.fields.has("batch_size") || !run.fields.has("status")) {
        throw new RunFailed(
            name
                + ": not a metrics file of embedctl; a run writes one beside its output, named"
                + " OUTPUT.metrics.json");
      }
      return run;
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new RunFailed(
          name
              + ":"
              + line
              + ": not JSON, or more than one object; expected a metrics file, such as"
              + " OUTPUT.metrics.json",
          e);
    }
  }

  /** The data of an event. */
  static RunRecord of(String name, JsonNode fields) {
    return new RunRecord(name + ": ", fields);
  }

  /** A number; empty if the field is missing. */
  OptionalDouble number(String field) {
    JsonNode node = fields.path(field);
    if (node.isMissingNode() || node.isNull()) {
      return OptionalDouble.empty();
    }
    if (!node.isNumber() || !Double.isFinite(node.doubleValue()) || node.doubleValue() < 0) {
      throw wrong(field, "not a number of at least 0");
    }
    return OptionalDouble.of(node.doubleValue());
  }

  /** A number; 0 if the field is missing. */
  double amount(String field) {
    return number(field).orElse(0);
  }

  /** A string; empty if the field is missing. */
  Optional<String> text(String field) {
    JsonNode node = fields.path(field);
    if (node.isMissingNode() || node.isNull()) {
      return Optional.empty();
    }
    if (!node.isTextual()) {
      throw wrong(field, "not a string");
    }
    return Optional.of(node.textValue());
  }

  /** An object; empty if the field is missing. */
  Optional<RunRecord> part(String field) {
    JsonNode node = fields.path(field);
    if (node.isMissingNode() || node.isNull()) {
      return Optional.empty();
    }
    if (!node.isObject()) {
      throw wrong(field, "not an object");
    }
    return Optional.of(new RunRecord(where + field + ".", node));
  }

  /** An array of numbers. */
  List<Double> column(String field) {
    JsonNode node = fields.path(field);
    if (!node.isArray()) {
      throw wrong(field, "not an array");
    }
    List<Double> numbers = new ArrayList<>(node.size());
    for (JsonNode each : node) {
      if (!each.isNumber() || !Double.isFinite(each.doubleValue()) || each.doubleValue() < 0) {
        throw wrong(field, "not an array of numbers of at least 0");
      }
      numbers.add(each.doubleValue());
    }
    return numbers;
  }

  /** An array of numbers with the given length. */
  List<Double> column(String field, int length) {
    List<Double> numbers = column(field);
    if (numbers.size() != length) {
      throw wrong(field, "an array of the wrong length");
    }
    return numbers;
  }

  /** All numeric fields, in their order. */
  Map<String, Double> numbers() {
    Map<String, Double> all = new LinkedHashMap<>();
    fields.fieldNames().forEachRemaining(field -> number(field).ifPresent(n -> all.put(field, n)));
    return all;
  }

  private RunFailed wrong(String field, String what) {
    return new RunFailed(where + field + " is " + what + "; is it a metrics file of embedctl?");
  }
}
