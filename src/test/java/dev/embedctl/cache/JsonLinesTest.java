package dev.embedctl.cache;

import static dev.embedctl.cache.Samples.AT_ONCE;
import static dev.embedctl.cache.Samples.SMALL;
import static dev.embedctl.cache.Samples.SPEC;
import static dev.embedctl.cache.Samples.key;
import static dev.embedctl.cache.Samples.keys;
import static dev.embedctl.cache.Samples.storeEach;
import static dev.embedctl.cache.Samples.vector;
import static dev.embedctl.cache.Samples.vectors;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.lines.JsonLinesExport;
import dev.embedctl.cache.lines.JsonLinesImport;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JsonLinesTest {
  private static final EmbeddingSpec PLAIN =
      new EmbeddingSpec(
          "local",
          "http://\"h\"/ü",
          "m",
          OptionalInt.empty(),
          Optional.empty(),
          Oversize.TRUNCATE,
          "sha256:ab");
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  @TempDir Path folder;

  private Path from() {
    return folder.resolve("from");
  }

  private Path to() {
    return folder.resolve("to");
  }

  private static CacheMaintenance maintenance(Path cache) {
    return new CacheMaintenance(cache, AT_ONCE, SMALL);
  }

  private static String export(Path cache) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    maintenance(cache).exportTo(new JsonLinesExport(out), NamespaceFilter.ALL);
    return out.toString(StandardCharsets.UTF_8);
  }

  private CopyReport importLines(String lines) {
    return maintenance(to())
        .importFrom(
            new JsonLinesImport(
                new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)), "in.jsonl"));
  }

  private String exported(int rows) throws IOException {
    LogSettings atNoon = Samples.at(InstantSource.fixed(NOON));
    try (LogCache cache = LogCache.open(from(), SPEC, AT_ONCE, atNoon)) {
      storeEach(cache, 0, rows);
    }
    return export(from());
  }

  @Test
  void aLineHoldsAllThatTheKeyIsMadeOfButTheText() throws IOException {
    try (LogCache cache =
        LogCache.open(from(), SPEC, AT_ONCE, Samples.at(InstantSource.fixed(NOON)))) {
      cache.store(Map.of(key(1), Vector.wrap(1f, -0.0f, 0.5f)));
    }
    assertEquals(
        "{\"provider\":\"openai\",\"endpoint\":\"\",\"model\":\"text-embedding-3-small\","
            + "\"dimensions\":8,\"input_type\":\"document\",\"oversize\":\"error\","
            + "\"revision\":\"\",\"key\":\""
            + key(1).hex()
            + "\",\"created\":"
            + NOON.getEpochSecond()
            + ",\"embedding\":\"AACAPwAAAIAAAAA/\"}\n",
        export(from()));
  }

  @Test
  void whatWasExportedIsImportedBitForBitWithItsAge() throws IOException {
    exported(150);
    try (LogCache cache = LogCache.open(from(), PLAIN, AT_ONCE, SMALL)) {
      cache.store(Map.of(key(1), Vector.wrap(Float.MIN_VALUE, -0.0f), key(2), Vector.wrap(3f, 4f)));
    }
    String lines = export(from());
    assertEquals(152, lines.lines().count());
    assertEquals(new CopyReport(152, 0), importLines(lines));
    assertEquals(lines, export(to()));
    try (LogCache cache = LogCache.open(to(), SPEC, AT_ONCE, SMALL)) {
      assertEquals(vectors(0, 150), cache.lookup(keys(0, 160)));
    }
    try (LogCache cache = LogCache.open(to(), PLAIN, AT_ONCE, SMALL)) {
      assertEquals(Vector.wrap(Float.MIN_VALUE, -0.0f), cache.lookup(keys(1, 2)).get(key(1)));
    }
    assertEquals(Optional.of(NOON), maintenance(to()).stats().parts().getLast().oldest());
  }

  @Test
  void whatIsThereAlreadyStaysAsItIs() throws IOException {
    String lines = exported(10);
    try (LogCache cache = LogCache.open(to(), SPEC, AT_ONCE, SMALL)) {
      cache.store(Map.of(key(3), vector(1003)));
    }
    assertEquals(new CopyReport(9, 1), importLines(lines));
    assertEquals(new CopyReport(0, 20), importLines(lines + "\n" + lines));
    try (LogCache cache = LogCache.open(to(), SPEC, AT_ONCE, SMALL)) {
      assertEquals(Map.of(key(3), vector(1003)), cache.lookup(keys(3, 4)));
    }
  }

  @Test
  void onlyTheNewestOfAKeyIsExported() throws IOException {
    exported(5);
    try (LogCache cache = LogCache.open(from(), SPEC, AT_ONCE, SMALL)) {
      cache.store(Map.of(key(3), vector(1003)));
    }
    assertEquals(5, export(from()).lines().count());
    importLines(export(from()));
    try (LogCache cache = LogCache.open(to(), SPEC, AT_ONCE, SMALL)) {
      assertEquals(Map.of(key(3), vector(1003)), cache.lookup(keys(3, 4)));
    }
  }

  @Test
  void aBadLineIsNamedAndThoseBeforeItAreKept() throws IOException {
    String lines = exported(2);
    String good = lines.lines().toList().getLast();
    String embedding = good.replaceAll(".*\"embedding\":\"([^\"]*)\".*", "$1");
    for (String bad :
        List.of(
            "{",
            "[]",
            "7",
            good + good,
            good.replace("\"revision\":\"\",", ""),
            good.replace("\"revision\":\"\"", "\"revision\":[]"),
            good.replace("\"error\"", "\"explode\""),
            good.replace("\"document\"", "\"novel\""),
            good.replace("\"dimensions\":8", "\"dimensions\":\"x\""),
            good.replace("\"dimensions\":8", "\"dimensions\":99999999999"),
            good.replaceAll("\"key\":\"..", "\"key\":\""),
            good.replaceAll("\"key\":\"..", "\"key\":\"zz"),
            good.replaceAll("\"created\":\\d+", "\"created\":-1"),
            good.replaceAll("\"created\":\\d+", "\"created\":9999999999"),
            good.replace(embedding, "AA"),
            good.replace(embedding, ""),
            good.replace(embedding, "!!!"),
            good.replace(embedding, "AACAPwAAAEAAAEBAAADAfwAAoEAAAMBAAADgQAAAAEE="),
            good.replace(embedding, "AACAPwAAAEAAAEBAAACAfwAAoEAAAMBAAADgQAAAAEE="),
            good.replace(embedding, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            good.replace(embedding, "AACAPw=="))) {
      InvalidInput failure =
          assertThrows(InvalidInput.class, () -> importLines(lines + "\n" + bad), bad);
      assertTrue(failure.getMessage().startsWith("in.jsonl:4: "), failure.getMessage());
      assertEquals(2, export(to()).lines().count());
    }
  }

  @Test
  void bytesThatAreNotUtf8AreNamed() throws IOException {
    byte[] lines = exported(1).getBytes(StandardCharsets.UTF_8);
    lines[15] = (byte) 0xFF;
    InvalidInput failure =
        assertThrows(
            InvalidInput.class,
            () ->
                maintenance(to())
                    .importFrom(new JsonLinesImport(new ByteArrayInputStream(lines), "-")));
    assertTrue(failure.getMessage().startsWith("-:1: not UTF-8"), failure.getMessage());
  }

  @Test
  void aStreamThatFailsIsToldFromACacheThatFails() throws IOException {
    exported(3);
    IOException gone = new IOException("Broken pipe");
    OutputStream pipe =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw gone;
          }
        };
    assertEquals(
        gone,
        assertThrows(
            IOException.class,
            () -> maintenance(from()).exportTo(new JsonLinesExport(pipe), NamespaceFilter.ALL)));
  }

  @Test
  void aFilterExportsAPart() throws IOException {
    exported(3);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    NamespaceFilter other = new NamespaceFilter(Optional.empty(), Optional.of("another"));
    assertEquals(
        new CopyReport(0, 0), maintenance(from()).exportTo(new JsonLinesExport(out), other));
    assertEquals(0, out.size());
  }
}
