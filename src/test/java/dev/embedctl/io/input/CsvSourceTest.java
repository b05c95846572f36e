package dev.embedctl.io.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.InputRecord;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvSourceTest implements RecordSourceContract {
  private static final InputOptions CSV = Reading.as(InputFormat.CSV);

  @Override
  public InputFormat format() {
    return InputFormat.CSV;
  }

  @Override
  public String header() {
    return "n,text\n";
  }

  @Override
  public String line(String text) {
    return "1,\"" + text.replace("\"", "\"\"") + "\"";
  }

  static Stream<Arguments> readsRowsAsRfc4180Has() {
    return Stream.of(
        Arguments.of("text\na\nb\n", List.of("a", "b")),
        Arguments.of("text\r\na\r\nb", List.of("a", "b")),
        Arguments.of("text\ra\rb\r", List.of("a", "b")),
        Arguments.of("id,text\n1,\"a,b\"\n", List.of("a,b")),
        Arguments.of("id,text\n1,\"a\nb\r\nc\"\n", List.of("a\nb\r\nc")),
        Arguments.of("id,text\n1,\"say \"\"a\"\"\"\n", List.of("say \"a\"")),
        Arguments.of("id,text\n1,\"\"\"\"\n", List.of("\"")),
        Arguments.of("id,text\n1, a \n", List.of(" a ")),
        Arguments.of("id,text\n1,\" a \"\n", List.of(" a ")),
        Arguments.of("id,text\n1,a \"b\" c\n", List.of("a \"b\" c")),
        Arguments.of("id,text\n1,5\" disk\n", List.of("5\" disk")),
        Arguments.of("id,text\n1,a\\nb\n", List.of("a\\nb")),
        Arguments.of(
            "id,text\n1,a\\,\n", List.of("INVALID_RECORD: 3 cells, where the header has 2")),
        Arguments.of("\"id\",\"text\"\n\"1\",\"a\"\n", List.of("a")),
        Arguments.of("text,\"odd, name\"\na,b\n", List.of("a")),
        Arguments.of("text,id\n#a,1\n", List.of("#a")),
        Arguments.of("text,id\n'a',1\n", List.of("'a'")),
        Arguments.of("text,id\nNULL,1\n", List.of("NULL")),
        Arguments.of("text\n\"a\"", List.of("a")),
        Arguments.of(
            "id,text\n1,\"\"\n2,\n",
            List.of("BLANK_TEXT: the text is blank", "BLANK_TEXT: the text is blank")),
        Arguments.of("\n\r\ntext\n\na\n\n\nb\n\n", List.of("a", "b")),
        Arguments.of("id,text\n1,a\n  \n2,b\n", List.of("a", "b")),
        Arguments.of(
            "id,text\n1,a\n1\n1,2,3\n2,b\n",
            List.of(
                "a",
                "INVALID_RECORD: 1 cell, where the header has 2",
                "INVALID_RECORD: 3 cells, where the header has 2",
                "b")));
  }

  @ParameterizedTest
  @MethodSource
  void readsRowsAsRfc4180Has(String input, List<String> told) {
    assertEquals(told, Reading.told(Reading.all(input, CSV)));
  }

  @Test
  void tellsTheLineARowBeginsOn() {
    String input = "\n\"id\n\",text\n1,a\n\n2,\"b\n\nb\"\n3,c\n\r\n4,\"d\r\nd\"\n\n\n5,\"e\ne\"";

    List<InputRecord> records = Reading.all(input, CSV);

    assertEquals(List.of(4L, 6L, 9L, 11L, 15L), records.stream().map(InputRecord::line).toList());
    assertEquals(List.of(0L, 1L, 2L, 3L, 4L), records.stream().map(InputRecord::index).toList());
  }

  @Test
  void makesIdsAndMetadataStrings() {
    InputRecord record =
        Reading.one(
            "id,text,n,lang\n007,a,1.0,\"d\"\"e\n\"\n", Reading.withMetadata(CSV, "lang,n"));

    assertEquals(Optional.of("\"007\""), record.id());
    assertEquals(Optional.of("{\"lang\":\"d\\\"e\\n\",\"n\":\"1.0\"}"), record.metadata());
    assertEquals(
        "{\"id\":\"007\",\"text\":\"a\",\"n\":\"1.0\",\"lang\":\"d\\\"e\\n\"}",
        record.original().toJsonObject());
  }

  @Test
  void copiesAllColumnsButTextAndId() {
    InputOptions all = Reading.withMetadata(CSV, "all");

    assertEquals(
        Optional.of("{\"n\":\"\",\"column 4\":\"x\"}"),
        Reading.one("id,text,n,\n1,a,,x\n", all).metadata());
    assertEquals(Optional.empty(), Reading.one("id,text\n1,a\n", all).metadata());
    assertEquals(
        Optional.of("{\"text\":\"a\"}"),
        Reading.one("id,text,t\n1,a,b\n", Reading.withTemplate(all, "{t}")).metadata());
  }

  @Test
  void takesAnEmptyIdForNone() {
    List<InputRecord> records = Reading.all("id,text\n,a\n\"\",b\n 1,c\n", CSV);

    assertEquals(
        List.of(Optional.empty(), Optional.empty(), Optional.of("\" 1\"")),
        records.stream().map(InputRecord::id).toList());
  }

  @Test
  void doesWithoutAnIdColumnUnlessOneWasAskedFor() {
    assertEquals(Optional.empty(), Reading.one("text\na\n", CSV).id());
    assertInvalid(
        "standard input:1: no column 'key' among: text",
        "text\na\n",
        Reading.withId(CSV, IdField.required("key")));
  }

  @Test
  void fillsATemplateFromColumns() {
    InputOptions options = Reading.withTemplate(CSV, "{title}: {body}");

    assertEquals("a: b", Reading.told(Reading.one("title,body\na,b\n", options)));
    assertInvalid(
        "standard input:1: no column 'body' among: title, bodi; did you mean 'bodi'?",
        "title,bodi\na,b\n",
        options);
  }

  @Test
  void takesAColumnsNameAsItStands() {
    InputOptions options = Reading.withMetadata(Reading.withText(CSV, "/text"), "/a/b");

    InputRecord record = Reading.one("/text,/a/b\na,b\n", options);

    assertEquals("a", Reading.told(record));
    assertEquals(Optional.of("{\"/a/b\":\"b\"}"), record.metadata());
  }

  @Test
  void refusesAHeaderThatIsNone() {
    assertInvalid("among: id, body (`text-field` names another)", "id,body\n1,a\n", CSV);
    assertInvalid("among: id;text; semicolons separate them: ", "id;text\n1;a\n", CSV);
    assertInvalid("; tabs separate them: pass `input-format` tsv", "id\ttext\n1\ta\n", CSV);
    assertInvalid(
        "; commas separate them: pass `input-format` csv",
        "id,text\n1,a\n",
        Reading.as(InputFormat.TSV));
    assertInvalid("standard input:1: empty; the first row has to name the columns", "", CSV);
    assertInvalid("standard input:1: empty; the first row has to name the columns", "\n\n", CSV);
    assertInvalid("standard input:2: the header row names no column", "\n , \n", CSV);
    assertInvalid(
        "standard input:1: two columns are called 'a'; rename one",
        "a,text,a\n1,2,3\n",
        Reading.withMetadata(CSV, "all"));
    assertInvalid(
        "standard input:1: two columns are called 'text'; rename one", "text,text\n1,2\n", CSV);
    assertInvalid("standard input:1: the header row cannot be read", "\"te\"xt\na\n", CSV);
    assertThrows(
        EmbedctlException.InvalidInput.class,
        () -> Reading.all(Reading.bytes('t', 0xFF, '\n'), CSV));
  }

  @Test
  void columnsThatNobodyAsksForMayBeCalledAlike() {
    InputRecord record = Reading.one("a,text,a,m\n1,2,3,4\n", Reading.withMetadata(CSV, "m"));

    assertEquals("2", Reading.told(record));
    assertEquals(Optional.of("{\"m\":\"4\"}"), record.metadata());
  }

  @Test
  void tellsTheColumnsThereAreAndTheNearest() {
    assertInvalid(
        "standard input:1: no column 'text' among: id, texts; did you mean 'texts'?",
        "id,texts\n",
        CSV);
    assertInvalid("did you mean ' Text'?", "id, Text\n", CSV);
    assertInvalid(
        "among: c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, … 2 more",
        "c1,c2,c3,c4,c5,c6,c7,c8,c9,c10,c11,c12,c13,c14\n",
        CSV);
    assertInvalid(
        "no column 'langs' among: text, lang; did you mean 'lang'?",
        "text,lang\n",
        Reading.withMetadata(CSV, "langs"));
  }

  @Test
  void tellsTheLineOfAQuoteThatIsNeverClosed() {
    assertInvalid(
        "standard input:4: a quote that opens here is never closed",
        "id,text\n1,\"a\nb\"\n2,\"open\n3,c\n",
        CSV);
  }

  @Test
  void doesNotReadTheWholeFileForAQuoteThatIsNeverClosed() {
    AtomicInteger given = new AtomicInteger();
    Reader endless =
        new Reader() {
          private final Reader head = new StringReader("text\na\n\"open");

          @Override
          public int read(char[] chars, int offset, int length) throws IOException {
            int read = head.read(chars, offset, length);
            if (read < 0) {
              chars[offset] = '\n';
              given.incrementAndGet();
              return 1;
            }
            return read;
          }

          @Override
          public void close() {}
        };

    EmbedctlException.InvalidInput e =
        assertThrows(
            EmbedctlException.InvalidInput.class,
            () -> {
              try (RecordSource source =
                  new CsvSource("x.csv", endless, TableForm.CSV, CSV, 100_000)) {
                assertEquals("a", Reading.told(source.next().orElseThrow()));
                source.next();
              }
            });
    assertEquals(
        "x.csv:3: a row has more than 100000 characters; is a quote left open?", e.getMessage());
    assertTrue(given.get() <= 100_001, "characters read: " + given.get());
  }

  @Test
  void tellsCharactersAfterAClosingQuoteAndReadsOn() {
    String input =
        "id,text\n1,\"He said \"hi\" there\"\n2,\"a\"b\n3,\"a\"b,\"c\nd\"x\n4,\"ok\" \n5,\"x\"y";

    List<InputRecord> records = Reading.all(input, CSV);

    String bad =
        "INVALID_RECORD: characters after a closing quote; a quote inside quotes is written twice";
    assertEquals(List.of(bad, bad, bad, "ok", bad), Reading.told(records));
    assertEquals(List.of(2L, 3L, 4L, 6L, 7L), records.stream().map(InputRecord::line).toList());
    assertEquals(
        List.of(
            raw("1,\"He said \"hi\" there\""),
            raw("2,\"a\"b"),
            raw("3,\"a\"b,\"c\nd\"x"),
            "{\"id\":\"4\",\"text\":\"ok\"}",
            raw("5,\"x\"y")),
        records.stream().map(r -> r.original().toJsonObject()).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void tellsARowWithABadQuoteAsItStoodWhereverItStands(String lineBreak) {
    for (int before = 0; before < 40; before++) {
      // The parser reads 8192 characters at a time: rows lie across every place of its edge.
      String filler = "1,\"" + "é".repeat(8150 + before) + lineBreak + "\"\n";
      String bad = "2,\"a\n\r\n\r\"b,\"" + lineBreak + "\"";
      String input = "id,text\n" + filler + lineBreak.repeat(3) + bad + lineBreak + "3,c";

      List<InputRecord> records = Reading.all(input, CSV);

      assertEquals(raw(bad), records.get(1).original().toJsonObject(), "before " + before);
      assertEquals(7, records.get(1).line());
      assertEquals("c", Reading.told(records.get(2)));
      assertEquals(3, records.size());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void countsTheLinesOfALongRowWhereverItIsCut(int before) {
    String row = "1,\"" + "x".repeat(before) + "y\r\n".repeat(RawRows.MAX_CHARS) + "\"z";

    List<InputRecord> records = Reading.all("id,text\r\n" + row + "\r\n2,\"b\"b\r\n3,c", CSV);

    assertEquals(raw(row.substring(0, 200) + "…"), records.get(0).original().toJsonObject());
    assertEquals(raw("2,\"b\"b"), records.get(1).original().toJsonObject());
    assertEquals(RawRows.MAX_CHARS + 3L, records.get(1).line());
    assertEquals("c", Reading.told(records.get(2)));
  }

  @Test
  void keepsTheHeadOfALongRowWithABadQuote() {
    String row = "1,\"" + "y\n".repeat(RawRows.MAX_CHARS) + "\"z";

    List<InputRecord> records =
        Reading.all("id,text\n0,a\n" + row + "\n2,\"b\"b\n3,c\n4,\"d\"d", CSV);

    assertEquals(raw(row.substring(0, 200) + "…"), records.get(1).original().toJsonObject());
    assertEquals(3, records.get(1).line());
    assertEquals(raw("2,\"b\"b"), records.get(2).original().toJsonObject());
    assertEquals(RawRows.MAX_CHARS + 4L, records.get(2).line());
    assertEquals("c", Reading.told(records.get(3)));
    assertEquals(raw("4,\"d\"d"), records.get(4).original().toJsonObject());
  }

  private static String raw(String row) {
    return "{\"record\":" + JsonText.quoted(row) + "}";
  }

  @Test
  void tellsARowWithTooManyOrTooFewCellsAsItStood() {
    List<InputRecord> records = Reading.all("text,n\n\nHello, world,\"1\n2\"\n\"x\"\n", CSV);

    assertEquals(
        raw("Hello, world,\"1\n2\""),
        records.get(0).original().toJsonObject(),
        "half a text must not be what the next run takes for it");
    assertEquals(3, records.get(0).line());
    assertEquals(raw("\"x\""), records.get(1).original().toJsonObject());
  }

  @Test
  void readsBackWhatWasWrittenWhateverTheText() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 1000; round++) {
      StringBuilder text = new StringBuilder("x");
      int length = random.nextInt(20);
      for (int i = 0; i < length; i++) {
        text.append("a\",\r\n\t é".charAt(random.nextInt(8)));
      }
      String input = "text,id\n\n" + line(text.toString()).substring(2) + ",1\nnext,2";

      List<InputRecord> records = Reading.all(input, CSV);

      String why = "seed " + seed + ", round " + round;
      assertEquals(List.of(text.toString(), "next"), Reading.told(records), why);
      assertEquals(3, records.get(0).line(), why);
    }
  }

  private static void assertInvalid(String message, String input, InputOptions options) {
    EmbedctlException.InvalidInput e =
        assertThrows(EmbedctlException.InvalidInput.class, () -> Reading.all(input, options));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }
}
