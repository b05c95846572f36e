package dev.embedctl.io.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.FailureCode;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Text;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonlSourceTest implements RecordSourceContract {
  private static final InputOptions JSONL = Reading.as(InputFormat.JSONL);

  @Override
  public InputFormat format() {
    return InputFormat.JSONL;
  }

  @Override
  public String line(String text) {
    return "{\"text\":" + JsonText.quoted(text) + ", \"n\": 1}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      quoteCharacter = '`',
      value = {
        "{\"text\":\"a\"}§a",
        "  {\"text\":\"a\"}  §a",
        "{ \"text\" : \"a\" , \"b\" : [ ] }§a",
        "\"bare\"§bare",
        " \"bare\" §bare",
        "\"\\u0041\\n\\/\\\"\\\\\"§`A\n/\"\\`",
        "\"\\ud83d\\ude00\"§😀",
        "\"\uD83D\uDE00\u2028\"§`\uD83D\uDE00\u2028`",
        "{\"text\":\"a\\u0000b\"}§`a\u0000b`",
        "{\"text\":\" a \"}§` a `",
        "{\"\\u0074ext\":\"escaped name\"}§escaped name",
        "{\"a\":{\"text\":\"inner\"},\"text\":\"outer\"}§outer",
        "{\"a\":[{\"text\":\"inner\"}],\"text\":\"outer\"}§outer",
        "{\"n\":1E400,\"m\":-0,\"k\":123456789012345678901234567890,\"text\":\"a\"}§a",
        "{\"\":0,\"text\":\"a\"}§a",
      })
  void readsWhatIsOneWholeValue(String line, String text) {
    assertEquals(text, Reading.told(Reading.one(line, JSONL)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      quoteCharacter = '`',
      value = {
        "{\"text\":\"a\"}{\"text\":\"b\"}§there is more after the JSON value, at column 13",
        "{\"text\":\"a\"} x§there is more after the JSON value, at column 14",
        "{\"text\":\"a\"}}§there is more after the JSON value, at column 13",
        "{\"text\":\"a\"},§there is more after the JSON value, at column 13",
        "\"a\" \"b\"§there is more after the JSON value, at column 5",
        "\"a\"b§there is more after the JSON value, at column 4",
        "{\"text\":\"a\",\"text\":\"b\"}§field 'text' occurs twice",
        "{\"id\":1,\"text\":\"a\",\"id\":1}§field 'id' occurs twice",
        "{\"id\":1,\"text\":\"a\",\"i\\u0064\":1}§field 'id' occurs twice",
        "{\"text\":\"a\"§not valid JSON: it ends too early, at column 12",
        "{\"text\":\"a§not valid JSON: it ends too early, at column 11",
        "{§not valid JSON: it ends too early, at column 2",
        "42§a number, not an object or a string",
        "-1.5e3§a number, not an object or a string",
        "true§a boolean, not an object or a string",
        "null§null, not an object or a string",
        "[]§an array, not an object or a string",
        "[{\"text\":\"a\"}]§an array, not an object or a string",
        "nul§not valid JSON: Unrecognized token 'nul'",
        "hello§not valid JSON: Unrecognized token 'hello'",
        "{'text':'a'}§not valid JSON: Unexpected character ('''): was expecting double-quote",
        "{text:\"a\"}§not valid JSON: Unexpected character ('t')",
        "{\"text\":\"a\",}§not valid JSON: Unexpected character ('}')",
        "{\"text\" \"a\"}§not valid JSON: Unexpected character ('\"')",
        "{\"text\":\"a\",\"n\":01}§not valid JSON: Invalid numeric value: Leading zeroes",
        "{\"text\":\"a\",\"n\":1.}§not valid JSON: ",
        "{\"text\":\"a\",\"n\":.5}§not valid JSON: ",
        "{\"text\":\"a\",\"n\":+1}§not valid JSON: ",
        "{\"text\":\"a\",\"n\":NaN}§not valid JSON: ",
        "{\"text\":\"a\\x\"}§not valid JSON: Unrecognized character escape 'x'",
        "{\"text\":\"a\\u12\"}§not valid JSON: ",
        "{\"text\":\"a\tb\"}§not valid JSON: a control character that is not escaped, at column 11",
        "{\"text\":\"a\",\"n\":\"\\q\"}§not valid JSON: Unrecognized character escape 'q'",
        "{\"text\":\"a\"]§not valid JSON: Unexpected close marker ']': expected '}'",
        "/* no */ \"a\"§not valid JSON: ",
        "# no§not valid JSON: ",
        "\u00A0§not valid JSON: Unexpected character",
      })
  void tellsWhatIsNotOneWholeRecordAndReadsOn(String line, String reason) {
    List<InputRecord> records = Reading.all("\"first\"\n" + line + "\n\"next\"", JSONL);

    assertEquals(Optional.of(FailureCode.INVALID_RECORD), Reading.code(records.get(1)));
    String told = Reading.told(records.get(1)).replace("INVALID_RECORD: ", "");
    assertTrue(told.startsWith(reason), told);
    assertTrue(!told.contains("Source") && !told.contains("\n") && told.length() < 250, told);
    assertEquals("next", Reading.told(records.get(2)));
    assertEquals(3, records.size());
    String original = records.get(1).original().toJsonObject();
    assertEquals("{\"record\":" + JsonText.quoted(line) + "}", original);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      quoteCharacter = '`',
      value = {
        "{}§MISSING_TEXT: no field 'text'",
        "{\"id\":1,\"Text\":\"a\"}§MISSING_TEXT: no field 'text' among: id, Text; did you mean"
            + " 'Text'?",
        "{\"body\":\"a\"}§MISSING_TEXT: no field 'text' among: body",
        "{\"text\":null}§NOT_A_STRING: field 'text' is null, not a string",
        "{\"text\":1}§NOT_A_STRING: field 'text' is a number, not a string",
        "{\"text\":false}§NOT_A_STRING: field 'text' is a boolean, not a string",
        "{\"text\":[\"a\"]}§NOT_A_STRING: field 'text' is an array, not a string",
        "{\"text\":{\"text\":\"a\"}}§NOT_A_STRING: field 'text' is an object, not a string",
        "{\"text\":\"\"}§BLANK_TEXT: the text is blank",
        "\"\"§BLANK_TEXT: the text is blank",
        "{\"text\":\"\\u00a0\\n\"}§BLANK_TEXT: the text is blank",
        "{\"text\":\"ab\\ud800\"}§INVALID_UNICODE: a lone surrogate, U+D800, at character 3",
        "{\"text\":\"\\udc00x\"}§INVALID_UNICODE: a lone surrogate, U+DC00, at character 1",
        "{\"text\":\"\\ud83d\\ud83d\\ude00\"}§INVALID_UNICODE: a lone surrogate, U+D83D, at"
            + " character 1",
      })
  void tellsWhyARecordHasNoText(String line, String told) {
    InputRecord record = Reading.one(line, JSONL);

    assertEquals(told, Reading.told(record));
    assertTrue(
        record.original().toJsonObject().equals(line) || line.equals("\"\""),
        record.original().toJsonObject());
  }

  @Test
  void doesNotTakeAnEscapedHalfAndABadByteForACharacter() {
    byte[] line =
        Reading.joined("\"\\ud83d".getBytes(StandardCharsets.UTF_8), Reading.bytes(0x80, '"'));

    InputRecord record = Reading.all(line, JSONL).getFirst();

    assertEquals(
        "INVALID_UNICODE: not valid UTF-8: byte 0x80 at character 8; if it is in another encoding,"
            + " pass `encoding` NAME",
        Reading.told(record));
  }

  @Test
  void whatStandsBeforeABadByteIsNoPartOfIts() {
    for (String before : List.of("\\", "\\ud83d", "\\\\\\uDBFF", "\\\\", "\\\\ud83d", "d83d")) {
      byte[] line =
          Reading.joined(
              ("\"" + before).getBytes(StandardCharsets.UTF_8), Reading.bytes(0x80, '"'));

      String original = Reading.all(line, JSONL).getFirst().original().toJsonObject();

      InputRecord again = Reading.one(original, JSONL);
      assertTrue(again.text() instanceof Text.Invalid, original);
    }
  }

  @Test
  void doesNotTrustALineWithBadBytesInAnotherField() {
    byte[] line =
        Reading.joined(
            "{\"text\":\"a\",\"b\":\"".getBytes(StandardCharsets.UTF_8),
            Reading.bytes(0xFF),
            "\"}".getBytes(StandardCharsets.UTF_8));

    InputRecord record = Reading.all(line, JSONL).getFirst();

    assertEquals(Optional.of(FailureCode.INVALID_UNICODE), Reading.code(record));
    assertEquals("{\"text\":\"a\",\"b\":\"\\udcff\"}", record.original().toJsonObject());
  }

  @Test
  void passesOverBlankLinesAndCountsThem() {
    List<InputRecord> records = Reading.all("\n \t\r\n\"a\"\n\n\r\n\"b\"\n\n", JSONL);

    assertEquals(List.of("a", "b"), Reading.told(records));
    assertEquals(List.of(3L, 6L), records.stream().map(InputRecord::line).toList());
    assertEquals(List.of(0L, 1L), records.stream().map(InputRecord::index).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      quoteCharacter = '`',
      value = {
        "1§1",
        "1.0§1.0",
        "-0§-0",
        "1E5§1E5",
        "123456789012345678901234567890§123456789012345678901234567890",
        "0.10000000000000000000000001§0.10000000000000000000000001",
        "\"a-17\"§\"a-17\"",
        "\"\\u0041\\/\"§\"\\u0041\\/\"",
        "\"\"§\"\"",
        "null§",
      })
  void copiesAnIdAsItStands(String written, String copied) {
    for (String line :
        List.of(
            "{\"text\":\"a\",\"id\":" + written + "}",
            "{\"id\" : " + written + " , \"text\":\"a\"}",
            " {\"x\":[1,{\"id\":2}],\"id\":" + written + "\t,\"text\":\"a\"}")) {
      InputRecord record = Reading.one(line, JSONL);
      assertEquals("a", Reading.told(record));
      assertEquals(Optional.ofNullable(copied), record.id(), line);
    }
  }

  @Test
  void doesWithoutAnIdInSomeRecordsEvenIfOneWasAskedFor() {
    InputOptions options = Reading.withId(JSONL, IdField.required("key"));

    List<InputRecord> records =
        Reading.all("{\"text\":\"a\",\"id\":1}\n{\"text\":\"b\",\"id\":1,\"key\":2}", options);

    assertEquals(
        List.of(Optional.empty(), Optional.of("2")),
        records.stream().map(InputRecord::id).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      value = {
        "{\"text\":\"a\",\"n\":1,\"n\":2,\"m\":3}§{\"m\":3}",
        "{\"text\":\"a\",\"n\":{\"k\":1,\"k\":2},\"m\":3}§{\"m\":3}",
        "{\"text\":\"a\",\"n\":{\"k\":1},\"n\":{\"k\":2},\"m\":{\"k\":[3]}}§{\"m\":{\"k\":[3]}}"
      })
  void aFieldThatNobodyAsksForMayStandTwice(String line, String metadata) {
    InputRecord record = Reading.one(line, Reading.withMetadata(JSONL, "m"));

    assertEquals("a", Reading.told(record));
    assertEquals(Optional.of(metadata), record.metadata());
    assertEquals(line, record.original().toJsonObject());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      value = {
        "n§{\"text\":\"a\",\"n\":1,\"n\":2}§n",
        "all§{\"text\":\"a\",\"n\":1,\"n\":2}§n",
        "n§{\"text\":\"a\",\"n\":{\"k\":1,\"k\":2}}§k",
        "all§{\"text\":\"a\",\"n\":[[{\"k\":1,\"k\":2}]]}§k",
        "/n/k§{\"text\":\"a\",\"n\":{\"k\":1,\"k\":2}}§k",
        "/n/k§{\"text\":\"a\",\"n\":{\"k\":1},\"n\":{}}§n"
      })
  void aFieldThatIsCopiedMayNotStandTwice(String metadata, String line, String name) {
    assertEquals(
        "INVALID_RECORD: field '" + name + "' occurs twice",
        Reading.told(Reading.one(line, Reading.withMetadata(JSONL, metadata))));
  }

  @Test
  void followsPointersIntoObjectsAndArrays() {
    InputOptions options =
        Reading.withMetadata(
            Reading.withId(
                Reading.withText(JSONL, "/doc/parts/1/body"), IdField.required("/doc/~0id")),
            "/doc/parts/0,/doc/a~1b,lang");
    String line =
        "{\"lang\": \"de\" ,\"doc\":{\"parts\":[ {\"body\":\"no\"} ,{\"body\":\"yes\"}],"
            + "\"~id\":7.50,\"a/b\":[1, 2]}}";

    InputRecord record = Reading.one(line, options);

    assertEquals("yes", Reading.told(record));
    assertEquals(Optional.of("7.50"), record.id());
    assertEquals(
        Optional.of("{\"0\":{\"body\":\"no\"},\"a/b\":[1, 2],\"lang\":\"de\"}"), record.metadata());
  }

  @Test
  void copiesTheMetadataAskedForWhereThereIsAny() {
    InputOptions options = Reading.withMetadata(JSONL, "b,c,text");

    assertEquals(
        Optional.of("{\"b\":null,\"c\":{ \"d\" : 1.0 },\"text\":\"x\"}"),
        Reading.one("{\"c\":{ \"d\" : 1.0 },\"text\":\"x\",\"a\":1,\"b\":null}", options)
            .metadata());
    String records = "{\"text\":\"x\"}\n{\"a\":1}\n{\"b\":1,\"c\":2}";
    assertEquals(
        List.of(
            Optional.of("{\"text\":\"x\"}"), Optional.empty(), Optional.of("{\"b\":1,\"c\":2}")),
        Reading.all(records, options).stream().map(InputRecord::metadata).toList());
    assertEquals(Optional.empty(), Reading.one("{\"b\":1,\"text\":\"x\"}", JSONL).metadata());
  }

  @Test
  void copiesAllMetadataButTextAndId() {
    InputOptions options = Reading.withMetadata(JSONL, "all");

    assertEquals(
        Optional.of("{\"a\" : 1.0,\"\\u0062\":\"\\u00e9 é\",\"t\":true,\"n\":[ null ]}"),
        Reading.one(
                "{\"a\" : 1.0 , \"text\":\"x\", \"\\u0062\":\"\\u00e9 é\", \"id\":3,"
                    + " \"t\":true ,\"n\":[ null ]}",
                options)
            .metadata());
    assertEquals(Optional.empty(), Reading.one("{\"id\":1,\"text\":\"x\"}", options).metadata());
  }

  @Test
  void leavesOutOfAllMetadataWhatATemplateUses() {
    InputOptions options =
        Reading.withMetadata(Reading.withTemplate(JSONL, "{title} {/a/b}"), "all");

    assertEquals(
        Optional.of("{\"a\":{\"b\":\"y\"},\"text\":\"kept\"}"),
        Reading.one("{\"title\":\"x\",\"a\":{\"b\":\"y\"},\"text\":\"kept\"}", options).metadata());
  }

  @Test
  void tellsABareStringAsAnObjectOfTheTextField() {
    assertEquals(
        "{\"text\":\"a\\u0062\"}", Reading.one(" \"a\\u0062\" ", JSONL).original().toJsonObject());
  }

  @Test
  void aBareStringIsTheFieldCalledTextOfATemplate() {
    InputOptions options = Reading.withMetadata(Reading.withTemplate(JSONL, "<{text}>"), "text");

    InputRecord record = Reading.one(" \"a\\u0062\" ", options);

    assertEquals("<ab>", Reading.told(record));
    assertEquals(Optional.of("{\"text\":\"a\\u0062\"}"), record.metadata());
    assertEquals(
        List.of("x", "MISSING_TEXT: no field 'title' among: text"),
        Reading.told(
            Reading.all("{\"title\":\"x\"}\n\"a\"", Reading.withTemplate(JSONL, "{title}"))));
  }

  @Test
  void helpsSomeoneWhoseFileIsOneJsonValue() {
    assertTrue(
        Reading.told(Reading.all("[\n{\"text\":\"a\"},\n", JSONL).getFirst())
            .contains("pass `input-format` json"));
    assertTrue(
        Reading.told(Reading.all(" [{\"text\":\"a\"}]", JSONL).getFirst())
            .contains("pass `input-format` json"));
    assertTrue(
        Reading.told(Reading.all("{\n\"text\":\"a\"}\n", JSONL).getFirst()).contains("jq -c ."));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\f", "\u2003", "\u0000", "{\"text\":\"a\",}", "]"})
  void doesNotHelpWhereItsHelpWouldBeWrong(String line) {
    String told = Reading.told(Reading.one(line, JSONL));

    assertTrue(told.startsWith("INVALID_RECORD: not valid JSON") && !told.contains("jq"), told);
  }

  @Test
  void refusesWhatIsNestedTooDeepAndReadsOn() {
    int depth = 100_000;
    String deep = "{\"text\":\"a\",\"n\":" + "[".repeat(depth) + "]".repeat(depth) + "}";

    assertEquals(
        List.of("INVALID_RECORD: JSON that is nested too deep", "b"),
        Reading.told(Reading.all(deep + "\n\"b\"", JSONL)));
  }

  @Test
  void refusesANumberOfAThousandAndOneDigits() {
    assertTrue(
        Reading.told(Reading.one("{\"text\":\"a\",\"id\":" + "1".repeat(1001) + "}", JSONL))
            .startsWith("INVALID_RECORD: JSON with a number or name that is too long"));
  }

  @Test
  void readsATextOfMillionsOfCharacters() {
    String text = "é".repeat(3_000_000);

    InputRecord record =
        Reading.one(
            "{\"id\":5,\"text\":\"" + text + "\",\"b\": 1}", Reading.withMetadata(JSONL, "all"));

    assertEquals(text, Reading.told(record));
    assertEquals(Optional.of("5"), record.id());
    assertEquals(Optional.of("{\"b\": 1}"), record.metadata());
  }

  @Test
  void readsBackWhatWasWrittenWhateverTheText() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder("x");
      int length = random.nextInt(30);
      for (int i = 0; i < length; i++) {
        int point = random.nextInt(random.nextBoolean() ? 0x80 : 0x110000);
        text.appendCodePoint(point >= 0xD800 && point <= 0xDFFF ? '"' : point);
      }
      String id = JsonText.quoted(text.toString());
      String line = "{\"id\":" + id + ",\"text\":" + id + ",\"m\":{\"k\":" + id + "}}";

      InputRecord record = Reading.one(line, Reading.withMetadata(JSONL, "m"));

      String why = "seed " + seed + ", round " + round;
      assertEquals(text.toString(), Reading.told(record), why);
      assertEquals(Optional.of(id), record.id(), why);
      assertEquals(Optional.of("{\"m\":{\"k\":" + id + "}}"), record.metadata(), why);
      assertEquals(line, record.original().toJsonObject(), why);
    }
  }

  @ParameterizedTest
  @CsvSource({"{}, an object", "[1], an array", "true, a boolean", "'{\"$oid\":\"7\"}', an object"})
  void anIdIsAStringOrANumberAndNothingElseIsLostInSilence(String id, String kind) {
    String line = "{\"text\":\"a\",\"id\":" + id + "}";

    for (IdField field : List.of(IdField.required("id"), IdField.ifPresent("id"))) {
      InputRecord refused = Reading.all("\n" + line, Reading.withId(JSONL, field)).getFirst();

      assertEquals(
          "INVALID_RECORD: field 'id' is "
              + kind
              + ", and an id is a string or a number; name another field for it",
          Reading.told(refused));
      assertEquals(2, refused.line());
      assertEquals(line, refused.original().toJsonObject());
    }
  }
}
