package dev.embedctl.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Writes the metrics file: one JSON object, indented for people. */
public final class MetricsFile {
  private MetricsFile() {}

  /** Writes a run's summary, and leaves the stream open. */
  public static void write(RunSummary run, OutputStream out) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.setPrettyPrinter(new DefaultPrettyPrinter());
      SummaryJson.write(json, run);
    }
    text.write('\n');
    text.writeTo(out);
  }
}
