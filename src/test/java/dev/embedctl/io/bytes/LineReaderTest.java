package dev.embedctl.io.bytes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.io.input.InputOptions;
import dev.embedctl.io.input.JsonlSource;
import dev.embedctl.io.input.Reading;
import dev.embedctl.io.input.RecordSource;
import dev.embedctl.model.InputRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineReaderTest {

  @Test
  void keepsTheBeginningOfALineThatIsLongerThanTheLimit() throws IOException {
    LineReader lines = new LineReader(new StringReader("12345\n123456\r\n1234567\n12\n"), 6);

    assertTrue(lines.advance());
    assertEquals("12345", lines.text());
    assertTrue(lines.advance());
    assertEquals("123456", lines.text());
    assertFalse(lines.isTooLong());
    assertTrue(lines.advance());
    assertTrue(lines.isTooLong());
    assertEquals("123456", lines.text());
    assertEquals(3, lines.number());
    assertTrue(lines.advance());
    assertFalse(lines.isTooLong());
    assertEquals("12", lines.text());
    assertEquals(4, lines.number());
    assertFalse(lines.advance());
  }

  @Test
  void splitsLikeStringSplit() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(60);
      int kinds = random.nextBoolean() ? 5 : 3;
      for (int i = 0; i < length; i++) {
        text.append("ab\r\n\n".charAt(random.nextInt(kinds)));
      }
      boolean onlyCr = text.indexOf("\n") < 0 && text.indexOf("\r") < length - 1;
      String lineBreak = onlyCr ? "\r" : "\r?\n";
      List<String> expected = new ArrayList<>(List.of(text.toString().split(lineBreak, -1)));
      if (expected.getLast().isEmpty()) {
        expected.removeLast();
      }
      List<String> found = new ArrayList<>();
      LineReader lines = new LineReader(new StringReader(text.toString()), 1 + length);
      while (lines.advance()) {
        found.add(lines.text());
      }
      assertEquals(expected, found, "seed " + seed + ", round " + round);
    }
  }

  @Test
  void skipsALineThatDoesNotFitIntoMemory() throws IOException {
    // A limit of 2 MiB and a line of 300 MB: kept completely, it would fill the test's heap.
    InputStream endless = new Repeating('x', 300_000_000L);
    InputStream next = new ByteArrayInputStream("\n\"next\"\n".getBytes(StandardCharsets.UTF_8));
    LineReader lines =
        new LineReader(new Utf8Reader(new SequenceInputStream(endless, next)), 1 << 20);
    try (RecordSource source = JsonlSource.of("x", lines, InputOptions.defaults())) {
      List<InputRecord> records = Reading.all(source);

      assertEquals(
          List.of("INVALID_RECORD: the line is longer than 1048576 characters", "next"),
          Reading.told(records));
      assertEquals(2, records.get(1).line());
      assertEquals(
          "{\"record\":\"" + "x".repeat(200) + "…\"}", records.get(0).original().toJsonObject());
    }
  }

  /** A stream that repeats one byte. */
  private static final class Repeating extends InputStream {
    private final byte value;
    private long left;

    Repeating(char value, long times) {
      this.value = (byte) value;
      this.left = times;
    }

    @Override
    public int read() {
      return left-- > 0 ? value : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      int given = (int) Math.min(left, length);
      Arrays.fill(target, offset, offset + given, value);
      left -= given;
      return given == 0 ? -1 : given;
    }
  }
}
