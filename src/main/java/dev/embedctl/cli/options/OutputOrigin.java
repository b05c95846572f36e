package dev.embedctl.cli.options;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.embedctl.pipeline.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * How an output was made, by the metrics file of the run. A file that is not a metrics file yields
 * no values.
 *
 * @param askedDimensions the dimensions that the provider was asked for, if any
 * @param dimensions those of the vectors
 * @param inputType {@code query} or {@code document}, if it was given
 * @param prefix what was sent before each text, if it was given
 * @param split how the texts were split into pieces, if they were
 */
public record OutputOrigin(
    Optional<String> provider,
    Optional<String> model,
    OptionalInt askedDimensions,
    OptionalInt dimensions,
    Optional<String> inputType,
    Optional<String> prefix,
    Optional<String> baseUrl,
    boolean normalized,
    Optional<Split> split) {

  /** The origin of an output without a metrics file. */
  public static OutputOrigin unknown() {
    return of(Map.of());
  }

  /** Reads a metrics file. */
  public static OutputOrigin read(Path metrics) {
    Map<String, String> values = new TreeMap<>();
    try (JsonParser json = new JsonFactory().createParser(metrics.toFile())) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        read(json, "", values);
      }
      return of(values);
    } catch (IOException e) {
      return of(values); // the values of the rest are unknown
    }
  }

  /** The members of an object that are single values; those of {@code asked} with its name. */
  private static void read(JsonParser json, String prefix, Map<String, String> values)
      throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = prefix + json.currentName();
      JsonToken value = json.nextToken();
      if (value == JsonToken.START_OBJECT && name.equals("asked")) {
        read(json, "asked.", values);
      } else if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
        values.put(name, json.getText());
      } else {
        json.skipChildren();
      }
    }
  }

  private static OutputOrigin of(Map<String, String> values) {
    return new OutputOrigin(
        Optional.ofNullable(values.get("provider")),
        Optional.ofNullable(values.get("model")),
        number(values.getOrDefault("asked.dimensions", "")),
        number(values.getOrDefault("dimensions", "")),
        Optional.ofNullable(values.get("asked.input_type")),
        Optional.ofNullable(values.get("asked.prefix")),
        Optional.ofNullable(values.get("asked.base_url")),
        Boolean.parseBoolean(values.get("normalized")),
        split(values.getOrDefault("asked.split", "")));
  }

  private static Optional<Split> split(String value) {
    return value.matches("[1-9][0-9]{0,5},[0-9]{1,6}")
        ? Optional.of(Split.parse(value))
        : Optional.empty();
  }

  private static OptionalInt number(String value) {
    return value.matches("[1-9][0-9]{0,5}")
        ? OptionalInt.of(Integer.parseInt(value))
        : OptionalInt.empty();
  }
}
