package dev.embedctl.io.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.io.bytes.OutputFile;
import dev.embedctl.io.bytes.StreamOutput;
import dev.embedctl.io.input.MetadataFields;
import dev.embedctl.io.output.RecordSink.Rendered;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.Outcome.Embedding;
import dev.embedctl.testing.Embeddings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads the written files with Arrow's own reader. */
class ArrowSinkTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("out.arrow");
  }

  /** The content of a file. */
  private record Table(String schema, int batches, List<List<Object>> rows) {}

  private Table read() throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    try (RootAllocator memory = new RootAllocator();
        FileChannel channel = FileChannel.open(file);
        ArrowFileReader reader = new ArrowFileReader(channel, memory)) {
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      int batches = reader.getRecordBlocks().size();
      while (reader.loadNextBatch()) {
        for (int i = 0; i < root.getRowCount(); i++) {
          List<Object> row = new ArrayList<>();
          for (FieldVector column : root.getFieldVectors()) {
            row.add(plain(column.getObject(i)));
          }
          rows.add(row);
        }
      }
      return new Table(root.getSchema().toString(), batches, rows);
    }
  }

  private static Object plain(Object value) {
    if (value instanceof List<?> list) {
      return List.copyOf(list);
    }
    return value instanceof org.apache.arrow.vector.util.Text text ? text.toString() : value;
  }

  private void write(String metadata, int chunk, List<Embedding> embeddings) throws IOException {
    try (ArrowSink sink = new ArrowSink(OutputFile.open(file), columns(metadata))) {
      Embeddings.write(sink, embeddings, chunk);
      sink.commit();
    }
  }

  private static TextColumns columns(String metadata) {
    return TextColumns.of(
        metadata.isEmpty() ? new MetadataFields.None() : MetadataFields.parse(metadata));
  }

  @Test
  void vectorsAreFixedSizeListsAndIdsAndMetadataAreOptionalStrings() throws IOException {
    write(
        "a",
        2,
        List.of(
            Embeddings.of(0, Optional.of("\"é😀\""), Optional.of("{\"a\":[1, 2]}"), 0.5f, -1f),
            Embeddings.of(1, Optional.of("17.50"), Optional.of("{\"a\":\"\"}"), 1f, 2f),
            Embeddings.of(5, Optional.empty(), Optional.empty(), 3f, 4f)));

    Table table = read();
    assertEquals(
        "Schema<index: Int(64, true) not null, id: Utf8, embedding: FixedSizeList(2)<item:"
            + " FloatingPoint(SINGLE) not null> not null, cached: Bool not null, a: Utf8>",
        table.schema());
    assertEquals(2, table.batches());
    assertEquals(
        List.of(
            Arrays.asList(0L, "é😀", List.of(0.5f, -1f), false, "[1, 2]"),
            Arrays.asList(1L, "17.50", List.of(1f, 2f), true, ""),
            Arrays.asList(5L, null, List.of(3f, 4f), true, null)),
        table.rows());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 64, 65, 200})
  void batchesOfAnyLengthAreReadBitForBit(int chunk) throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<Embedding> embeddings = new ArrayList<>();
    List<List<Object>> expected = new ArrayList<>();
    for (Embedding some : Embeddings.random(400, random.nextInt(1, 100), random)) {
      long index = some.record().index();
      Optional<String> id =
          random.nextBoolean()
              ? Optional.of("\"" + "i".repeat(random.nextInt(9)) + "\"")
              : Optional.empty();
      embeddings.add(Embeddings.of(index, id, Optional.empty(), some.vector().toArray()));
      expected.add(
          Arrays.asList(
              index,
              id.map(json -> json.substring(1, json.length() - 1)).orElse(null),
              Embeddings.values(some),
              index % 2 == 1));
    }
    write("", chunk, embeddings);

    assertEquals(expected, read().rows(), "seed " + seed);
  }

  @Test
  void anEmptyFileHasItsColumns() throws IOException {
    write("topic", 1, List.of());

    assertEquals(List.of(), read().rows());
    assertTrue(read().schema().contains("topic: Utf8"));
  }

  @Test
  void standardOutputGetsTheSameBytesAsAFile() throws IOException {
    List<Embedding> embeddings = Embeddings.random(100, 9, new Random(1));
    write("", 10, embeddings);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ArrowSink sink = new ArrowSink(new StreamOutput(bytes), columns(""))) {
      Embeddings.write(sink, embeddings, 10);
      sink.commit();
    }

    assertTrue(Arrays.equals(Files.readAllBytes(file), bytes.toByteArray()));
  }

  @Test
  void withoutCommitThereIsNoFile() throws IOException {
    try (ArrowSink sink = new ArrowSink(OutputFile.open(file), columns(""))) {
      sink.render(List.of(Embeddings.of(0, 1f))).write();
    }

    try (var files = Files.list(folder)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void refusesVectorsOfDifferentDimensions() throws IOException {
    try (ArrowSink sink = new ArrowSink(OutputFile.open(file), columns(""))) {
      sink.render(List.of()).write();
      sink.render(List.of(Embeddings.of(0, 1f, 2f))).write();
      Rendered other = sink.render(List.of(Embeddings.of(1, 1f)));

      EmbedctlException e = assertThrows(EmbedctlException.RunFailed.class, other::write);
      assertTrue(e.getMessage().endsWith("after vectors of 2 dimensions came one of 1"));
    }
  }
}
