package dev.embedctl.io.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.testing.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are no text. */
final class ForeignFileTest {
  @TempDir private Path folder;

  private String refusal(String name, byte[] bytes, InputFormat format) throws IOException {
    Path file = Files.write(folder.resolve(name), bytes);
    InputOptions options = Reading.as(format);
    String message =
        assertThrows(
                InvalidInput.class,
                () -> {
                  try (RecordSource source = RecordSources.open(file, options)) {
                    source.next();
                  }
                })
            .getMessage();
    assertEquals(1, message.lines().count(), message);
    return message.substring(file.toString().length());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "504b0304140006000800 5b436f6e74656e745f54797065735d2e786d6c | a workbook, or another"
            + " office",
        "504b03040a0000000000"
            + " 6d696d65747970656170706c69636174696f6e2f766e642e6f617369732e6f70656e646f63756d656e742e7370726561647368656574"
            + " | a workbook, or another office",
        "504b03040a0000000000 612e6a736f6e6c | a zip archive",
        "d0cf11e0a1b11ae10000 | a workbook, or another office",
        "425a6839314159265359 00 | compressed with bzip2",
        "fd377a585a000004 | compressed with xz",
        "377abcaf271c0004 | a 7z archive",
        "04224d186440a7 | compressed with lz4",
        "255044462d312e370a25 | a PDF document",
        "4f626a0104166176726f2e736368656d61 | an Avro file",
        "4f52430a0b0a03000000 | an ORC file",
        "53514c69746520666f726d6174203300 | an SQLite database",
        "50415231150415 | a Parquet file",
        "4152524f57310000 | an Arrow file",
        "934e554d5059010076 | a file of NumPy",
        "8004958b00000000 | a pickle of Python"
      })
  void areNamedWithWhatToDoInEveryFormatAndOnAPipe(String hex, String what) throws IOException {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));

    for (InputFormat format :
        List.of(InputFormat.JSONL, InputFormat.CSV, InputFormat.TSV, InputFormat.TXT)) {
      String told = refusal("in." + format.word(), bytes, format);
      assertTrue(told.startsWith(": " + what), told);
      assertTrue(told.contains(", where text is expected; "), told);
      InvalidInput onPipe =
          assertThrows(
              InvalidInput.class,
              () -> Reading.all(Reading.trickling(bytes, 5), Reading.as(format)));
      assertEquals("standard input" + told, onPipe.getMessage());
      assertEquals(told, refusal("in.gz", Reading.gzip(bytes), format));
    }
  }

  @Test
  void brotliIsKnownByItsNameAndATarArchiveByWhatStandsInIt() throws IOException {
    byte[] tar = new byte[512];
    System.arraycopy("ustar".getBytes(StandardCharsets.UTF_8), 0, tar, 257, 5);

    assertEquals(
        ": compressed with Brotli, where text is expected; unpack it: brotli -dc FILE",
        refusal("in.jsonl.br", Reading.bytes(0x0B, 0x02, 0x80, 0x61, 0x03), InputFormat.JSONL));
    assertEquals(
        ": a tar archive, where text is expected; unpack it: tar -xOf FILE",
        refusal("in.tar.gz", Reading.gzip(tar), InputFormat.TXT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ORCID", "PAR1 of 2", "BZh91 road", "PK", "GIF8", "Obj", "7z", "SEQ"})
  void aTextMayBeginWithTheirLetters(String text) {
    assertEquals(text, Reading.told(Reading.one(text, Reading.as(InputFormat.TXT))));
    assertEquals(
        "a", Reading.told(Reading.one(text + ",text\n1,a\n", Reading.as(InputFormat.CSV))));
  }

  @ParameterizedTest
  @EnumSource(
      value = InputFormat.class,
      names = {"JSONL", "CSV", "TXT"})
  void utf16IsNamedWithoutAMark(InputFormat format) {
    for (var charset : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
      String told =
          assertThrows(
                  InvalidInput.class,
                  () ->
                      Reading.all(
                          Bytes.encoded("text\na\n", charset).toArray(), Reading.as(format)))
              .getMessage();
      assertTrue(told.startsWith("standard input: UTF-16"), told);
      assertTrue(told.endsWith("pass `encoding` " + charset), told);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://example.org/a.jsonl", "s3://bucket/a.jsonl"})
  void anAddressIsNoFile(String address) {
    String told =
        assertThrows(
                InvalidInput.class,
                () -> RecordSources.open(Path.of(address), InputOptions.defaults()))
            .getMessage();

    assertTrue(told.contains(": an address, not a file; download it first"), told);
    assertEquals(address.startsWith("http"), told.contains("curl"), told);
  }

  @Test
  void aSentenceOnAPipeIsHelped() {
    for (String line : List.of("Just a sentence.", "3 men in a boat", "Über allen Gipfeln")) {
      String told = Reading.told(Reading.one(line, Reading.as(InputFormat.JSONL)));
      assertTrue(told.contains("pass `input-format` txt"), told);
    }
  }

  @Test
  void linesOfASystemThatEndsThemWithCrAreLines() {
    assertEquals(
        List.of("a", "b"), Reading.told(Reading.all("a\rb\r", Reading.as(InputFormat.TXT))));
    assertEquals(
        List.of("a", "b", "c"),
        Reading.told(
            Reading.all("\"a\"\r\r{\"text\":\"b\"}\r\"c\"", Reading.as(InputFormat.JSONL))));
    assertEquals(
        List.of("a", "b"),
        Reading.told(Reading.all("id,text\r1,a\r2,b\r", Reading.as(InputFormat.CSV))));
    assertEquals(
        List.of("a", "b"),
        Reading.told(Reading.all("id\ttext\r1\ta\r2\tb\r", Reading.as(InputFormat.TSV))));
    assertEquals(
        4,
        Reading.all("\"a\"\r\r{\"text\":\"b\"}\r\"c\"", Reading.as(InputFormat.JSONL))
            .getLast()
            .line());
  }

  @Test
  void linesThatEndWithCrAreLinesInAFileThatIsLongerThanAnyLine() {
    String line = "x".repeat(99) + "\r";

    assertEquals(200_000, Reading.all(line.repeat(200_000), Reading.as(InputFormat.TXT)).size());
  }
}
