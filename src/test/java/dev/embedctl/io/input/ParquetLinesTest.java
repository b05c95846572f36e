package dev.embedctl.io.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.io.bytes.OutputFile;
import dev.embedctl.io.output.ParquetSink;
import dev.embedctl.io.output.TextColumns;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.InputRecord;
import dev.embedctl.testing.DuckDb;
import dev.embedctl.testing.Embeddings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parquet files that DuckDB wrote. */
class ParquetLinesTest {
  @TempDir Path folder;

  /** A file of a query's rows. */
  private Path file(String query, String options) {
    Path file = folder.resolve("in.parquet");
    DuckDb.writeParquet(query, options, file);
    return file;
  }

  private Path file(String query) {
    return file(query, "");
  }

  private static List<InputRecord> read(Path file, InputOptions options) throws IOException {
    try (RecordSource source = RecordSources.open(file, options)) {
      assertEquals(file.toString(), source.name());
      return Reading.all(source);
    }
  }

  private static List<InputRecord> read(Path file) throws IOException {
    return read(file, InputOptions.defaults());
  }

  @ParameterizedTest
  @ValueSource(strings = {"uncompressed", "snappy", "gzip", "zstd", "lz4_raw"})
  void readsEachRowInOrderHoweverItIsCompressed(String codec) throws IOException {
    Path file =
        file(
            "SELECT 'text é ' || i || repeat(' again', 20) AS text, i AS id FROM range(5000) t(i)",
            ", ROW_GROUP_SIZE 2048, COMPRESSION " + codec);

    List<InputRecord> records = read(file);

    assertEquals(
        IntStream.range(0, 5000).mapToObj(i -> "text é " + i + " again".repeat(20)).toList(),
        Reading.told(records));
    assertEquals(Optional.of("4999"), records.get(4999).id());
    assertEquals(4999, records.get(4999).index());
    assertEquals(5000, records.get(4999).line(), "rows are counted from 1");
  }

  @Test
  void saysWhatIsNoText() throws IOException {
    Path file =
        file(
            "SELECT * FROM (VALUES ('a', 1), (NULL, 2), ('  ', 3), ('two\nlines\r\n', 4)) t(text, n)");

    assertEquals(
        List.of(
            "a",
            "NOT_A_STRING: field 'text' is null, not a string",
            "BLANK_TEXT: the text is blank",
            "two\nlines\r\n"),
        Reading.told(read(file)));
    assertEquals(
        "NOT_A_STRING: field 'n' is a number, not a string",
        Reading.told(read(file, Reading.withText(InputOptions.defaults(), "n"))).getFirst());
  }

  @Test
  void metadataIsWhatJsonHasForAValue() throws IOException {
    Path file =
        file(
            """
            SELECT 'x' AS text, 'k' AS id, 9007199254740993 AS big, 1.5::FLOAT AS f,
              0.1::DOUBLE AS d, 'NaN'::DOUBLE AS nan, 12.30::DECIMAL(6,2) AS dec, true AS b,
              DATE '2026-11-25' AS day, TIMESTAMP '2026-11-25 14:30:00' AS at,
              [1, NULL, 3] AS list, {'a': 1, 'b': 'say "hi"'} AS struct,
              MAP {'k1': 1, 'k2': NULL} AS map, NULL::VARCHAR AS none,
              'uuid: ' || '00000000-0000-0000-0000-000000000001' AS u, '\\xFF'::BLOB AS bytes,
              200::UTINYINT AS small
            """);

    assertEquals(
        Optional.of(
            """
            {"big":9007199254740993,"f":1.5,"d":0.1,"nan":null,"dec":12.30,"b":true,\
            "day":"2026-11-25","at":"2026-11-25T14:30:00","list":[1,null,3],\
            "struct":{"a":1,"b":"say \\"hi\\""},"map":{"k1":1,"k2":null},"none":null,\
            "u":"uuid: 00000000-0000-0000-0000-000000000001","bytes":{"base64":"/w=="},\
            "small":200}\
            """),
        read(file, Reading.withMetadata(InputOptions.defaults(), "all")).getFirst().metadata());
  }

  @Test
  void aPointerLeadsIntoAStructAndATemplateTakesManyColumns() throws IOException {
    Path file = file("SELECT {'title': 'T', 'year': 1999} AS doc, 'B' AS body, 'unused' AS other");
    InputOptions options =
        Reading.withMetadata(
            Reading.withTemplate(InputOptions.defaults(), "{/doc/title} {/doc/year}: {body}"),
            "/doc/year");

    InputRecord record = read(file, options).getFirst();

    assertEquals("T 1999: B", Reading.told(record));
    assertEquals(Optional.of("{\"year\":1999}"), record.metadata());
    assertEquals(
        "{\"doc\":{\"title\":\"T\",\"year\":1999},\"body\":\"B\"}",
        record.original().toJsonObject(),
        "of the columns that were asked for");
  }

  @Test
  void aColumnThatIsNotThereEndsTheRunAtOnce() {
    Path file = file("SELECT 'x' AS Text, 1 AS key");

    assertEquals(
        file
            + ": no column 'text' among: Text, key; did you mean 'Text'? (`text-field` names another)",
        assertThrows(InvalidInput.class, () -> read(file)).getMessage());
    InputOptions id = Reading.withId(InputOptions.defaults(), IdField.required("keys"));
    assertTrue(
        assertThrows(InvalidInput.class, () -> read(file, Reading.withText(id, "Text")))
            .getMessage()
            .endsWith("(`id-field` names another)"));
  }

  @Test
  void textsAndOtherColumnsStayTogetherOverAllBatchesAndRowGroups() throws IOException {
    Path file =
        file(
            "SELECT CASE WHEN i % 7 = 0 THEN NULL ELSE 't' || i END AS text, i AS id,"
                + " CASE WHEN i % 5 = 0 THEN NULL ELSE 'm' || i END AS m, [i] AS list"
                + " FROM range(10000) t(i)",
            ", ROW_GROUP_SIZE 2048");

    List<InputRecord> records = read(file, Reading.withMetadata(InputOptions.defaults(), "m,list"));

    assertEquals(10_000, records.size());
    for (int i = 0; i < 10_000; i++) {
      InputRecord record = records.get(i);
      assertEquals(
          i % 7 == 0 ? "NOT_A_STRING: field 'text' is null, not a string" : "t" + i,
          Reading.told(record));
      assertEquals(Optional.of("" + i), record.id());
      String m = i % 5 == 0 ? "null" : "\"m" + i + "\"";
      assertEquals(Optional.of("{\"m\":" + m + ",\"list\":[" + i + "]}"), record.metadata());
    }
  }

  @Test
  void aTextThatIsNotUtf8IsSaidSoAndReadingGoesOn() throws IOException {
    Path file = file("SELECT unnest(['caf#', 'fine']) AS text", ", COMPRESSION uncompressed");
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = bytes[i] == '#' ? (byte) 0xE9 : bytes[i];
    }
    Files.write(file, bytes);

    List<String> told = Reading.told(read(file));

    assertTrue(told.get(0).startsWith("INVALID_UNICODE: not valid UTF-8: byte 0xE9"), told.get(0));
    assertEquals("fine", told.get(1));
  }

  @Test
  void aFileOfNoRowsHasNoRecords() throws IOException {
    assertEquals(List.of(), read(file("SELECT 'x' AS text WHERE false")));
  }

  @Test
  void whatIsNoParquetFileIsSaidSo() throws IOException {
    Path text = Files.writeString(folder.resolve("a.parquet"), "{\"text\":\"I am JSON\"}\n");
    Path empty = Files.writeString(folder.resolve("b.parquet"), "");
    Path whole = file("SELECT i::VARCHAR AS text FROM range(3000) t(i)");
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = Files.write(folder.resolve("c.parquet"), Arrays.copyOf(bytes, bytes.length - 9));

    for (Path file : List.of(text, empty, cut)) {
      String message = assertThrows(InvalidInput.class, () -> read(file)).getMessage();
      assertTrue(message.startsWith(file + ": not a complete Parquet file: "), message);
      assertEquals(1, message.lines().count(), message);
    }
    assertTrue(
        assertThrows(InvalidInput.class, () -> read(folder.resolve("none.parquet")))
            .getMessage()
            .endsWith("none.parquet: no such file"));
  }

  @Test
  void damageInTheMiddleEndsTheReading() throws IOException {
    Path file =
        file(
            "SELECT md5(i::VARCHAR) AS text FROM range(20000) t(i)",
            ", ROW_GROUP_SIZE 2048, COMPRESSION zstd");
    byte[] bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, bytes.length / 2, bytes.length / 2 + 5000, (byte) 0x55);
    Files.write(file, bytes);

    String message = assertThrows(InvalidInput.class, () -> read(file)).getMessage();
    assertTrue(message.startsWith(file + ":"), message);
    assertTrue(message.contains("cannot be read"), message);
    assertEquals(1, message.lines().count(), message);
  }

  @Test
  void standardInputCannotBeParquet() {
    EmbedctlException e =
        assertThrows(
            EmbedctlException.Usage.class,
            () ->
                RecordSources.open(
                    new ByteArrayInputStream(new byte[0]), Reading.as(InputFormat.PARQUET)));

    assertTrue(e.getMessage().endsWith("save it to a file first"));
  }

  @Test
  void whatWeWroteCanBeReadAsAnInput() throws IOException {
    Path file = folder.resolve("out.parquet");
    try (ParquetSink sink =
        new ParquetSink(OutputFile.open(file), TextColumns.of(MetadataFields.parse("text")))) {
      sink.render(
              List.of(
                  Embeddings.of(
                      0, Optional.of("\"a\""), Optional.of("{\"text\":\"x\"}"), 0.5f, -1f)))
          .write();
      sink.commit();
    }

    InputRecord record =
        read(file, Reading.withMetadata(InputOptions.defaults(), "embedding")).getFirst();

    assertEquals("x", Reading.told(record));
    assertEquals(Optional.of("\"a\""), record.id());
    assertEquals(Optional.of("{\"embedding\":[0.5,-1.0]}"), record.metadata());
  }
}
