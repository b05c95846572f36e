package dev.embedctl.provider.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Compares WordPieceTokenizer with Hugging Face's tokenizer, both with the default model's file.
 */
final class WordPieceTokenizerTest {
  private static Tokenizer ours;
  private static Tokenizer theirs;

  @BeforeAll
  static void open() {
    Path file = DefaultModelTest.FOLDER.resolve("tokenizer.json");
    ours = Tokenizers.read(file);
    theirs = new GeneralTokenizer(file);
    assertInstanceOf(WordPieceTokenizer.class, ours);
  }

  @AfterAll
  static void close() {
    ours.close();
    theirs.close();
  }

  private static void assertSame(String text) {
    assertArrayEquals(theirs.encode(text), ours.encode(text), text);
  }

  @Test
  void agreesOnManyKindsOfText() {
    for (String text :
        List.of(
            "",
            " ",
            "Hello, world!",
            "don't you're we'll I'd",
            "naïve café Größe ÅNGSTRÖM İstanbul ΣΊΣΥΦΟΣ",
            "漢字とカタカナ 한국어 русский עברית العربية हिन्दी ไทย",
            "e-mail: someone@example.org, https://example.org/a?b=c&d=%20",
            "3.14159 1,000,000 $5.00 50% #tag x^2 a_b {c} [d] |e| ~f `g`",
            "emoji 🙂👍🏽 👨‍👩‍👧 flags 🇩🇪",
            "a\u0000b\uFFFDc\u200Bd\u00ADe\u2028f\u3000g\u0085h\u001ci",
            "supercalifragilisticexpialidocious " + "x".repeat(99) + " " + "x".repeat(101),
            "“quotes” ‘single’ — dash – en … ellipsis « »",
            "ﬁ ligature Ⅷ ½ ² ㎏ Ａ")) {
      assertSame(text);
    }
  }

  @Test
  void agreesOnRandomText() {
    long seed = 20261122;
    Random random = new Random(seed);
    int[][] blocks = {
      {0x20, 0x7E},
      {0x20, 0x7E},
      {0xA0, 0x24F},
      {0x370, 0x3FF},
      {0x400, 0x4FF},
      {0x4E00, 0x9FFF},
      {0x3040, 0x30FF},
      {0x2000, 0x206F},
      {0x1F300, 0x1F64F},
      {0x0, 0x1F}
    };
    for (int i = 0; i < 3000; i++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(40);
      for (int c = 0; c < length; c++) {
        int[] block = blocks[random.nextInt(blocks.length)];
        int point = block[0] + random.nextInt(block[1] - block[0] + 1);
        if (Character.isDefined(point)) {
          text.appendCodePoint(point);
        }
      }
      assertSame(text.toString());
    }
  }

  @Test
  void truncatesLikeTheGeneralTokenizer() {
    String text = "Antidisestablishmentarianism is a long word, and so are others.";
    for (int most = 3; most < 30; most++) {
      assertArrayEquals(cut(theirs.encode(text), most), ours.encode(text, most), "at " + most);
    }
  }

  /** The expected result of a truncation: the beginning, then the separator. */
  private static int[] cut(int[] all, int most) {
    if (all.length <= most) {
      return all;
    }
    int[] cut = Arrays.copyOf(all, most);
    cut[most - 1] = all[all.length - 1];
    return cut;
  }

  @Test
  void theGeneralTokenizerTruncatesInTheSameWay() {
    String text = "Antidisestablishmentarianism is a long word, and so are others.";

    assertArrayEquals(cut(theirs.encode(text), 9), theirs.encode(text, 9));
    assertEquals(9, theirs.encode(text, 9).length);
  }
}
