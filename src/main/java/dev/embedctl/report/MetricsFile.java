package dev.embedctl.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The metrics file: one JSON object, indented for people. */
public final class MetricsFile {
  private MetricsFile() {}

  /** The file's content. */
  public static byte[] json(RunSummary run) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.setPrettyPrinter(new DefaultPrettyPrinter());
      SummaryJson.write(json, run);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    text.write('\n');
    return text.toByteArray();
  }
}
