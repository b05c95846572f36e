package dev.embedctl.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.pipeline.TextCutter.Slice;
import dev.embedctl.provider.TextLimit;
import dev.embedctl.provider.TokenCounter;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TextCutterTest {

  /** Words separated by spaces are tokens, and a word of more than eight characters is several. */
  private static TextLimit words(int most) {
    return new TextLimit(
        most,
        text -> {
          int tokens = 0;
          for (String word : text.split("\\s+", -1)) {
            tokens += Math.ceilDiv(word.length(), 8);
          }
          return tokens;
        });
  }

  private static List<String> cut(String text, TextLimit limit) {
    return new TextCutter(limit)
        .cut(text).orElseThrow().stream().map(slice -> slice.of(text)).toList();
  }

  @Test
  void aTextThatTheModelTakesIsOneSlice() {
    assertEquals(List.of("one two three"), cut("one two three", words(3)));
    assertEquals(List.of(), cut("", words(3)));
  }

  @Test
  void cutsAfterAParagraphWhereThereIsOneInTheSecondHalf() {
    assertEquals(
        List.of("a b. c d.\n\n", "e f. g h i."), cut("a b. c d.\n\ne f. g h i.", words(7)));
    assertEquals(List.of("a b c d\r\n \r\n", "e f g h"), cut("a b c d\r\n \r\ne f g h", words(6)));
  }

  @Test
  void cutsAfterASentenceWhereNoParagraphEndsNear() {
    assertEquals(
        List.of("It was good. It did not last. ", "I sent it back."),
        cut("It was good. It did not last. I sent it back.", words(9)));
    assertEquals(
        List.of("とてもいい。", "すぐに壊れた。"), cut("とてもいい。すぐに壊れた。", new TextLimit(9, String::length)));
  }

  @Test
  void cutsBeforeAWordWhereNoSentenceEndsNear() {
    assertEquals(
        List.of("one two three ", "four five six ", "seven"),
        cut("one two three four five six seven", words(3)));
  }

  @Test
  void cutsAWordThatIsLongerThanTheModelTakes() {
    TextLimit characters = new TextLimit(4, String::length);

    assertEquals(List.of("abcd", "efgh", "ij"), cut("abcdefghij", characters));
  }

  @Test
  void keepsACharacterOfSeveralCodePointsTogetherWhereItFits() {
    String accented = "e\u0301";
    TextLimit five = new TextLimit(5, String::length);

    assertEquals(List.of(accented.repeat(2), accented.repeat(2)), cut(accented.repeat(4), five));
    assertEquals(
        List.of("a\u0301\u0302", "\u0303\u0304"),
        cut("a\u0301\u0302\u0303\u0304", new TextLimit(3, String::length)),
        "a character of more tokens than the model takes is cut between its code points");
  }

  @Test
  void saysWhereNotEvenACharacterFits() {
    TextLimit none = new TextLimit(3, text -> 3 + text.length());

    assertEquals(Optional.empty(), new TextCutter(none).cut("text"));
  }

  @RepeatedTest(200)
  void theSlicesCoverAnyTextAndFit(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    String text = anyText(random);
    TextLimit limit =
        random.nextBoolean()
            ? words(2 + random.nextInt(9))
            : new TextLimit(4 + random.nextInt(30), TokenCounter::count);

    List<Slice> slices = new TextCutter(limit).cut(text).orElseThrow();

    int end = 0;
    for (Slice slice : slices) {
      assertEquals(end, slice.start());
      assertTrue(slice.start() < slice.end());
      assertTrue(limit.takes(slice.of(text).strip()), () -> slice + " of " + text);
      assertFalse(Character.isLowSurrogate(text.charAt(slice.start())), "a pair is not cut");
      end = slice.end();
    }
    assertEquals(text.length(), end);
  }

  /** Words, sentences, paragraphs, scripts, marks and pairs, in any order. */
  static String anyText(Random random) {
    String[] pieces = {
      "word",
      "Ünïcödé",
      "。",
      "漢字",
      "한국어",
      "😀",
      "👩‍👩‍👧‍👦",
      "e\u0301",
      "\u0301",
      "نص",
      "ไทย",
      ". ",
      "! ",
      "\n",
      "\n\n",
      "\r\n\r\n",
      " ",
      "\t",
      "\u00a0",
      "\u2029",
      "a",
      "supercalifragilistic",
      "𝒳",
      "1,000.5",
      "\u0000",
      "ﷺ"
    };
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(300);
    for (int i = 0; i < length; i++) {
      text.append(pieces[random.nextInt(pieces.length)]);
      if (random.nextInt(3) == 0) {
        text.append(' ');
      }
    }
    return text.toString();
  }

  @Test
  void looksAtFewSlicesWorthOfAVeryLongText() {
    AtomicLong measured = new AtomicLong();
    AtomicLong longest = new AtomicLong();
    TextLimit limit =
        new TextLimit(
            256,
            text -> {
              measured.addAndGet(text.length());
              longest.accumulateAndGet(text.length(), Math::max);
              return Math.ceilDiv(text.length(), 5);
            });
    String text = "It works as it should, and I would buy it again. ".repeat(20_000);

    List<Slice> slices = new TextCutter(limit).cut(text).orElseThrow();

    assertEquals(text.length(), slices.getLast().end());
    assertTrue(longest.get() < 8 * 256 * 5, () -> "measured at once: " + longest);
    assertTrue(
        measured.get() < 20L * text.length(), () -> "measured in all: " + measured + " characters");
  }
}
