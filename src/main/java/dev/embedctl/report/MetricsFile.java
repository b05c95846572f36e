package dev.embedctl.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.embedctl.io.bytes.Printable;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The metrics file: one JSON object, indented for people. */
public final class MetricsFile {
  private MetricsFile() {}

  /** The file's content. */
  public static byte[] json(RunSummary run) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.setPrettyPrinter(new DefaultPrettyPrinter());
      SummaryJson.write(json, run);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return (Printable.json(text.toString()) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
