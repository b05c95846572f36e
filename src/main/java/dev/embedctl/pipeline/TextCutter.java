package dev.embedctl.pipeline;

import dev.embedctl.provider.TextLimit;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Cuts a text into slices that a model takes: after a paragraph, else after a sentence, else after
 * a word, else after a character. The slices follow each other and cover the text. It looks at a
 * few slices' worth of the text at a time, however long the text is.
 */
final class TextCutter {
  /** A usual token has about as many characters. */
  private static final int CHARS_PER_TOKEN = 4;

  /** The longest slice is found within this part of its length; its end is moved to a break. */
  private static final int PRECISION = 32;

  /** Characters after a slice that decide where its last word or sentence ends. */
  private static final int LOOK_AHEAD = 64;

  private final TextLimit limit;

  TextCutter(TextLimit limit) {
    this.limit = limit;
  }

  /** Characters of a text from one position to before another. */
  record Slice(int start, int end) {
    String of(String text) {
      return text.substring(start, end);
    }

    /** The slice without the white space at its ends; it is not blank. */
    Slice stripped(String text) {
      int first = start;
      int last = end;
      while (Character.isWhitespace(text.charAt(first))) {
        first++;
      }
      while (Character.isWhitespace(text.charAt(last - 1))) {
        last--;
      }
      return new Slice(first, last);
    }
  }

  /** The slices; empty if the model does not even take a single character of the text. */
  Optional<List<Slice>> cut(String text) {
    List<Slice> slices = new ArrayList<>();
    int usual = CHARS_PER_TOKEN * limit.tokens();
    for (int start = 0; start < text.length(); ) {
      int furthest = furthest(text, start, usual);
      if (furthest == start) {
        return Optional.empty();
      }
      int end = furthest == text.length() ? furthest : lastBreak(text, start, furthest);
      slices.add(new Slice(start, end));
      usual = Math.max(1, furthest - start);
      start = end;
    }
    return Optional.of(slices);
  }

  /**
   * A slice with as many of the words before it as an overlap may have.
   *
   * @param from the earliest start
   * @param overlap of the words before the slice
   * @param longest of the slice with them
   */
  static Slice extended(String text, Slice slice, int from, TextLimit overlap, TextLimit longest) {
    List<Integer> starts = wordsIn(text, from, slice.start());
    int first = 0;
    int fits = starts.size() - 1;
    while (first < fits) {
      int middle = (first + fits) / 2;
      if (overlap.takes(text.substring(starts.get(middle), slice.start()))) {
        fits = middle;
      } else {
        first = middle + 1;
      }
    }
    while (!longest.takes(text.substring(starts.get(fits), slice.end()))
        && fits < starts.size() - 1) {
      fits++;
    }
    return new Slice(starts.get(fits), slice.end());
  }

  /** Where words begin, from one position to another; the other one is the last of them. */
  private static List<Integer> wordsIn(String text, int from, int to) {
    String range = text.substring(from, to);
    BreakIterator words = BreakIterator.getWordInstance(Locale.ROOT);
    words.setText(range);
    List<Integer> starts = new ArrayList<>();
    for (int word = words.first(); word < range.length(); word = words.next()) {
      if (!Character.isWhitespace(range.charAt(word))) {
        starts.add(from + word);
      }
    }
    starts.add(to);
    return starts;
  }

  /** About where the longest slice from a position ends; the position itself if there is none. */
  private int furthest(String text, int start, int usual) {
    int fits = start;
    int tooFar = text.length() + 1;
    int step = usual;
    while (fits < text.length() && tooFar > text.length()) {
      int end = boundary(text, start, (int) Math.min(text.length(), (long) fits + step));
      if (fits(text, start, end)) {
        fits = end;
        step = Math.max(step, fits - start);
      } else {
        tooFar = end;
      }
    }
    while (tooFar - fits > 1 + (fits - start) / PRECISION && tooFar <= text.length()) {
      int middle = boundary(text, fits, fits + (tooFar - fits) / 2);
      if (middle >= tooFar) {
        break; // there is one character of two UTF-16 units left
      }
      if (fits(text, start, middle)) {
        fits = middle;
      } else {
        tooFar = middle;
      }
    }
    return fits;
  }

  private boolean fits(String text, int start, int end) {
    return limit.takes(text.substring(start, end).strip());
  }

  /** The position, or the next one where it would cut a surrogate pair; always after the start. */
  private static int boundary(String text, int start, int position) {
    int after = Math.max(position, start + 1);
    boolean cutsPair =
        after < text.length()
            && Character.isHighSurrogate(text.charAt(after - 1))
            && Character.isLowSurrogate(text.charAt(after));
    return cutsPair ? after + 1 : after;
  }

  /** The best place to cut, up to a position; the slice until there is taken by the model. */
  private int lastBreak(String text, int start, int furthest) {
    int last = furthest;
    while (last > start) {
      int end = bestBreak(text, start, last);
      if (end == furthest || fits(text, start, end)) {
        return end; // a shorter slice may have more tokens, if it ends within a word
      }
      last = end - 1;
    }
    return furthest;
  }

  private static int bestBreak(String text, int start, int last) {
    int half = start + (last - start) / 2;
    int paragraph = lastParagraph(text, half, last);
    if (paragraph > half) {
      return paragraph;
    }
    String near = text.substring(start, Math.min(text.length(), last + LOOK_AHEAD));
    int sentence = start + last(BreakIterator.getSentenceInstance(Locale.ROOT), near, last - start);
    if (sentence > half) {
      return sentence;
    }
    int word = lastWord(text, near, start, last);
    if (word > start) {
      return word;
    }
    int character =
        start + last(BreakIterator.getCharacterInstance(Locale.ROOT), near, last - start);
    return character > start ? character : codePointBefore(text, start, last);
  }

  /** The last place, in a range, after an empty line and its line break. */
  private static int lastParagraph(String text, int first, int last) {
    for (int end = last; end > first; end--) {
      if (text.charAt(end - 1) == '\n' && emptyLineEndsAt(text, end - 1)) {
        return end;
      }
    }
    return first;
  }

  private static boolean emptyLineEndsAt(String text, int lineBreak) {
    for (int i = lineBreak - 1; i >= 0; i--) {
      char c = text.charAt(i);
      if (c == '\n') {
        return true;
      }
      if (!Character.isWhitespace(c)) {
        return false;
      }
    }
    return false;
  }

  /** The last place where a word begins or, if there is none, where one ends. */
  private static int lastWord(String text, String near, int start, int last) {
    BreakIterator words = BreakIterator.getWordInstance(Locale.ROOT);
    int any = last(words, near, last - start);
    int place = any;
    while (place > 0 && Character.isWhitespace(text.charAt(start + place))) {
      place = words.previous();
    }
    return start + (place > 0 ? place : any);
  }

  /** The last boundary of a text that is not after a position, which is within the text. */
  private static int last(BreakIterator boundaries, String near, int position) {
    boundaries.setText(near);
    return boundaries.isBoundary(position) ? position : boundaries.preceding(position);
  }

  private static int codePointBefore(String text, int start, int last) {
    boolean cutsPair =
        Character.isHighSurrogate(text.charAt(last - 1))
            && Character.isLowSurrogate(text.charAt(last));
    return cutsPair ? Math.max(last - 1, boundary(text, start, start)) : last;
  }
}
