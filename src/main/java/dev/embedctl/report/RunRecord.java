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
 * A metrics file that was read: its fields by name. A field that is not there is empty, for older
 * versions did not write it; one that is something else than it can be ends the report.
 */
public final class RunRecord {
  /** Larger than any metrics file: its time line is bounded. */
  private static final int MOST_BYTES = 16 << 20;

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
   * @param name what messages call it
   * @throws RunFailed where it is none
   */
  public static RunRecord read(InputStream in, String name) throws IOException {
    byte[] bytes = in.readNBytes(MOST_BYTES + 1);
    if (bytes.length > MOST_BYTES) {
      throw new RunFailed(name + ": too large for a metrics file; give the one of --metrics");
    }
    try {
      RunRecord run = new RunRecord(name + ": ", JSON.readTree(bytes));
      if (!run.fields.isObject() || !run.fields.has("batch_size") || !run.fields.has("status")) {
        throw new RunFailed(
            name
                + ": no metrics file of embedctl: batch writes one beside OUTPUT, or to --metrics");
      }
      return run;
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new RunFailed(
          name
              + ":"
              + line
              + ": not JSON, or more than one object; give a metrics file: batch writes one beside"
              + " OUTPUT, or to --metrics",
          e);
    }
  }

  /** What the last event of a log says. */
  static RunRecord of(String name, JsonNode fields) {
    return new RunRecord(name + ": ", fields);
  }

  /** A number; empty where there is none. */
  OptionalDouble number(String field) {
    JsonNode node = fields.path(field);
    if (node.isMissingNode() || node.isNull()) {
      return OptionalDouble.empty();
    }
    if (!node.isNumber() || !Double.isFinite(node.doubleValue()) || node.doubleValue() < 0) {
      throw wrong(field, "no number from 0 on");
    }
    return OptionalDouble.of(node.doubleValue());
  }

  /** A number that is 0 where it is not said. */
  double amount(String field) {
    return number(field).orElse(0);
  }

  /** A text; empty where there is none. */
  Optional<String> text(String field) {
    JsonNode node = fields.path(field);
    if (node.isMissingNode() || node.isNull()) {
      return Optional.empty();
    }
    if (!node.isTextual()) {
      throw wrong(field, "no string");
    }
    return Optional.of(node.textValue());
  }

  /** An object; empty where there is none. */
  Optional<RunRecord> part(String field) {
    JsonNode node = fields.path(field);
    if (node.isMissingNode() || node.isNull()) {
      return Optional.empty();
    }
    if (!node.isObject()) {
      throw wrong(field, "no object");
    }
    return Optional.of(new RunRecord(where + field + ".", node));
  }

  /** An array of so many numbers, or of any number of them where that is not told. */
  List<Double> column(String field) {
    JsonNode node = fields.path(field);
    if (!node.isArray()) {
      throw wrong(field, "no array");
    }
    List<Double> numbers = new ArrayList<>(node.size());
    for (JsonNode each : node) {
      if (!each.isNumber() || !Double.isFinite(each.doubleValue()) || each.doubleValue() < 0) {
        throw wrong(field, "no array of numbers from 0 on");
      }
      numbers.add(each.doubleValue());
    }
    return numbers;
  }

  /** An array of so many numbers. */
  List<Double> column(String field, int length) {
    List<Double> numbers = column(field);
    if (numbers.size() != length) {
      throw wrong(field, "of another length than its neighbours");
    }
    return numbers;
  }

  /** All its fields that are numbers, in their order. */
  Map<String, Double> numbers() {
    Map<String, Double> all = new LinkedHashMap<>();
    fields.fieldNames().forEachRemaining(field -> number(field).ifPresent(n -> all.put(field, n)));
    return all;
  }

  private RunFailed wrong(String field, String what) {
    return new RunFailed(where + field + " is " + what + "; is it a metrics file of embedctl?");
  }
}
