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
import dev.embedctl.testing.DuckDb;
import dev.embedctl.testing.Embeddings;
import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads the written files with DuckDB and Hardwood. */
class ParquetSinkTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("out.parquet");
  }

  private void write(String metadata, int chunk, List<Embedding> embeddings) throws IOException {
    try (ParquetSink sink = new ParquetSink(OutputFile.open(file), columns(metadata))) {
      Embeddings.write(sink, embeddings, chunk);
      sink.commit();
    }
  }

  private static TextColumns columns(String metadata) {
    return TextColumns.of(
        metadata.isEmpty() ? new MetadataFields.None() : MetadataFields.parse(metadata));
  }

  private List<List<Object>> duck(String query) {
    return DuckDb.rows(query, file);
  }

  /** All rows, read by Hardwood. */
  private List<List<Object>> hardwood() throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    try (ParquetFileReader reader = ParquetFileReader.open(InputFile.of(file));
        RowReader row = reader.rowReader()) {
      while (row.hasNext()) {
        row.next();
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < row.getFieldCount(); i++) {
          values.add(
              row.getFieldName(i).equals("embedding")
                  ? List.copyOf(row.getList(i).floats())
                  : row.getValue(i));
        }
        rows.add(values);
      }
    }
    return rows;
  }

  @Test
  void hasTheColumnsThatDuckDbUsersExpect() throws IOException {
    write("topic,price", 1, List.of(Embeddings.of(0, 1f)));

    assertEquals(
        List.of(
            "index BIGINT",
            "id VARCHAR",
            "embedding FLOAT[]",
            "cached BOOLEAN",
            "topic VARCHAR",
            "price VARCHAR"),
        DuckDb.columns("{}", file));
  }

  @Test
  void idsAndMetadataAreOptionalStrings() throws IOException {
    Optional<String> object = Optional.of("{\"a\":\"é\\n😀\",\"b\":[1, {\"c\":null}]}");
    write(
        "a,b",
        3,
        List.of(
            Embeddings.of(0, Optional.of("\"x \\\"y\\\"\""), object, 1f, 2f),
            Embeddings.of(1, Optional.of("17.50"), Optional.of("{\"b\":\"\"}"), 3f, 4f),
            Embeddings.of(2, Optional.empty(), Optional.of("{\"a\":null,\"b\":true}"), 5f, 6f),
            Embeddings.of(7, 7f, 8f)));

    List<List<Object>> expected =
        List.of(
            Arrays.asList(0L, "x \"y\"", List.of(1f, 2f), false, "é\n😀", "[1, {\"c\":null}]"),
            Arrays.asList(1L, "17.50", List.of(3f, 4f), true, null, ""),
            Arrays.asList(2L, null, List.of(5f, 6f), false, null, "true"),
            Arrays.asList(7L, null, List.of(7f, 8f), true, null, null));
    assertEquals(expected, duck("SELECT * FROM {}"));
    assertEquals(expected, hardwood());
  }

  @Test
  void allMetadataIsOneColumnOfJson() throws IOException {
    write(
        "all",
        1,
        List.of(Embeddings.of(0, Optional.empty(), Optional.of("{\"topic\":\"home\"}"), 1f)));

    assertEquals(List.of(List.of("home")), duck("SELECT metadata->>'topic' FROM {}"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8, 9, 63, 64, 65, 300})
  void pagesOfAnyLengthAreReadBitForBit(int chunk) throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<Embedding> embeddings = new ArrayList<>();
    List<List<Object>> expected = new ArrayList<>();
    int dimensions = random.nextInt(1, 200);
    for (Embedding some : Embeddings.random(600, dimensions, random)) {
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

    String told = "seed " + seed;
    assertEquals(expected, duck("SELECT * FROM {}"), told);
    assertEquals(expected, hardwood(), told);
  }

  @Test
  void rowsOfManyGroupsAreCompleteAndInOrder() throws IOException {
    int rows = 60_000;
    int dimensions = 384;
    float[] values = new float[dimensions];
    try (ParquetSink sink = new ParquetSink(OutputFile.open(file), columns(""))) {
      for (int from = 0; from < rows; from += 250) {
        List<Embedding> chunk = new ArrayList<>();
        for (int i = from; i < from + 250; i++) {
          values[0] = i;
          chunk.add(Embeddings.of(i, Optional.of("" + i), Optional.empty(), values.clone()));
        }
        sink.render(chunk).write();
      }
      sink.commit();
    }

    assertEquals(
        List.of(List.of(3L, true)),
        duck(
            "SELECT count(DISTINCT row_group_id), max(row_group_bytes) < 34000000"
                + " FROM parquet_metadata({})"));
    assertEquals(
        List.of(List.of(60_000L, 59_999L, 60_000L)),
        duck(
            "SELECT count(*), max(index), count(*) FILTER (embedding[1] = index"
                + " AND id::BIGINT = index AND len(embedding) = 384 AND file_row_number = index)"
                + " FROM read_parquet({}, file_row_number = true)"));
  }

  @Test
  void anEmptyFileHasItsColumns() throws IOException {
    write("topic", 1, List.of());

    assertEquals(List.of(), duck("SELECT * FROM {}"));
    assertEquals(5, DuckDb.columns("{}", file).size());
    assertEquals(List.of(), hardwood());
  }

  @Test
  void aChunkWithoutEmbeddingsWritesNoPage() throws IOException {
    try (ParquetSink sink = new ParquetSink(OutputFile.open(file), columns(""))) {
      sink.render(List.of()).write();
      sink.render(List.of(Embeddings.of(5, 1f))).write();
      sink.render(List.of()).write();
      sink.commit();
    }

    assertEquals(1, hardwood().size());
    assertEquals(List.of(List.of(5L)), duck("SELECT index FROM {}"));
  }

  @Test
  void standardOutputGetsTheSameBytesAsAFile() throws IOException {
    List<Embedding> embeddings = Embeddings.random(100, 9, new Random(1));
    write("", 10, embeddings);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ParquetSink sink = new ParquetSink(new StreamOutput(bytes), columns(""))) {
      Embeddings.write(sink, embeddings, 10);
      sink.commit();
    }

    assertTrue(Arrays.equals(Files.readAllBytes(file), bytes.toByteArray()));
  }

  @Test
  void withoutCommitThereIsNoFile() throws IOException {
    try (ParquetSink sink = new ParquetSink(OutputFile.open(file), columns(""))) {
      sink.render(List.of(Embeddings.of(0, 1f))).write();
    }

    try (var files = Files.list(folder)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void refusesVectorsOfDifferentDimensions() throws IOException {
    try (ParquetSink sink = new ParquetSink(OutputFile.open(file), columns(""))) {
      sink.render(List.of(Embeddings.of(0, 1f, 2f))).write();
      Rendered other = sink.render(List.of(Embeddings.of(1, 1f)));

      EmbedctlException e = assertThrows(EmbedctlException.RunFailed.class, other::write);
      assertTrue(e.getMessage().endsWith("after vectors of 2 dimensions came one of 1"));
    }
  }

  @Test
  void aDamagedPageIsDetectedByItsChecksum() throws IOException {
    write("", 10, Embeddings.random(10, 50, new Random(3)));
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 3] ^= 1;
    Files.write(file, bytes);

    assertThrows(Exception.class, this::hardwood);
  }
}
