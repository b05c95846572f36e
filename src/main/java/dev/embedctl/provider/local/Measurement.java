package dev.embedctl.provider.local;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.embedctl.model.EmbedctlException.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Which runs of a model were the fastest; kept in a file.
 *
 * @param percent how much faster than the usual ones they were; 0 for the usual ones themselves
 * @param day when it was measured, as in 2026-11-29
 */
record Measurement(Runs runs, int percent, String day) {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String MODEL = "model_sha256";
  private static final String MACHINE = "machine";
  private static final String TOKENS = "tokens_per_run";
  private static final String THREADS = "threads_per_run";
  private static final String AT_ONCE = "runs_at_once";
  private static final String PERCENT = "percent_faster_than_usual";
  private static final String DAY = "measured_on";

  /**
   * Reads a file.
   *
   * @throws Usage if it is not the measurement of these circumstances
   */
  static Measurement read(Path file, Circumstances here) {
    JsonValue json = JsonValue.read(file);
    Runs runs =
        new Runs(
            integer(json, TOKENS, file),
            integer(json, THREADS, file),
            integer(json, AT_ONCE, file));
    if (!text(json, MODEL, file).equals(here.sha256())
        || !text(json, MACHINE, file).equals(here.machine())
        || !here.allow(runs)) {
      throw new Usage(file + " is not of this model on this machine");
    }
    return new Measurement(runs, integer(json, PERCENT, file), text(json, DAY, file));
  }

  private static int integer(JsonValue json, String name, Path file) {
    return json.at(name).integer().orElseThrow(() -> without(name, file));
  }

  private static String text(JsonValue json, String name, Path file) {
    return json.at(name).text().orElseThrow(() -> without(name, file));
  }

  private static Usage without(String name, Path file) {
    return new Usage(file + " has no " + name);
  }

  /** Replaces a file at once, so that other processes never see an incomplete one. */
  void write(Path file, Circumstances here) throws IOException {
    Files.createDirectories(file.getParent());
    Path whole = Files.createTempFile(file.getParent(), "writing-", ".json");
    try {
      try (JsonGenerator json = JSON.createGenerator(whole.toFile(), JsonEncoding.UTF8)) {
        json.useDefaultPrettyPrinter();
        json.writeStartObject();
        json.writeStringField(MODEL, here.sha256());
        json.writeStringField(MACHINE, here.machine());
        json.writeNumberField(TOKENS, runs.tokens());
        json.writeNumberField(THREADS, runs.threads());
        json.writeNumberField(AT_ONCE, runs.atOnce());
        json.writeNumberField(PERCENT, percent);
        json.writeStringField(DAY, day);
        json.writeEndObject();
      }
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(whole);
    }
  }

  /** How fast they were, in words. */
  String result() {
    return percent == 0
        ? "no others were clearly faster"
        : percent + " % faster than the usual runs";
  }
}
