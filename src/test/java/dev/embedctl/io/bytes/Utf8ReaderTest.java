package dev.embedctl.io.bytes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.io.input.Reading;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8ReaderTest {

  @Test
  void readsTextOfAllPlanes() throws IOException {
    String text = "plain, Grüße, €, 日本語, 😀, \u0000 and \uFFFD\uFFFF";

    assertEquals(text, read(text.getBytes(StandardCharsets.UTF_8), 1000));
  }

  @Test
  void skipsOneByteOrderMarkAtTheBeginningOnly() throws IOException {
    byte[] mark = Reading.bytes(0xEF, 0xBB, 0xBF);
    byte[] text = "a".getBytes(StandardCharsets.UTF_8);

    assertEquals("a", read(Reading.joined(mark, text), 1000));
    assertEquals("a", read(Reading.joined(mark, text), 1));
    assertEquals("\uFEFFa", read(Reading.joined(mark, mark, text), 1000));
    assertEquals("a\uFEFF", read(Reading.joined(text, mark), 1000));
    assertEquals("", read(mark, 1000));
    assertEquals("\uDCEF\uDCBB", read(Reading.bytes(0xEF, 0xBB), 1000));
  }

  @Test
  void replacesEachInvalidByteWithALoneSurrogateAndContinues() throws IOException {
    assertEquals("a\uDCFFb", read(Reading.bytes('a', 0xFF, 'b'), 1000));
    // Overlong, a surrogate, beyond the last code point, truncated.
    assertEquals("\uDCC0\uDC80", read(Reading.bytes(0xC0, 0x80), 1000));
    assertEquals("\uDCE0\uDC9F\uDCBF", read(Reading.bytes(0xE0, 0x9F, 0xBF), 1000));
    assertEquals("\uDCED\uDCA0\uDC80", read(Reading.bytes(0xED, 0xA0, 0x80), 1000));
    assertEquals("\uDCF4\uDC90\uDC80\uDC80", read(Reading.bytes(0xF4, 0x90, 0x80, 0x80), 1000));
    assertEquals("\uDCE2\uDC82A", read(Reading.bytes(0xE2, 0x82, 'A'), 1000));
    assertEquals("x\uDCE2\uDC82", read(Reading.bytes('x', 0xE2, 0x82), 1000));
  }

  @Test
  void losesNoHalfOfACharacter() throws IOException {
    byte[] bytes = "😀😀".getBytes(StandardCharsets.UTF_8);
    StringBuilder text = new StringBuilder();
    try (Reader reader = new Utf8Reader(new ByteArrayInputStream(bytes))) {
      char[] one = new char[1];
      while (reader.read(one, 0, 1) > 0) {
        text.append(one[0]);
      }
    }

    assertEquals("😀😀", text.toString());
  }

  @Test
  void agreesWithTheJdksDecoderOnAnyBytes() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 3000; round++) {
      byte[] bytes = randomBytes(random);
      int atOnce = 1 + random.nextInt(bytes.length + 1);

      assertEquals(expected(bytes), read(bytes, atOnce), "seed " + seed + ", round " + round);
    }
  }

  @Test
  void agreesWithTheJdksDecoderAtTheEndOfTheBuffer() throws IOException {
    String text = "x".repeat(65_533) + "😀€é" + "日".repeat(50_000);
    for (int shift = 0; shift < 5; shift++) {
      String shifted = "y".repeat(shift) + text;

      assertEquals(shifted, read(shifted.getBytes(StandardCharsets.UTF_8), 1 << 20));
    }
  }

  /** Text with some bytes that are likely to be invalid in interesting ways. */
  private static byte[] randomBytes(Random random) {
    int[] leads = {0x80, 0xBF, 0xC0, 0xC2, 0xDF, 0xE0, 0xE2, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF};
    int[] points = {
      'a', '\n', 0xE9, 0x7FF, 0x800, 0xD7FF, 0xE000, 0x20AC, 0xFFFF, 0x10000, 0x10FFFF
    };
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(40);
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(points[random.nextInt(points.length)]);
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) leads[random.nextInt(leads.length)];
    }
    // A byte-order mark has its own test.
    return bytes.length > 0 && bytes[0] == (byte) 0xEF ? new byte[0] : bytes;
  }

  private static String expected(byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length + 1);
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      if (!result.isError()) {
        return out.flip().toString();
      }
      for (int i = 0; i < result.length(); i++) {
        out.put((char) (0xDC00 + (in.get() & 0xFF)));
      }
    }
  }

  private static String read(byte[] bytes, int atOnce) throws IOException {
    StringBuilder text = new StringBuilder();
    InputStream in = Reading.trickling(bytes, atOnce);
    try (Reader reader = new Utf8Reader(in)) {
      char[] chars = new char[7];
      for (int n = reader.read(chars); n >= 0; n = reader.read(chars)) {
        text.append(chars, 0, n);
      }
    }
    return text.toString();
  }
}
