package dev.embedctl.io.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.io.bytes.Compression;
import dev.embedctl.io.bytes.OutputFile;
import dev.embedctl.io.input.JsonText;
import dev.embedctl.io.input.MetadataFields;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.Outcome.Embedding;
import dev.embedctl.testing.DuckDb;
import dev.embedctl.testing.Embeddings;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvSinkTest {
  private static final String TABLE =
      "read_csv({}, header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"',"
          + " columns = {'index': 'BIGINT', 'id': 'VARCHAR', 'embedding': 'FLOAT[]',"
          + " 'cached': 'BOOLEAN'})";

  @TempDir Path folder;

  private Path file(String name) {
    return folder.resolve(name);
  }

  private static CsvSink open(Path file, VectorFormat format, String metadata) {
    return new CsvSink(
        OutputFile.open(file),
        format,
        Compression.ofFileName(file.toString()),
        TextColumns.of(
            metadata.isEmpty() ? new MetadataFields.None() : MetadataFields.parse(metadata)));
  }

  private String written(VectorFormat format, String metadata, Embedding... embeddings)
      throws IOException {
    try (CsvSink sink = open(file("out.csv"), format, metadata)) {
      Embeddings.write(sink, List.of(embeddings), 1);
      sink.commit();
    }
    return Files.readString(file("out.csv"));
  }

  @Test
  void writesAHeaderRowAndOneRowPerRecord() throws IOException {
    assertEquals(
        """
        index,id,embedding,cached
        0,a-17,"[0.5,-1.0E-7]",false
        1,17.50,"[1.0,2.0]",true
        2,,"[3.0,4.0]",false
        """,
        written(
            VectorFormat.FLOAT,
            "",
            Embeddings.of(0, Optional.of("\"a-17\""), Optional.empty(), 0.5f, -1e-7f),
            Embeddings.of(1, Optional.of("17.50"), Optional.empty(), 1f, 2f),
            Embeddings.of(2, 3f, 4f)));
  }

  @Test
  void aMetadataFieldIsAColumnOfStrings() throws IOException {
    String object =
        """
        {"b":{"x": [1, "2"]},"text":"say \\"hi\\", twice","n":1.50,"z":null,"e":""}""";
    assertEquals(
        """
        index,id,embedding,cached,text,n,b,z,e,"a ""b"" c"
        0,,"[1.0]",false,"say ""hi"", twice",1.50,"{""x"": [1, ""2""]}",,"",
        1,,"[1.0]",true,,,,,,
        """,
        written(
            VectorFormat.FLOAT,
            "text,n,/a/b,z,e,a \"b\" c",
            Embeddings.of(0, Optional.empty(), Optional.of(object), 1f),
            Embeddings.of(1, 1f)));
  }

  @Test
  void allMetadataIsOneColumnOfJson() throws IOException {
    String object = "{\"topic\":\"home\",\"n\":1}";
    written(VectorFormat.FLOAT, "all", Embeddings.of(0, Optional.empty(), Optional.of(object), 1f));

    assertEquals(
        List.of(List.of("home")),
        DuckDb.rows("SELECT metadata::JSON->>'topic' FROM read_csv({})", file("out.csv")));
  }

  @Test
  void writesVectorsAsBase64() throws IOException {
    assertEquals(
        """
        index,id,embedding,cached
        0,,"AACAPwAAAMA=",false
        """,
        written(VectorFormat.BASE64, "", Embeddings.of(0, 1f, -2f)));
  }

  @Test
  void anyTextIsReadBackUnchanged() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    String[] parts = {"a", ",", "\"", "\n", "\r", " ", "é", "😀", "\t", "''", "\\", ";"};
    List<Embedding> embeddings = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(6); j > 0; j--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      texts.add(text.toString());
      String json = JsonText.quoted(text.toString());
      embeddings.add(
          Embeddings.of(i, Optional.of(json), Optional.of("{\"m\":" + json + "}"), 1f, 2f));
    }
    String csv = written(VectorFormat.FLOAT, "m", embeddings.toArray(Embedding[]::new));

    List<CSVRecord> rows = CSVFormat.RFC4180.parse(new StringReader(csv)).getRecords();
    List<List<Object>> duck =
        DuckDb.rows(
            "SELECT id, m FROM read_csv({}, all_varchar = true, allow_quoted_nulls = false,"
                + " delim = ',', quote = '\"', escape = '\"', header = true, parallel = false)"
                + " ORDER BY \"index\"::INT",
            file("out.csv"));
    for (int i = 0; i < texts.size(); i++) {
      assertEquals(texts.get(i), rows.get(i + 1).get(1), "seed " + seed);
      assertEquals(texts.get(i), rows.get(i + 1).get(4), "seed " + seed);
      assertEquals(texts.get(i), duck.get(i).get(1), "seed " + seed);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.csv", "out.csv.gz", "OUT.CSV.ZST"})
  void duckDbReadsEachVectorBitForBitFromAllBlocks(String name) throws IOException {
    long seed = new Random().nextLong();
    List<Embedding> embeddings = Embeddings.random(1000, 17, new Random(seed));
    try (CsvSink sink = open(file(name), VectorFormat.FLOAT, "")) {
      Embeddings.write(sink, embeddings, 100);
      sink.commit();
    }

    // DuckDB recognises a compression only by a lower-case name.
    Path read = Files.move(file(name), file("read" + name.toLowerCase(Locale.ROOT)));
    List<List<Object>> rows = DuckDb.rows("SELECT * FROM " + TABLE, read);
    assertEquals(embeddings.size(), rows.size());
    for (int i = 0; i < rows.size(); i++) {
      assertEquals((long) i, rows.get(i).get(0));
      assertEquals(Embeddings.values(embeddings.get(i)), rows.get(i).get(2), "seed " + seed);
      assertEquals(i % 2 == 1, rows.get(i).get(3));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.csv", "out.csv.gz", "out.csv.zst"})
  void anEmptyOutputIsATableWithoutRows(String name) throws IOException {
    try (CsvSink sink = open(file(name), VectorFormat.FLOAT, "")) {
      sink.commit();
    }

    assertEquals(List.of(List.of(0L)), DuckDb.rows("SELECT count(*) FROM " + TABLE, file(name)));
  }

  @Test
  void anEmptyOutputIsOnlyItsHeaderRow() throws IOException {
    assertEquals("index,id,embedding,cached\n", written(VectorFormat.FLOAT, ""));
  }

  @Test
  void withoutCommitThereIsNoFile() throws IOException {
    try (CsvSink sink = open(file("out.csv"), VectorFormat.FLOAT, "")) {
      Embeddings.write(sink, List.of(Embeddings.of(0, 1f)), 1);
    }

    try (var files = Files.list(folder)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void refusesAMetadataFieldWithTheNameOfAnotherColumn() {
    EmbedctlException e =
        assertThrows(
            EmbedctlException.Usage.class, () -> TextColumns.of(MetadataFields.parse("a,cached")));

    assertTrue(
        e.getMessage().startsWith("`metadata` cached: the table already has a column 'cached'"));
    assertFalse(e.getMessage().contains("\n"));
  }
}
