package dev.embedctl.io.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.io.bytes.OutputFile;
import dev.embedctl.io.output.RecordSink.Rendered;
import dev.embedctl.model.InputPlace;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome.Embedding;
import dev.embedctl.model.Outcome.Fresh;
import dev.embedctl.model.Text;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SinkPerInputTest {
  @TempDir private Path folder;

  private SinkPerInput sink(String... inputs) {
    return SinkPerInput.open(
        List.of(inputs),
        input ->
            new JsonlSink(OutputFile.open(folder.resolve(input + ".jsonl")), VectorFormat.FLOAT));
  }

  private static Embedding of(String input, long index) {
    InputRecord record =
        new InputRecord(
            index,
            new InputPlace(input, index + 1),
            new Text.Valid("x"),
            Optional.empty(),
            Optional.empty(),
            () -> "{}");
    return new Fresh(record, Vector.wrap(new float[] {index}), Duration.ZERO);
  }

  private static String line(long index) {
    return "{\"index\":" + index + ",\"embedding\":[" + index + ".0],\"cached\":false}\n";
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private String content(String input) throws IOException {
    return Files.readString(folder.resolve(input + ".jsonl"));
  }

  @Test
  void chunksThatCrossInputsAreDivided() throws IOException {
    try (SinkPerInput sink = sink("a", "b", "c")) {
      // Rendered ahead of writing, as a run does.
      Rendered first = sink.render(List.of(of("a", 0), of("a", 1), of("b", 0)));
      Rendered second = sink.render(List.of(of("b", 1), of("c", 0)));
      first.write();
      sink.flush();
      second.write();
      sink.commit();
    }

    assertEquals(List.of("a.jsonl", "b.jsonl", "c.jsonl"), files());
    assertEquals(line(0) + line(1), content("a"));
    assertEquals(line(0) + line(1), content("b"));
    assertEquals(line(0), content("c"));
  }

  @Test
  void inputsWithoutEmbeddingsGetOutputs() throws IOException {
    try (SinkPerInput sink = sink("a", "b", "c", "d")) {
      sink.render(List.of(of("c", 0))).write();
      sink.commit();
    }

    assertEquals(List.of("a.jsonl", "b.jsonl", "c.jsonl", "d.jsonl"), files());
    assertEquals("", content("a"));
    assertEquals(line(0), content("c"));
    assertEquals("", content("d"));
  }

  @Test
  void oneOutputIsOpenAndThoseBeforeItAreComplete() throws IOException {
    try (SinkPerInput sink = sink("a", "b", "c")) {
      assertEquals(List.of("a.jsonl.part"), files());
      sink.render(List.of(of("a", 0))).write();
      assertEquals(List.of("a.jsonl.part"), files());

      sink.render(List.of(of("b", 0))).write();

      assertEquals(List.of("a.jsonl", "b.jsonl.part"), files());
    }
    assertEquals(List.of("a.jsonl"), files());
  }

  @Test
  void anInputOutOfOrderIsADefect() {
    try (SinkPerInput sink = sink("a", "b")) {
      sink.render(List.of(of("b", 0))).write();
      Rendered late = sink.render(List.of(of("a", 0)));

      assertThrows(IllegalStateException.class, late::write);
    }
    assertTrue(Files.exists(folder.resolve("a.jsonl")));
    assertFalse(Files.exists(folder.resolve("b.jsonl.part")));
  }
}
