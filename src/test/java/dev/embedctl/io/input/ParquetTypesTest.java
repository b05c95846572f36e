package dev.embedctl.io.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.InputRecord;
import dev.embedctl.testing.DuckDb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every logical type of Parquet, at every depth, against what pyarrow reads: {@code make.py} among
 * the resources made the files and wrote what it read beside them.
 */
final class ParquetTypesTest {
  private static final Path FILES =
      Path.of(System.getProperty("embedctl.basedir"), "src/test/resources/parquet");
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> eachColumnIsReadAsPyarrowReadsIt() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (String name : List.of("types", "types_as_integers", "int96", "names")) {
      List<JsonNode> expected = expected(name);
      List<JsonNode> actual = rows(FILES.resolve(name + ".parquet"), "all");
      assertEquals(expected.size(), actual.size(), name);
      List<String> columns = new ArrayList<>();
      expected.getFirst().fieldNames().forEachRemaining(columns::add);
      columns.remove("text"); // that is the text
      for (String column : columns) {
        tests.add(
            dynamicTest(
                name + ": " + column,
                () -> {
                  for (int row = 0; row < expected.size(); row++) {
                    assertEquals(
                        told(expected.get(row).get(column)), told(actual.get(row).get(column)));
                  }
                }));
      }
    }
    return tests.stream();
  }

  /** As a string in which a float of 32 bits is one, however many digits were written. */
  private static String told(JsonNode value) {
    return value.isBigDecimal() && value.decimalValue().scale() > 7
        ? Float.toString(value.floatValue())
        : value.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "doc.text, d1",
    "'embed\nded', l1",
    "/doc/text, in1",
    "/, e1",
    "ü, u1",
    "'say \"x\"', q1",
    "text, t1"
  })
  void aColumnIsFoundWhateverItsName(String field, String text) throws IOException {
    InputOptions options =
        Reading.withId(Reading.withText(InputOptions.defaults(), field), IdField.required("a."));

    InputRecord record = read(FILES.resolve("names.parquet"), options).getFirst();

    assertEquals(text, Reading.told(record));
    assertEquals(Optional.of("1"), record.id());
  }

  @Test
  void columnsWithDotsArePartsOfATemplateAndMetadata() throws IOException {
    InputOptions options =
        Reading.withMetadata(
            Reading.withTemplate(InputOptions.defaults(), "{doc.text} {.}"), "list.of,doc.text");

    InputRecord record = read(FILES.resolve("names.parquet"), options).get(1);

    assertEquals("d2 2.5", Reading.told(record));
    assertEquals(Optional.of("{\"list.of\":[],\"doc.text\":\"d2\"}"), record.metadata());
  }

  @Test
  void anUnsignedIdStaysWhatItIs() throws IOException {
    InputOptions options = Reading.withId(InputOptions.defaults(), IdField.required("uint64"));

    List<InputRecord> records = read(FILES.resolve("types.parquet"), options);

    assertEquals(
        List.of(
            Optional.of("9223372036854775808"),
            Optional.empty(),
            Optional.of("18446744073709551615")),
        records.stream().map(InputRecord::id).toList());
  }

  @ParameterizedTest
  @CsvSource({"id, id, 2, Infinity", "half, half, 2, -Infinity", "/doc/id, doc, 2, NaN"})
  void anIdThatIsNoFiniteNumberIsRefused(String id, String name, int line, String number)
      throws IOException {
    InputOptions options = Reading.withId(InputOptions.defaults(), IdField.required(id));

    InputRecord record =
        read(FILES.resolve("not_finite.parquet"), options).stream()
            .filter(r -> Reading.code(r).isPresent())
            .findFirst()
            .orElseThrow();

    assertEquals(line, record.line());
    String message = Reading.told(record);
    assertTrue(
        message.startsWith(
            "INVALID_RECORD: not valid JSON: "
                + number
                + ", a number that JSON does not have, in field '"
                + name
                + "'"),
        message);
  }

  @Test
  void anotherNumberOfTheIdsStructMayBeNaN() throws IOException {
    InputOptions options = Reading.withId(InputOptions.defaults(), IdField.required("/doc/id"));

    InputRecord record = read(FILES.resolve("not_finite.parquet"), options).getFirst();

    assertEquals(Optional.of("1.5"), record.id());
    assertEquals("a", Reading.told(record));
  }

  @Test
  void aCompressionThatIsNotReadIsNamedAndNoLibrary() {
    Path file = FILES.resolve("brotli.parquet");

    assertEquals(
        file
            + ": its columns are compressed with BROTLI, which is not supported; write it with"
            + " snappy or zstd",
        assertThrows(InvalidInput.class, () -> read(file, InputOptions.defaults())).getMessage());
  }

  @Test
  void typesThatOtherWritersHaveAreReadToo() throws IOException {
    Path file = folder.resolve("duck.parquet");
    DuckDb.writeParquet(
        """
        SELECT 'x' AS text, INTERVAL '14 months 3 days 4.5 seconds' AS i, INTERVAL '0 days' AS none,
          INTERVAL '90 minutes' AS t, 'a'::ENUM('a', 'b') AS e, 255::UTINYINT AS u8,
          18446744073709551615::UBIGINT AS u64, [4294967295::UINTEGER] AS l,
          '00000000-0000-0000-0000-000000000001'::UUID AS u, 1.50::DECIMAL(4,2) AS d4,
          1.50::DECIMAL(18,2) AS d18, 1.50::DECIMAL(38,2) AS d38,
          TIMESTAMPTZ '2026-11-25 14:30:00+00' AS tz, TIME '14:30:00' AS clock
        """,
        "",
        file);

    assertEquals(
        """
        {"i":"P14M3DT4.5S","none":"P0D","t":"PT1H30M","e":"a","u8":255,\
        "u64":18446744073709551615,"l":[4294967295],\
        "u":"00000000-0000-0000-0000-000000000001","d4":1.50,"d18":1.50,"d38":1.50,\
        "tz":"2026-11-25T14:30:00Z","clock":"14:30:00"}\
        """,
        rows(file, "all").getFirst().toString());
  }

  private static List<JsonNode> expected(String name) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(FILES.resolve(name + ".expected.jsonl"))) {
      rows.add(JSON.readTree(line));
    }
    return rows;
  }

  private static List<JsonNode> rows(Path file, String metadata) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (InputRecord record : read(file, Reading.withMetadata(InputOptions.defaults(), metadata))) {
      rows.add(JSON.readTree(record.metadata().orElseThrow()));
    }
    return rows;
  }

  private static List<InputRecord> read(Path file, InputOptions options) throws IOException {
    try (RecordSource source = RecordSources.open(file, options)) {
      return Reading.all(source);
    }
  }
}
