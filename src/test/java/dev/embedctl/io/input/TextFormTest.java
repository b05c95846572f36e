package dev.embedctl.io.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.io.input.TextForm.Header;
import dev.embedctl.io.input.TextForm.Quoting;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.InputRecord;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextFormTest {
  private static final InputOptions CSV = Reading.as(InputFormat.CSV);
  private static final InputOptions TSV = Reading.as(InputFormat.TSV);

  private static InputOptions form(
      InputOptions options,
      Optional<Character> delimiter,
      Optional<Quoting> quoting,
      Header header,
      Optional<String> nullCell) {
    return Reading.withForm(
        options, new TextForm(Optional.empty(), delimiter, quoting, header, nullCell));
  }

  private static InputOptions encoded(InputOptions options, String encoding) {
    return Reading.withForm(
        options,
        new TextForm(
            Optional.of(Charset.forName(encoding)),
            Optional.empty(),
            Optional.empty(),
            Header.NAMES_COLUMNS,
            Optional.empty()));
  }

  @Test
  void readsOtherDelimitersAndQuotes() {
    InputOptions german =
        form(CSV, Optional.of(';'), Optional.empty(), Header.NAMES_COLUMNS, Optional.empty());
    assertEquals(
        List.of("a;b", "c,d"), Reading.told(Reading.all("id;text\n1;\"a;b\"\n2;c,d\n", german)));

    InputOptions bare =
        form(
            CSV,
            Optional.empty(),
            Optional.of(new Quoting.None()),
            Header.NAMES_COLUMNS,
            Optional.empty());
    assertEquals(List.of("\"a\" b"), Reading.told(Reading.all("id,text\n1,\"a\" b\n", bare)));

    InputOptions quotedTabs =
        form(
            TSV,
            Optional.empty(),
            Optional.of(new Quoting.By('\'')),
            Header.NAMES_COLUMNS,
            Optional.empty());
    assertEquals(
        List.of("a\tb's"), Reading.told(Reading.all("id\ttext\n1\t'a\tb''s'\n", quotedTabs)));
  }

  @Test
  void refusesAQuoteThatIsTheUsualDelimiter() {
    InputOptions commas =
        form(
            CSV,
            Optional.empty(),
            Optional.of(new Quoting.By(',')),
            Header.NAMES_COLUMNS,
            Optional.empty());

    Usage refused = assertThrows(Usage.class, () -> Reading.all("id,text\n1,a\n", commas));

    assertTrue(refused.getMessage().contains("usual delimiter"), refused.getMessage());
  }

  @Test
  void readsTheFirstRowAsARecordWithoutAHeader() {
    InputOptions options =
        Reading.withMetadata(
            Reading.withText(
                form(CSV, Optional.empty(), Optional.empty(), Header.NONE, Optional.empty()), "2"),
            "1");

    List<InputRecord> records = Reading.all("x,\"a\nb\"\ny,c\nz\n", options);

    assertEquals(
        List.of("a\nb", "c", "INVALID_RECORD: 1 cell, where the header has 2"),
        Reading.told(records));
    assertEquals(List.of(1L, 3L, 4L), records.stream().map(InputRecord::line).toList());
    assertEquals(List.of(0L, 1L, 2L), records.stream().map(InputRecord::index).toList());
    assertEquals(Optional.of("{\"1\":\"x\"}"), records.getFirst().metadata());
    assertTrue(
        assertThrows(InvalidInput.class, () -> Reading.all("x,a\n", Reading.withText(options, "3")))
            .getMessage()
            .startsWith("standard input:1: no column '3'"));
  }

  @Test
  void takesACellForNull() {
    InputOptions options =
        Reading.withMetadata(
            form(CSV, Optional.empty(), Optional.empty(), Header.NAMES_COLUMNS, Optional.of("\\N")),
            "topic");

    List<InputRecord> records = Reading.all("id,text,topic\n\\N,a,\\N\n2,\\N,x\n", options);

    assertEquals(
        List.of("a", "NOT_A_STRING: field 'text' is null, not a string"), Reading.told(records));
    assertEquals(Optional.empty(), records.getFirst().id());
    assertEquals(Optional.of("{\"topic\":null}"), records.getFirst().metadata());
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void readsAnEncodingThatAMarkNames(String encoding) {
    byte[] bytes = "\uFEFFid,text\r\n1,é\uD83D\uDE00\r\n".getBytes(Charset.forName(encoding));

    assertEquals(List.of("é\uD83D\uDE00"), Reading.told(Reading.all(bytes, CSV)));
    assertEquals(List.of("é\uD83D\uDE00"), Reading.told(Reading.all(Reading.gzip(bytes), CSV)));
    assertEquals(
        List.of("é\uD83D\uDE00"), Reading.told(Reading.all(bytes, encoded(CSV, encoding))));
  }

  @Test
  void readsAnEncodingByItsName() {
    byte[] bytes = "text\n€ „ß“\n".getBytes(Charset.forName("windows-1252"));

    assertEquals(List.of("€ „ß“"), Reading.told(Reading.all(bytes, encoded(CSV, "windows-1252"))));
    assertEquals(
        List.of("€"),
        Reading.told(
            Reading.all(
                "\"€\"\n".getBytes(StandardCharsets.UTF_16LE),
                encoded(Reading.as(InputFormat.JSONL), "UTF-16LE"))));
  }

  @Test
  void endsAtBytesThatTheEncodingDoesNotHave() {
    byte[] bytes = {'t', 'e', 'x', 't', '\n', (byte) 0x81, '\n'};

    String message =
        assertThrows(InvalidInput.class, () -> Reading.all(bytes, encoded(CSV, "windows-1252")))
            .getMessage();

    assertTrue(message.contains("not valid in the encoding windows-1252"), message);
  }

  @Test
  void refusesCharactersThatCannotBeToldApart() {
    for (char c : new char[] {'\n', '\r', '"'}) {
      assertThrows(
          Usage.class,
          () -> form(CSV, Optional.of(c), Optional.empty(), Header.NONE, Optional.empty()));
    }
    assertThrows(
        Usage.class,
        () ->
            form(
                CSV,
                Optional.of('|'),
                Optional.of(new Quoting.By('|')),
                Header.NONE,
                Optional.empty()));
  }

  @Test
  void readsARangeOfTheRecordsUnderTheirIndexes() {
    InputOptions jsonl = Reading.as(InputFormat.JSONL);
    String lines = "\"a\"\n\"b\"\n\"c\"\n\"d\"\n";

    List<InputRecord> middle =
        Reading.all(lines, Reading.withRange(jsonl, new RecordRange(1, OptionalLong.of(2))));

    assertEquals(List.of("b", "c"), Reading.told(middle));
    assertEquals(List.of(1L, 2L), middle.stream().map(InputRecord::index).toList());
    assertEquals(
        List.of("d"),
        Reading.told(
            Reading.all(
                lines, Reading.withRange(jsonl, new RecordRange(3, OptionalLong.empty())))));
    assertEquals(
        List.of(),
        Reading.all(lines, Reading.withRange(jsonl, new RecordRange(9, OptionalLong.of(1)))));
  }
}
