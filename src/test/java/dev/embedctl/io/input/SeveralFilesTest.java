package dev.embedctl.io.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.InputRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeveralFilesTest {
  private static final InputOptions OPTIONS = InputOptions.defaults();

  @TempDir Path folder;

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private List<InputRecord> read(InputOptions options, Path... files) throws IOException {
    try (RecordSource source = RecordSources.open(List.of(files), options)) {
      return Reading.all(source);
    }
  }

  @Test
  void readsFilesOfAllFormatsInOrderAndCountsThroughThem() throws IOException {
    Path lines = file("a.jsonl", "\"one\"\n\n\"two\"\n");
    Path zipped =
        Files.write(
            folder.resolve("b.csv.gz"),
            Reading.gzip("id,text\n7,three\n8,\n".getBytes(StandardCharsets.UTF_8)));
    Path empty = file("c.txt", "");

    List<InputRecord> records = read(OPTIONS, lines, zipped, empty, lines);

    assertEquals(
        List.of("one", "two", "three", "BLANK_TEXT: the text is blank", "one", "two"),
        Reading.told(records));
    assertEquals(
        IntStream.range(0, 6).mapToObj(i -> (long) i).toList(),
        records.stream().map(InputRecord::index).toList());
    assertEquals(
        List.of(
            lines + ":1", lines + ":3", zipped + ":2", zipped + ":3", lines + ":1", lines + ":3"),
        records.stream().map(record -> record.place().toString()).toList());
    assertEquals(Optional.of("\"7\""), records.get(2).id());
  }

  @Test
  void refusesAFileThatCannotBeReadBeforeTheFirstRecord() throws IOException {
    Path good = file("a.jsonl", "\"one\"\n");

    for (Path bad : List.of(folder.resolve("none.jsonl"), file("b.csv", "x,y\n1,2\n"))) {
      String message =
          assertThrows(
                  InvalidInput.class, () -> RecordSources.open(List.of(good, bad), OPTIONS).close())
              .getMessage();
      assertTrue(message.startsWith(bad.toString()), message);
    }
  }

  @Test
  void reportsTheShareOfAllFiles() throws IOException {
    Path a = file("a.txt", "x".repeat(99) + "\n");
    Path b = file("b.txt", "y".repeat(299) + "\n");
    try (RecordSource source = RecordSources.open(List.of(a, b), OPTIONS)) {
      assertTrue(source.next().isPresent());
      assertEquals(OptionalDouble.of(0.25), source.shareRead());
      assertTrue(source.next().isPresent());
      assertEquals(OptionalDouble.of(1), source.shareRead());
    }
  }

  @Test
  void putsThePlaceOfARecordIntoItsMetadata() throws IOException {
    Path lines = file("a.jsonl", "\n{\"text\":\"one\",\"topic\":[1]}\n");
    Path table = file("b.csv", "text,topic\ntwo,x\n");
    Path texts = file("c.txt", "three\n");
    InputOptions options = Reading.withMetadata(OPTIONS, "@line,@file");

    assertEquals(
        List.of(
            "{\"@line\":2,\"@file\":" + JsonText.quoted(lines.toString()) + "}",
            "{\"@line\":2,\"@file\":" + JsonText.quoted(table.toString()) + "}",
            "{\"@line\":1,\"@file\":" + JsonText.quoted(texts.toString()) + "}"),
        read(options, lines, table, texts).stream()
            .map(record -> record.metadata().orElseThrow())
            .toList());
    assertEquals(
        List.of("{\"topic\":[1],\"@line\":2}", "{\"topic\":\"x\",\"@line\":2}"),
        read(Reading.withMetadata(OPTIONS, "@line,topic"), lines, table).stream()
            .map(record -> record.metadata().orElseThrow())
            .toList());
  }
}
