package dev.embedctl.cli.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.cli.InProcess;
import dev.embedctl.cli.console.OptionWords;
import dev.embedctl.testing.Bytes;
import dev.embedctl.testing.OpenAiServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bad input, case by case, through the whole {@code batch} command: what is said of it, and that
 * nothing of it is sent, skipped or lost.
 */
final class BadInputTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String BLANK = "the text is blank";
  private static final String QUOTE =
      "characters after a closing quote; a quote inside quotes is written twice";
  private static final String ENCODING = "; if it is in another encoding, pass --encoding NAME";

  @TempDir private Path folder;
  private OpenAiServer server;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /**
   * One bad record between good ones.
   *
   * @param line the line it begins on
   * @param code its code in the errors file
   * @param said what is said of it, on standard error and in the errors file
   * @param next what the next run makes of the errors file: a code, or that it embeds a text
   */
  record BadRecord(
      String name, String format, Bytes file, int line, String code, String said, String next) {
    BadRecord(String name, String format, Bytes file, int line, String code, String said) {
      this(
          name,
          format,
          file,
          line,
          code,
          said,
          code.equals("invalid_record") ? "missing_text" : code);
    }

    BadRecord then(String next) {
      return new BadRecord(name, format, file, line, code, said, next);
    }

    @Override
    public String toString() {
      return format + ": " + name;
    }
  }

  /** A file that cannot be read to its end, in either mode: what is said after its name. */
  record BadFile(String name, String format, Bytes file, String said) {
    @Override
    public String toString() {
      return format + ": " + name;
    }
  }

  static Stream<BadRecord> badRecords() {
    return Stream.of(
        jsonl(
            "not JSON",
            "hello",
            "invalid_record",
            "not valid JSON: Unrecognized token 'hello', at column 1"),
        jsonl(
            "no quotes around a name",
            "{text:\"a\"}",
            "invalid_record",
            "not valid JSON: Unexpected character ('t'): was expecting double-quote to start field"
                + " name, at column 2"),
        jsonl(
            "half an object",
            "{\"text\":\"a\"",
            "invalid_record",
            "not valid JSON: it ends too early, at column 12"),
        jsonl(
            "a comma too many",
            "{\"text\":\"a\",}",
            "invalid_record",
            "not valid JSON: Unexpected character ('}'): was expecting double-quote to start field"
                + " name, at column 13"),
        jsonl(
            "an unknown escape",
            "{\"text\":\"\\x\"}",
            "invalid_record",
            "not valid JSON: Unrecognized character escape 'x', at column 11"),
        jsonl(
            "a control character",
            "{\"text\":\"a\u0000\"}",
            "invalid_record",
            "not valid JSON: a control character that is not escaped, at column 11"),
        jsonl(
            "two objects",
            "{\"text\":\"a\"}{\"text\":\"b\"}",
            "invalid_record",
            "there is more after the JSON value, at column 13"),
        jsonl(
            "two strings",
            "\"a\" \"b\"",
            "invalid_record",
            "there is more after the JSON value, at column 5"),
        jsonl("an array", "[\"a\"]", "invalid_record", "an array, not an object or a string"),
        jsonl("a number", "42", "invalid_record", "a number, not an object or a string"),
        jsonl("a boolean", "true", "invalid_record", "a boolean, not an object or a string"),
        jsonl("null", "null", "invalid_record", "null, not an object or a string"),
        jsonl(
            "a byte-order mark within",
            "\uFEFF\"a\"",
            "invalid_record",
            "not valid JSON: a byte-order mark, U+FEFF, in the middle (were files joined?),"
                + " at column 1"),
        jsonl(
            "a field twice",
            "{\"text\":\"a\",\"text\":\"b\"}",
            "invalid_record",
            "field 'text' occurs twice"),
        jsonl(
            "a field twice, once escaped",
            "{\"text\":\"a\",\"te\\u0078t\":\"b\"}",
            "invalid_record",
            "field 'text' occurs twice"),
        jsonl(
            "the id twice",
            "{\"text\":\"a\",\"id\":1,\"id\":2}",
            "invalid_record",
            "field 'id' occurs twice"),
        jsonl(
                "an id that is an array",
                "{\"text\":\"a\",\"id\":[1]}",
                "invalid_record",
                "field 'id' is an array, and an id is a string or a number; name another field for"
                    + " it")
            .then("invalid_record"),
        jsonl(
            "deep nesting",
            "{\"text\":\"a\",\"m\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}",
            "invalid_record",
            "JSON that is nested too deep"),
        jsonl(
            "deep nesting, never closed",
            "[".repeat(100_000),
            "invalid_record",
            "JSON that is nested too deep"),
        jsonl(
            "a number of 1001 digits",
            "{\"text\":\"a\",\"m\":" + "1".repeat(1001) + "}",
            "invalid_record",
            "JSON with a number or name that is too long"),
        jsonl(
            "more characters than a line may have",
            "\"" + "x".repeat(17 << 20) + "\"",
            "invalid_record",
            "the line is longer than 16777216 characters"),
        jsonl("no text", "{}", "missing_text", "no field 'text'"),
        jsonl(
            "other fields",
            "{\"id\":1,\"body\":\"a\"}",
            "missing_text",
            "no field 'text' among: id, body"),
        jsonl(
            "nearly the field",
            "{\"Text\":\"a\"}",
            "missing_text",
            "no field 'text' among: Text; did you mean 'Text'?"),
        jsonl("text null", "{\"text\":null}", "not_a_string", "field 'text' is null, not a string"),
        jsonl(
            "text a number",
            "{\"text\":1}",
            "not_a_string",
            "field 'text' is a number, not a string"),
        jsonl(
            "text a boolean",
            "{\"text\":false}",
            "not_a_string",
            "field 'text' is a boolean, not a string"),
        jsonl(
            "text an array",
            "{\"text\":[\"a\"]}",
            "not_a_string",
            "field 'text' is an array, not a string"),
        jsonl(
            "text an object",
            "{\"text\":{\"text\":\"a\"}}",
            "not_a_string",
            "field 'text' is an object, not a string"),
        jsonl("empty text", "{\"text\":\"\"}", "blank_text", BLANK),
        jsonl("blank text", "{\"text\":\" \\t\\r\\n\"}", "blank_text", BLANK),
        jsonl(
            "blank in Unicode's sense",
            "{\"text\":\"\u00A0\u2003\u3000\u2028\u0085\"}",
            "blank_text",
            BLANK),
        jsonl("blank by escapes", "\"\\u00a0\\u2003\\u3000\"", "blank_text", BLANK),
        jsonl(
            "a lone high surrogate, escaped",
            "{\"text\":\"ab\\ud83d\"}",
            "invalid_unicode",
            "a lone surrogate, U+D83D, at character 3"),
        jsonl(
            "a lone low surrogate, escaped",
            "{\"text\":\"\\ude00\"}",
            "invalid_unicode",
            "a lone surrogate, U+DE00, at character 1"),
        jsonl(
            "surrogates the wrong way round",
            "{\"text\":\"\\ude00\\ud83d\"}",
            "invalid_unicode",
            "a lone surrogate, U+DE00, at character 1"),
        jsonl(
            "a lone surrogate in UTF-8",
            Bytes.of("{\"text\":\"", 0xED, 0xA0, 0x80, "\"}"),
            "invalid_unicode",
            "not valid UTF-8: byte 0xED at character 10" + ENCODING),
        jsonl(
            "Latin-1",
            Bytes.of("{\"text\":\"caf", 0xE9, "\"}"),
            "invalid_unicode",
            "not valid UTF-8: byte 0xE9 at character 13" + ENCODING),
        jsonl(
                "bad bytes in another field",
                Bytes.of("{\"text\":\"a\",\"m\":\"", 0xFF, "\"}"),
                "invalid_unicode",
                "not valid UTF-8: byte 0xFF at character 18" + ENCODING)
            .then("embedded"),
        jsonl(
                "bad bytes that are no JSON",
                Bytes.of(0x80, 0x81),
                "invalid_unicode",
                "not valid UTF-8: byte 0x80 at character 1" + ENCODING)
            .then("missing_text"),
        jsonl(
            "overlong UTF-8",
            Bytes.of("\"", 0xC0, 0x80, "\""),
            "invalid_unicode",
            "not valid UTF-8: byte 0xC0 at character 2" + ENCODING),
        jsonl(
            "beyond the last code point",
            Bytes.of("\"", 0xF4, 0x90, 0x80, 0x80, "\""),
            "invalid_unicode",
            "not valid UTF-8: byte 0xF4 at character 2" + ENCODING),
        jsonl(
            "half a character",
            Bytes.of("\"", 0xE2, 0x82, "\""),
            "invalid_unicode",
            "not valid UTF-8: byte 0xE2 at character 2" + ENCODING),
        new BadRecord(
            "half a line at the end",
            "jsonl",
            Bytes.of("\"a\"\n{\"text\":\"b"),
            2,
            "invalid_record",
            "not valid JSON: it ends too early, at column 11"),
        new BadRecord(
                "half a character at the end",
                "jsonl",
                Bytes.of("\"a\"\n\"", 0xE2, 0x82),
                2,
                "invalid_unicode",
                "not valid UTF-8: byte 0xE2 at character 2" + ENCODING)
            .then("missing_text"),
        new BadRecord(
            "an array of lines",
            "jsonl",
            Bytes.of("[{\"text\":\"a\"},{\"text\":\"b\"}]"),
            1,
            "invalid_record",
            "an array, not an object or a string (if the file is one JSON array, pass"
                + " --input-format json)"),
        new BadRecord(
            "after lines that are blank",
            "jsonl",
            Bytes.of("\n\r\n \n1\n"),
            4,
            "invalid_record",
            "a number, not an object or a string"),
        new BadRecord(
            "in gzip",
            "jsonl",
            Bytes.of("\"a\"\nb\n").gzip(),
            2,
            "invalid_record",
            "not valid JSON: Unrecognized token 'b', at column 1"),
        new BadRecord(
            "in zstd",
            "jsonl",
            Bytes.of("\"a\"\nb\n").zstd(),
            2,
            "invalid_record",
            "not valid JSON: Unrecognized token 'b', at column 1"),
        csv("too few cells", "2", "invalid_record", "1 cell, where the header has 2"),
        csv(
            "too many cells",
            "2,Hello, world",
            "invalid_record",
            "3 cells, where the header has 2"),
        csv(
            "too many cells on two lines",
            "2,\"a\nb\",c",
            "invalid_record",
            "3 cells, where the header has 2"),
        csv("characters after a quote", "2,\"a\"b", "invalid_record", QUOTE),
        csv("characters after a quote on the second line", "2,\"a\n\"b", "invalid_record", QUOTE),
        csv("two bad quotes", "2,\"a\"b,\"c\"d", "invalid_record", QUOTE),
        csv("no text", "2,", "blank_text", BLANK),
        csv("quotes around nothing", "2,\"\"", "blank_text", BLANK),
        csv("blank in Unicode's sense", "2,\"\u00A0\u3000\n\"", "blank_text", BLANK),
        csv(
            "Latin-1",
            Bytes.of("2,caf", 0xE9),
            "invalid_unicode",
            "not valid UTF-8: byte 0xE9 at character 4" + ENCODING),
        csv(
                "bad bytes in another cell",
                Bytes.of(0xFF, ",a"),
                "invalid_unicode",
                "not valid UTF-8: byte 0xFF at character 1" + ENCODING)
            .then("embedded"),
        csv(
            "a lone surrogate in UTF-8",
            Bytes.of("2,", 0xED, 0xA0, 0x80),
            "invalid_unicode",
            "not valid UTF-8: byte 0xED at character 1" + ENCODING),
        new BadRecord(
            "half a row at the end",
            "csv",
            Bytes.of("id,text\n1,a\n2"),
            3,
            "invalid_record",
            "1 cell, where the header has 2"),
        new BadRecord(
            "too few cells",
            "tsv",
            Bytes.of("id\ttext\n1\ta\n2 b\n3\tc\n"),
            3,
            "invalid_record",
            "1 cell, where the header has 2"),
        new BadRecord(
            "a tab within quotes, which are no quotes there",
            "tsv",
            Bytes.of("id\ttext\n1\t\"a\tb\"\n3\tc\n"),
            2,
            "invalid_record",
            "3 cells, where the header has 2"),
        new BadRecord(
            "a blank cell", "tsv", Bytes.of("id\ttext\n1\t \n3\tc\n"), 2, "blank_text", BLANK),
        new BadRecord(
            "Latin-1",
            "txt",
            Bytes.of("a\ncaf", 0xE9, "\nb\n"),
            2,
            "invalid_unicode",
            "not valid UTF-8: byte 0xE9 at character 4" + ENCODING),
        new BadRecord(
            "a lone surrogate in UTF-8",
            "txt",
            Bytes.of("a\n", 0xED, 0xB8, 0x80, "\n"),
            2,
            "invalid_unicode",
            "not valid UTF-8: byte 0xED at character 1" + ENCODING),
        new BadRecord(
            "more characters than a line may have",
            "txt",
            Bytes.of("a\n" + "x".repeat(17 << 20) + "\nb"),
            2,
            "invalid_record",
            "the line is longer than 16777216 characters"));
  }

  static Stream<BadFile> badFiles() {
    Bytes lines = Bytes.of("\"a\"\n\"b\"\n");
    Bytes gzip = lines.gzip();
    Bytes zstd = lines.zstd();
    return Stream.of(
        new BadFile(
            "no header", "csv", Bytes.of(), ":1: empty; the first row has to name the columns"),
        new BadFile(
            "nothing but blank lines",
            "csv",
            Bytes.of("\n\r\n\n"),
            ":1: empty; the first row has to name the columns"),
        new BadFile(
            "a header of empty names",
            "csv",
            Bytes.of(",\n1,a\n"),
            ":1: the header row names no column"),
        new BadFile(
            "no header but a row",
            "csv",
            Bytes.of("1,some text\n2,more text\n"),
            ":1: no column 'text' among: 1, some text (--text-field names another)"),
        new BadFile(
            "no such column",
            "csv",
            Bytes.of("id,body\n1,a\n"),
            ":1: no column 'text' among: id, body (--text-field names another)"),
        new BadFile(
            "a header that would colour a terminal",
            "csv",
            Bytes.of("\"\u001B[31mid\nx\",body\n1,a\n"),
            ":1: no column 'text' among: \uFFFD[31mid x, body (--text-field names another)"),
        new BadFile(
            "nearly the column",
            "csv",
            Bytes.of("id,texts\n1,a\n"),
            ":1: no column 'text' among: id, texts; did you mean 'texts'? (--text-field names"
                + " another)"),
        new BadFile(
            "two columns of one name",
            "csv",
            Bytes.of("text,id,text\na,1,b\n"),
            ":1: two columns are called 'text'; rename one"),
        new BadFile(
            "semicolons",
            "csv",
            Bytes.of("id;text\n1;a\n"),
            ":1: no column 'text' among: id;text; semicolons separate them: pass --delimiter ';'"),
        new BadFile(
            "semicolons and quotes",
            "csv",
            Bytes.of("\"id\";\"text\"\n\"1\";\"a\"\n"),
            ":1: the header row cannot be read: semicolons separate them: pass --delimiter ';'"),
        new BadFile(
            "bars",
            "csv",
            Bytes.of("id|text\n1|a\n"),
            ":1: no column 'text' among: id|text; bars separate them: pass --delimiter '|'"),
        new BadFile(
            "a workbook",
            "csv",
            Bytes.of("PK", 3, 4, 20, 0, 0, 0, 8, 0, "[Content_Types].xml"),
            ": a workbook, or another office document, where text is expected; save its sheet as"
                + " CSV"),
        new BadFile(
            "a zip archive",
            "jsonl",
            Bytes.of("PK", 3, 4, 20, 0, 0, 0, 8, 0, "a.jsonl"),
            ": a zip archive, where text is expected; unpack it: unzip -p FILE"),
        new BadFile(
            "tabs",
            "csv",
            Bytes.of("id\ttext\n1\ta\n"),
            ":1: no column 'text' among: id text; tabs separate them: pass --input-format"
                + " tsv"),
        new BadFile(
            "commas",
            "tsv",
            Bytes.of("id,text\n1,a\n"),
            ":1: no column 'text' among: id,text; commas separate them: pass --input-format"
                + " csv"),
        new BadFile(
            "a header in Latin-1",
            "csv",
            Bytes.of("text,ma", 0xDF, "\na,1\n"),
            ":1: the header row is not valid UTF-8"),
        new BadFile(
            "a bad quote in the header",
            "csv",
            Bytes.of("\"id\"x,text\n1,a\n"),
            ":1: the header row cannot be read: characters after a closing quote; a quote inside"
                + " quotes is written twice"),
        new BadFile(
            "an open quote in the header",
            "csv",
            Bytes.of("\"id,text\n1,a\n"),
            ":1: a quote that opens here is never closed"),
        new BadFile(
            "an open quote at the end",
            "csv",
            Bytes.of("id,text\n1,a\n2,\"b\n3,c\n"),
            ":3: a quote that opens here is never closed"),
        new BadFile(
            "an open quote and a long rest",
            "csv",
            Bytes.of("id,text\n1,a\n2,\"b\n" + "3,c\n".repeat(5 << 20)),
            ":3: a row has more than 16777216 characters; is a quote left open?"),
        new BadFile(
            "gzip cut short",
            "jsonl",
            gzip.without(9),
            ":3: the gzip data is truncated; get the complete file"),
        new BadFile(
            "gzip cut in its header",
            "jsonl",
            gzip.first(5),
            ":1: the gzip data is truncated; get the complete file"),
        new BadFile(
            "gzip cut short after a member",
            "jsonl",
            Bytes.of(gzip, gzip.first(9)),
            ":3: the gzip data is truncated; get the complete file"),
        new BadFile(
            "gzip with a wrong checksum",
            "txt",
            gzip.changed(5),
            ":3: the gzip data is damaged (wrong checksum); get the file again"),
        new BadFile(
            "something after gzip",
            "jsonl",
            Bytes.of(gzip, lines),
            ":3: the gzip data is damaged (data that is not gzip follows its end); get the file"
                + " again"),
        new BadFile(
            "gzip cut short",
            "csv",
            gzip.first(12),
            ":1: the gzip data is truncated; get the complete file"),
        new BadFile(
            "zstd cut short",
            "jsonl",
            zstd.without(5),
            ":2: the zstd data is truncated; get the complete file"),
        new BadFile(
            "zstd cut in its header",
            "txt",
            zstd.first(5),
            ":1: the zstd data is truncated; get the complete file"),
        new BadFile(
            "zstd cut short after a frame",
            "jsonl",
            Bytes.of(zstd, zstd.first(7)),
            ":3: the zstd data is truncated; get the complete file"),
        new BadFile(
            "something after zstd",
            "jsonl",
            Bytes.of(zstd, lines),
            ":3: the zstd data is damaged (data that is not zstd follows its end); get the file"
                + " again"),
        new BadFile(
            "UTF-16 without a mark",
            "csv",
            Bytes.encoded("text\na\n", StandardCharsets.UTF_16BE),
            ": UTF-16BE, where UTF-8 is needed; pass --encoding UTF-16BE"));
  }

  private static BadRecord jsonl(String name, String line, String code, String said) {
    return jsonl(name, Bytes.of(line), code, said);
  }

  private static BadRecord jsonl(String name, Bytes line, String code, String said) {
    Bytes file = Bytes.of(Bytes.of("\"first\"\n"), line, Bytes.of("\n{\"text\":\"last\"}\n"));
    return new BadRecord(name, "jsonl", file, 2, code, said);
  }

  private static BadRecord csv(String name, String row, String code, String said) {
    return csv(name, Bytes.of(row), code, said);
  }

  private static BadRecord csv(String name, Bytes row, String code, String said) {
    Bytes file = Bytes.of(Bytes.of("id,text\n1,first\n"), row, Bytes.of("\n3,last\n"));
    return new BadRecord(name, "csv", file, 3, code, said);
  }

  @BeforeEach
  void start() throws IOException {
    server = new OpenAiServer(4, Duration.ZERO);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @MethodSource("badRecords")
  void aBadRecordEndsTheRunBeforeAnythingOfItsChunkIsSent(BadRecord bad) throws IOException {
    Path file = write(bad.format(), bad.file());

    assertEquals(3, batch(file, "fail"), this::said);

    assertEquals(
        "embedctl: " + file + ":" + bad.line() + ": " + OptionWords.in(bad.said()) + "\n", said());
    assertEquals(0, server.calls());
    assertFalse(Files.exists(output()));
    assertFalse(Files.exists(errors()));
  }

  @ParameterizedTest
  @MethodSource("badRecords")
  void aBadRecordIsCollectedAndTheRestIsEmbedded(BadRecord bad) throws IOException {
    Path file = write(bad.format(), bad.file());

    assertEquals(4, batch(file, "collect"), this::said);

    assertEquals(1, said().lines().count(), this::said);
    List<JsonNode> errors = json(errors());
    assertEquals(1, errors.size(), errors::toString);
    JsonNode error = errors.getFirst();
    assertEquals(bad.line(), error.get("line").intValue());
    assertEquals(bad.code(), error.get("error").get("code").textValue());
    assertEquals(bad.said(), error.get("error").get("message").textValue());
    assertEquals(0, error.get("error").get("attempts").intValue());
    assertNothingSkipped();

    // Whatever stands in the errors file, it is an input, and nothing in it was mended or cut.
    Path again = Files.move(errors(), folder.resolve("again.jsonl"));
    batch(again, "collect");
    assertEquals(bad.next(), found());
    assertNothingSkipped();
  }

  @ParameterizedTest
  @MethodSource("badFiles")
  void aBadFileEndsTheRunInBothModesAndSendsNothing(BadFile bad) throws IOException {
    for (String mode : List.of("fail", "collect")) {
      Path file = write(bad.format(), bad.file());

      assertEquals(3, batch(file, mode), this::said);

      assertEquals("embedctl: " + file + bad.said() + "\n", said());
      assertEquals(0, server.calls());
      assertFalse(Files.exists(output()));
      assertFalse(Files.exists(errors()));
    }
  }

  @Test
  void aFileThatIsNoneIsNamed() throws IOException {
    Path gone = Files.createFile(folder.resolve("gone.jsonl"));
    Files.delete(gone);
    Path nested = folder.resolve("no/such/in.jsonl");
    Path inFile = write("jsonl", Bytes.of("\"a\"\n")).resolve("in.jsonl");

    assertNamed(gone, ": no such file");
    assertNamed(nested, ": no such file");
    assertNamed(inFile, ": cannot be opened: ");
  }

  private void assertNamed(Path file, String said) {
    assertEquals(3, batch(file, "collect"), this::said);
    assertTrue(said().startsWith("embedctl: " + file + said), this::said);
    assertEquals(1, said().lines().count(), this::said);
    assertFalse(Files.exists(output()));
  }

  @ParameterizedTest
  @CsvSource({"jsonl,''", "jsonl,'\n \n'", "txt,''", "csv,'text,id\n'", "tsv,'id\ttext'"})
  void anInputWithoutRecordsHasAnOutputWithoutLines(String format, String content)
      throws IOException {
    Path file = write(format, Bytes.of(content.translateEscapes()));

    assertEquals(0, batch(file, "fail"), this::said);

    assertEquals("", said());
    assertEquals(0, Files.size(output()));
    assertEquals(0, server.calls());
  }

  private String found() throws IOException {
    List<JsonNode> errors = json(errors());
    return errors.isEmpty() ? "embedded" : errors.getFirst().get("error").get("code").textValue();
  }

  private void assertNothingSkipped() throws IOException {
    int records = JSON.readTree(metrics().toFile()).get("batch_size").intValue();
    assertEquals(records, json(output()).size() + json(errors()).size());
    assertTrue(records > 0);
  }

  private int batch(Path file, String mode) {
    err.reset();
    return InProcess.run(
        "",
        new ByteArrayOutputStream(),
        err,
        Map.of(),
        InProcess.home(),
        "batch",
        "--provider",
        "openai",
        "--model=m",
        "--base-url",
        server.baseUrl(),
        "--no-cache",
        "--on-error",
        mode,
        file.toString(),
        "-o",
        output().toString());
  }

  private Path write(String format, Bytes bytes) throws IOException {
    return Files.write(folder.resolve("in." + format), bytes.toArray());
  }

  private Path output() {
    return folder.resolve("out.jsonl");
  }

  private Path errors() {
    return folder.resolve("out.jsonl.errors.jsonl");
  }

  private Path metrics() {
    return folder.resolve("out.jsonl.metrics.json");
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private static List<JsonNode> json(Path file) throws IOException {
    List<JsonNode> values = new ArrayList<>();
    if (!Files.exists(file)) {
      return values;
    }
    for (String line : Files.readAllLines(file)) {
      values.add(JSON.readTree(line));
    }
    return values;
  }
}
