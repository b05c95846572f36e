package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.process.Embedctl.Ended;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dry runs as a user sees them. */
final class DryRunIT {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143", "HUP, 143"})
  void aSignalEndsADryRunThatWaitsForItsInput(String signal, int code) throws Exception {
    Process process = new Embedctl(folder).start("batch", "--dry-run");
    OutputStream in = process.getOutputStream();
    // More than a pipe holds and it reads ahead: once this is written, it reads, and listens.
    in.write("\"a\"\n".repeat(1 << 18).getBytes(StandardCharsets.UTF_8));
    in.flush();

    assertEquals(
        0,
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor());

    Ended ended = new Embedctl(folder).ended(process);
    assertEquals(code, ended.code(), ended.err());
    assertEquals("", ended.out());
  }

  @Test
  void anInputOfAMillionTextsGoesThroughAHeapOf64Megabytes() throws Exception {
    Path input = folder.resolve("input.txt");
    try (BufferedWriter out = Files.newBufferedWriter(input)) {
      for (int i = 0; i < 1_000_000; i++) {
        out.write("This is the text with the number " + i + "\n");
      }
    }

    Ended ended =
        new Embedctl(folder)
            .with("EMBEDCTL_HEAP", "64m")
            .run(
                "batch",
                "--dry-run",
                "input.txt",
                "-o",
                "out.jsonl",
                "--provider",
                "openai",
                "--model",
                "nobody-knows-it");

    assertEquals("", ended.err());
    assertEquals(0, ended.code());
    JsonNode report = json(ended);
    assertEquals(1_000_000, report.get("texts_to_embed").intValue());
    assertFalse(report.get("duplicates_exact").booleanValue());
    assertTrue(Files.notExists(folder.resolve("out.jsonl")));
    assertTrue(Files.notExists(folder.resolve("cache-home")));
  }

  private static JsonNode json(Ended ended) throws IOException {
    return new ObjectMapper().readTree(ended.out());
  }
}
