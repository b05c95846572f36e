package dev.embedctl.io.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.embedctl.io.bytes.Compression;
import dev.embedctl.io.bytes.StreamOutput;
import dev.embedctl.io.output.RecordSink.Rendered;
import dev.embedctl.model.Outcome.Embedding;
import dev.embedctl.testing.DuckDb;
import dev.embedctl.testing.Embeddings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class CompressedOutputTest {
  private static final List<Embedding> SOME = Embeddings.random(2000, 24, new Random(7));

  @TempDir Path folder;

  private static byte[] written(Compression compression, List<Embedding> embeddings)
      throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ExecutorService threads = Executors.newFixedThreadPool(4);
        JsonlSink sink = new JsonlSink(new StreamOutput(bytes), VectorFormat.FLOAT, compression)) {
      List<Future<Rendered>> pieces = new ArrayList<>();
      for (int from = 0; from < embeddings.size(); from += 100) {
        List<Embedding> chunk = embeddings.subList(from, from + 100);
        pieces.add(threads.submit(() -> sink.render(chunk)));
      }
      for (Future<Rendered> piece : pieces) {
        piece.get().write();
      }
      sink.commit();
    }
    return bytes.toByteArray();
  }

  private static String read(Compression compression, byte[] bytes) throws IOException {
    InputStream raw = new ByteArrayInputStream(bytes);
    try (InputStream in =
        switch (compression) {
          case NONE -> raw;
          case GZIP -> new GZIPInputStream(raw);
          case ZSTD -> new ZstdInputStreamNoFinalizer(raw);
        }) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @EnumSource(value = Compression.class, mode = Mode.EXCLUDE, names = "NONE")
  void blocksThatManyThreadsCompressedAreReadAsOneText(Compression compression) throws Exception {
    byte[] packed = written(compression, SOME);
    byte[] plain = written(Compression.NONE, SOME);

    assertEquals(new String(plain, StandardCharsets.UTF_8), read(compression, packed));
    assertTrue(packed.length < plain.length * 0.6, packed.length + " of " + plain.length);
  }

  @ParameterizedTest
  @CsvSource({"GZIP, out.jsonl.gz", "ZSTD, out.jsonl.zst"})
  void duckDbReadsAllBlocks(Compression compression, String name) throws Exception {
    Path file = Files.write(folder.resolve(name), written(compression, SOME));

    assertEquals(
        List.of(List.of(2000L, 1999L)),
        DuckDb.rows("SELECT count(*), max(index) FROM read_json({})", file));
  }

  @ParameterizedTest
  @EnumSource(value = Compression.class, mode = Mode.EXCLUDE, names = "NONE")
  void anEmptyCompressedOutputIsValid(Compression compression) throws Exception {
    byte[] packed = written(compression, List.of());

    assertTrue(packed.length > 0);
    assertEquals("", read(compression, packed));
  }

  @Test
  void anEmptyUncompressedOutputHasNoBytes() throws Exception {
    assertEquals(0, written(Compression.NONE, List.of()).length);
  }

  @ParameterizedTest
  @CsvSource({"a.jsonl, NONE", "a.csv.gz, GZIP", "A.GZ, GZIP", "a.jsonl.zst, ZSTD", "gz, NONE"})
  void findsTheCompressionByTheName(String name, Compression expected) {
    assertEquals(expected, Compression.ofFileName(name));
  }
}
