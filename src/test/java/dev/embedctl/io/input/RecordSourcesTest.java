package dev.embedctl.io.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.InputRecord;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordSourcesTest {
  private static final byte[] LINES = "\"a\"\n\"b\"\n".getBytes(StandardCharsets.UTF_8);
  private static final InputOptions JSONL = Reading.as(InputFormat.JSONL);

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "a.jsonl,JSONL",
    "a.ndjson,JSONL",
    "a.json,JSON",
    "A.JSONL,JSONL",
    "a.csv,CSV",
    "a.b.tsv,TSV",
    "a.tab,TSV",
    "a.txt,TXT",
    "a.txt.gz,TXT",
    "a.csv.GZ,CSV",
    "a.csv.zst,CSV",
    "a.parquet,PARQUET",
  })
  void tellsTheFormatByTheName(String name, InputFormat format) {
    assertEquals(Optional.of(format), InputFormat.ofFileName(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a.gz", "a.orc", "csv.", ".gz", ""})
  void asksForTheFormatWhereTheNameDoesNotTell(String name) throws IOException {
    assertEquals(Optional.empty(), InputFormat.ofFileName(name));
    Path file = Files.write(folder.resolve("x" + name), LINES);

    assertTrue(usage(file, InputOptions.defaults()).contains("pass `input-format`"));
    try (RecordSource source = RecordSources.open(file, JSONL)) {
      assertEquals(List.of("a", "b"), Reading.told(Reading.all(source)));
    }
  }

  @Test
  void takesStandardInputForJsonl() throws IOException {
    try (RecordSource source =
        RecordSources.open(new ByteArrayInputStream(LINES), InputOptions.defaults())) {
      assertEquals(List.of("a", "b"), Reading.told(Reading.all(source)));
    }
  }

  @Test
  void saysWhatIsWrongWithAFileThatCannotBeOpened() throws IOException {
    assertTrue(invalid(folder.resolve("none.txt")).endsWith("none.txt: no such file"));
    Path file = Files.write(folder.resolve("a.txt"), LINES);
    assertTrue(invalid(file.resolve("b.txt")).contains("b.txt: cannot be opened: "));
    assertTrue(invalid(folder).endsWith(": a folder; name a file in it"));
  }

  @Test
  void saysThatAFileMayNotBeRead() throws IOException {
    Path file = Files.write(folder.resolve("secret.txt"), LINES);
    assumeFalse(!file.toFile().setReadable(false) || Files.isReadable(file));

    assertTrue(invalid(file).endsWith("secret.txt: no permission to read it"));
  }

  @Test
  void readsWhatIsAddedToAFileWhileItIsReadAndNamesALineThatIsHalfThere() throws IOException {
    Path file = Files.write(folder.resolve("a.jsonl"), LINES);
    try (RecordSource source = RecordSources.open(file, InputOptions.defaults())) {
      assertEquals("a", Reading.told(source.next().orElseThrow()));
      Files.writeString(file, "\"c\"\n\"d", StandardOpenOption.APPEND);

      List<InputRecord> rest = Reading.all(source);

      assertEquals(
          List.of("b", "c", "INVALID_RECORD: not valid JSON: it ends too early, at column 3"),
          Reading.told(rest));
      assertEquals(4, rest.getLast().line());
    }
  }

  @Test
  void doesNotTakeAFileThatBecameShorterForWhole() throws IOException {
    Path file = Files.writeString(folder.resolve("a.jsonl"), "\"a\"\n".repeat(100_000));
    try (RecordSource source = RecordSources.open(file, InputOptions.defaults())) {
      assertEquals("a", Reading.told(source.next().orElseThrow()));
      Files.write(file, LINES);

      String told =
          assertThrows(EmbedctlException.RunFailed.class, () -> Reading.all(source)).getMessage();

      assertTrue(
          told.matches(
              Pattern.quote(file + ":")
                  + "\\d+: cannot be read from here on: the file was truncated while it was"
                  + " read; run the command again"),
          told);
    }
  }

  @Test
  void readsAFileToItsEndThatWasDeletedMeanwhile() throws IOException {
    Path file = Files.writeString(folder.resolve("a.jsonl"), "\"a\"\n".repeat(100_000));
    try (RecordSource source = RecordSources.open(file, InputOptions.defaults())) {
      assertEquals("a", Reading.told(source.next().orElseThrow()));
      Files.delete(file);

      assertEquals(99_999, Reading.all(source).size());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "UTF-16LE",
    "UTF-16BE",
  })
  void saysThatAnInputIsInAnotherEncoding(String told) throws IOException {
    byte[] bytes = "\"a\"\n".getBytes(Charset.forName(told));
    Path plain = Files.write(folder.resolve("a.jsonl"), bytes);
    Path packed = Files.write(folder.resolve("a.jsonl.gz"), Reading.gzip(bytes));

    String message = ": " + told + ", where UTF-8 is needed; pass `encoding` " + told;
    assertTrue(invalid(plain).contains(message), () -> invalid(plain));
    assertTrue(invalid(packed).contains(message), () -> invalid(packed));
  }

  @Test
  void zerosAreCharactersToo() {
    assertEquals(
        List.of("\u0000\u0000\u0000\u0000", "\u0000a"),
        Reading.told(Reading.all("\0\0\0\0\n\0a\n", Reading.as(InputFormat.TXT))));
  }

  @Test
  void readsAFileNamedGzThatIsNone() throws IOException {
    Path file = Files.write(folder.resolve("a.jsonl.gz"), LINES);

    try (RecordSource source = RecordSources.open(file, InputOptions.defaults())) {
      assertEquals(List.of("a", "b"), Reading.told(Reading.all(source)));
    }
  }

  @Test
  void saysThatGzipIsCutShortWhereverItIsCut() {
    byte[] gzip = Reading.gzip(LINES);
    for (int length = 2; length < gzip.length; length++) {
      byte[] cut = Arrays.copyOf(gzip, length);
      assertTrue(
          damaged(cut)
              .matches("standard input:[123]: the gzip data is truncated; get the complete file"),
          () -> damaged(cut));
    }
  }

  @Test
  void neverTakesDamagedGzipForOtherTexts() {
    String text = "some text, not too short";
    byte[] gzip = Reading.gzip(("\"" + text + "\"\n").getBytes(StandardCharsets.UTF_8));
    int noticed = 0;
    for (int bit = 0; bit < 8 * gzip.length; bit++) {
      byte[] damaged = gzip.clone();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      try {
        // The header's time, level and system, and what fills the last byte up, may be anything.
        assertEquals(
            List.of(text),
            Reading.told(Reading.all(damaged, Reading.as(InputFormat.TXT))).stream()
                .map(told -> told.replace("\"", ""))
                .toList());
      } catch (EmbedctlException.InvalidInput e) {
        noticed++;
      } catch (AssertionError e) {
        // The first two bytes tell gzip: without them it is some text, and no good one.
        assertTrue(bit < 16, "bit " + bit);
      }
    }
    assertTrue(noticed > 8 * (gzip.length - 12), "noticed " + noticed);
  }

  @Test
  void passesOverZerosAfterGzipAndNothingElse() {
    byte[] gzip = Reading.gzip(LINES);

    assertEquals(
        List.of("a", "b"), Reading.told(Reading.all(Reading.joined(gzip, new byte[600]), JSONL)));
    assertEquals(
        "standard input:3: the gzip data is damaged (data that is not gzip follows its end);"
            + " get the file again",
        damaged(Reading.joined(gzip, LINES)));
  }

  @Test
  void readsGzipWithAllThatAHeaderMayHold() {
    byte[] plain = Reading.gzip(LINES);
    byte[] header =
        Reading.bytes(
            0x1F, 0x8B, 8, 2 | 4 | 8 | 16, 1, 2, 3, 4, 0, 3, 2, 0, 7, 7, 'n', 0, 'c', 0, 9, 9);
    byte[] body = Arrays.copyOfRange(plain, 10, plain.length);

    assertEquals(List.of("a", "b"), Reading.told(Reading.all(Reading.joined(header, body), JSONL)));
  }

  @Test
  void readsAnEmptyGzip() {
    assertEquals(List.of(), Reading.all(Reading.gzip(new byte[0]), JSONL));
  }

  @Test
  void saysThatZstdIsCutShortWhereverItIsCut() {
    byte[] zstd = Reading.joined(Reading.zstd(LINES), Reading.zstd(LINES));
    int whole = Reading.zstd(LINES).length;
    for (int length = 4; length < zstd.length; length++) {
      if (length != whole) {
        String told = damaged(Arrays.copyOf(zstd, length));
        // Within the second frame its last line, or both, may have been read.
        assertTrue(told.matches("standard input:\\d+: the zstd data is truncated; .*"), told);
      }
    }
  }

  @Test
  void saysUpToWhichLineADamagedInputCouldBeRead() {
    byte[] first = Reading.zstd(LINES);
    byte[] second = Reading.zstd(LINES);
    second[second.length - 1] ^= 1; // the checksum

    assertTrue(
        damaged(Reading.joined(first, second)).matches("standard input:[35]: the zstd data is .*"),
        () -> damaged(Reading.joined(first, second)));
    assertTrue(
        damaged(Reading.joined(first, Arrays.copyOf(second, 7))).startsWith("standard input:3: "));
    assertTrue(
        damaged(Reading.joined(Reading.gzip(LINES), Arrays.copyOf(Reading.gzip(LINES), 9)))
            .startsWith("standard input:3: "));
  }

  @Test
  void neverTakesDamagedZstdForOtherTexts() {
    String text = "some text, not too short, some text, not too short";
    byte[] zstd = Reading.zstd(("\"" + text + "\"\n").getBytes(StandardCharsets.UTF_8));
    for (int bit = 32; bit < 8 * zstd.length; bit++) {
      byte[] damaged = zstd.clone();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      try {
        // A larger window, or bits that nobody reads, do no harm.
        assertEquals(List.of(text), Reading.told(Reading.all(damaged, JSONL)), "bit " + bit);
      } catch (EmbedctlException.InvalidInput e) {
        assertTrue(e.getMessage().contains(": the zstd data "), e.getMessage());
      }
    }
  }

  @Test
  void passesOverFramesThatZstdSaysToSkip() {
    byte[] skipped = Reading.bytes(0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 'x', 'y', 'z');
    byte[] zstd = Reading.zstd(LINES);

    assertEquals(
        List.of("a", "b", "a", "b"),
        Reading.told(Reading.all(Reading.joined(skipped, zstd, skipped, zstd, skipped), JSONL)));
  }

  @Test
  void refusesWhatIsNoZstdAfterIt() {
    assertEquals(
        "standard input:3: the zstd data is damaged (data that is not zstd follows its end);"
            + " get the file again",
        damaged(Reading.joined(Reading.zstd(LINES), LINES)));
  }

  @ParameterizedTest
  @CsvSource({"17", "18", "21"})
  void readsZstdWithAWindowOf128MegabytesAndNoLarger(int exponent) {
    byte[] frame =
        Reading.joined(
            Reading.bytes(0x28, 0xB5, 0x2F, 0xFD, 0, exponent << 3, 1 | (LINES.length << 3), 0, 0),
            LINES);

    if (exponent == 17) {
      assertEquals(List.of("a", "b"), Reading.told(Reading.all(frame, JSONL)));
    } else {
      assertEquals(
          "standard input:1: the zstd data needs a window of more than 128 MB; decompress in a"
              + " pipe: zstd -dc --long=31 FILE | embedctl batch -",
          damaged(frame));
    }
  }

  @Test
  void saysThatZstdNeedsADictionary() {
    byte[] frame =
        Reading.joined(
            Reading.bytes(0x28, 0xB5, 0x2F, 0xFD, 1, 0, 99, 1 | (LINES.length << 3), 0, 0), LINES);

    assertTrue(damaged(frame).contains("needs a dictionary"), () -> damaged(frame));
  }

  @Test
  void readsAnEmptyZstd() {
    assertEquals(List.of(), Reading.all(Reading.zstd(new byte[0]), JSONL));
  }

  @ParameterizedTest
  @EnumSource(value = InputFormat.class, mode = EnumSource.Mode.EXCLUDE, names = "PARQUET")
  void saysUpToWhichLineAMediumThatFailsCouldBeRead(InputFormat format) {
    byte[] lines = "text\n\"a\"\n".getBytes(StandardCharsets.UTF_8);
    InputStream failing =
        new FilterInputStream(new ByteArrayInputStream(lines)) {
          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            int read = super.read(target, offset, length);
            if (read < 0) {
              throw new IOException("Stale file handle");
            }
            return read;
          }
        };

    EmbedctlException.RunFailed e =
        assertThrows(
            EmbedctlException.RunFailed.class, () -> Reading.all(failing, Reading.as(format)));
    assertEquals(
        "standard input:3: cannot be read from here on: Stale file handle; run the command again",
        e.getMessage());
  }

  @Test
  void standardInputIsReadWhenARecordIsAskedForAndStaysOpen() throws IOException {
    AtomicInteger closed = new AtomicInteger();
    ByteArrayInputStream stream =
        new ByteArrayInputStream(new byte[] {'"', 0, 'a', 0}) {
          @Override
          public void close() {
            closed.incrementAndGet();
          }
        };

    RecordSource source = RecordSources.open(stream, JSONL);
    assertEquals(4, stream.available(), "a pipe that gives nothing yet must not hold up the run");
    assertThrows(EmbedctlException.InvalidInput.class, source::next);
    source.close();
    assertEquals(0, closed.get());
  }

  private static String damaged(byte[] bytes) {
    return assertThrows(EmbedctlException.InvalidInput.class, () -> Reading.all(bytes, JSONL))
        .getMessage();
  }

  private static String invalid(Path file) {
    return assertThrows(
            EmbedctlException.InvalidInput.class,
            () -> RecordSources.open(file, InputOptions.defaults()).close())
        .getMessage();
  }

  private static String usage(Path file, InputOptions options) {
    return assertThrows(
            EmbedctlException.Usage.class, () -> RecordSources.open(file, options).close())
        .getMessage();
  }
}
