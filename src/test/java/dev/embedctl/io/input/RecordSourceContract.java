package dev.embedctl.io.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.FailureCode;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds for every format. */
interface RecordSourceContract {

  InputFormat format();

  /** Texts that stand in a record as they are. */
  default List<String> texts() {
    return List.of("one", "  two, with spaces  ", "Größe 日本語 😀", "\ta\ttab\t");
  }

  /** Texts that are nothing but white space, and a record all the same. */
  default List<String> blankTexts() {
    return List.of(" ", "\t", "\u00A0", "\u2007\u202F", "\u3000 \u0085", "\u2028");
  }

  /** One record of the format on one line, without the line break; the text has no line break. */
  String line(String text);

  /** What stands before the records, with its line break. */
  default String header() {
    return "";
  }

  private int firstLine() {
    return header().isEmpty() ? 1 : 2;
  }

  private String input(List<String> texts, String lineBreak) {
    StringBuilder input = new StringBuilder(header().replace("\n", lineBreak));
    texts.forEach(text -> input.append(line(text)).append(lineBreak));
    return input.toString();
  }

  private List<InputRecord> read(byte[] bytes) {
    return Reading.all(bytes, Reading.as(format()));
  }

  private List<InputRecord> read(String input) {
    return read(input.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  default void readsTextsInOrderExactlyAsTheyStand() {
    List<InputRecord> records = read(input(texts(), "\n"));

    assertEquals(texts(), Reading.told(records));
    for (int i = 0; i < texts().size(); i++) {
      assertEquals(i, records.get(i).index());
      assertEquals(firstLine() + i, records.get(i).line());
    }
  }

  @Test
  default void readsLinesThatEndInCrLf() {
    List<InputRecord> records = read(input(texts(), "\r\n"));

    assertEquals(texts(), Reading.told(records));
    assertEquals(firstLine() + 3, records.get(3).line());
  }

  @Test
  default void doesWithoutTheLastLineBreak() {
    String input = input(texts(), "\n");

    assertEquals(texts(), Reading.told(read(input.substring(0, input.length() - 1))));
  }

  @Test
  default void dropsAByteOrderMark() {
    assertEquals(texts(), Reading.told(read("\uFEFF" + input(texts(), "\n"))));
  }

  @Test
  default void readsWhatTricklesIn() {
    byte[] bytes = input(texts(), "\r\n").getBytes(StandardCharsets.UTF_8);

    assertEquals(
        texts(), Reading.told(Reading.all(Reading.trickling(bytes, 1), Reading.as(format()))));
  }

  @Test
  default void readsGzipOfSeveralMembersWhateverTheName(@TempDir Path folder) throws IOException {
    assertReadInTwoParts(folder, Reading::gzip);
  }

  @Test
  default void readsZstdOfSeveralFramesWhateverTheName(@TempDir Path folder) throws IOException {
    assertReadInTwoParts(folder, Reading::zstd);
  }

  private void assertReadInTwoParts(Path folder, UnaryOperator<byte[]> compressed)
      throws IOException {
    String input = input(texts(), "\n");
    byte[] half = input.substring(0, 9).getBytes(StandardCharsets.UTF_8);
    byte[] rest = input.substring(9).getBytes(StandardCharsets.UTF_8);
    byte[] bytes = Reading.joined(compressed.apply(half), compressed.apply(rest));
    Path file = Files.write(folder.resolve("input." + format().word()), bytes);

    try (RecordSource source = RecordSources.open(file, InputOptions.defaults())) {
      assertEquals(file.toString(), source.name());
      assertEquals(texts(), Reading.told(Reading.all(source)));
    }
    assertEquals(
        texts(), Reading.told(Reading.all(Reading.trickling(bytes, 10), Reading.as(format()))));
  }

  @Test
  default void tellsTheLineOfBytesThatAreNotUtf8AndReadsOn() {
    byte[] head = (header() + line("one") + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] bad = (line("caf\u00E9") + "\n").getBytes(StandardCharsets.ISO_8859_1);
    byte[] tail = line("three").getBytes(StandardCharsets.UTF_8);

    List<InputRecord> records = read(Reading.joined(head, bad, tail));

    assertEquals("one", Reading.told(records.get(0)));
    assertEquals(Optional.of(FailureCode.INVALID_UNICODE), Reading.code(records.get(1)));
    assertTrue(Reading.told(records.get(1)).contains("not valid UTF-8: byte 0xE9"));
    assertEquals(1, records.get(1).index());
    assertEquals(firstLine() + 1, records.get(1).line());
    assertEquals("three", Reading.told(records.get(2)));
    assertEquals(3, records.size());

    String original = records.get(1).original().toJsonObject();
    assertTrue(original.contains("caf\\udce9"), original);
    assertEquals(
        Optional.of(FailureCode.INVALID_UNICODE),
        Reading.code(Reading.one(original, Reading.as(InputFormat.JSONL))),
        "mended, the next run would take it for the text");
  }

  @Test
  default void tellsBlankTextsByUnicodesWhiteSpace() {
    for (String text : blankTexts()) {
      InputRecord record = read(input(List.of("x", text, "y"), "\n")).get(1);
      assertEquals(Optional.of(FailureCode.BLANK_TEXT), Reading.code(record), "U+" + text);
    }
    assertEquals(new Text.Valid("\u200B"), read(input(List.of("\u200B"), "\n")).get(0).text());
  }

  @Test
  default void anInputWithoutRecordsHasNone() {
    assertEquals(List.of(), read(header()));
  }

  @Test
  default void staysAtTheEnd() throws IOException {
    byte[] bytes = input(texts(), "\n").getBytes(StandardCharsets.UTF_8);
    try (RecordSource source =
        RecordSources.open(Reading.trickling(bytes, 100), Reading.as(format()))) {
      assertEquals("standard input", source.name());
      assertEquals(4, Reading.all(source).size());
      assertEquals(Optional.empty(), source.next());
    }
  }

  @Test
  default void tellsTheOriginalAsAnInputForTheNextRun() {
    List<InputRecord> records = read(input(texts(), "\n"));
    StringBuilder errors = new StringBuilder();
    records.forEach(r -> errors.append(r.original().toJsonObject()).append('\n'));

    assertEquals(
        texts(), Reading.told(Reading.all(errors.toString(), Reading.as(InputFormat.JSONL))));
  }

  @Test
  default void readsManyRecords() {
    List<String> texts = IntStream.range(0, 20_000).mapToObj(i -> "text €" + i).toList();

    assertEquals(texts, Reading.told(read(input(texts, "\n"))));
  }
}
