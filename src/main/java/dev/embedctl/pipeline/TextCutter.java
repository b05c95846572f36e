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
 * few slices of the text at a time, however long the text is.
 */
final class TextCutter {
  /** The usual number of characters in a token. */
  private static final int CHARS_PER_TOKEN = 4;

  /** The longest slice is found up to this part of its length, before its end is moved. */
  private static final int PRECISION = 32;

  /** Characters after a slice that decide where its last word or sentence ends. */
  private static final int LOOK_AHEAD = 64;

  private final TextLimit limit;

  TextCutter(TextLimit limit) {
    this.limit = limit;
  }

  /**
   * Characters of a text from one position to before another.
   *
   * @param tokens the tokens of the slice without the white space at its ends
   */
  record Slice(int start, int end, int tokens) {
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
      return new Slice(first, last, tokens);
    }
  }

  /** The slices; empty if the model does not even take a single character of the text. */
  Optional<List<Slice>> cut(String text) {
    List<Slice> slices = new ArrayList<>();
    int usual = CHARS_PER_TOKEN * limit.tokens();
    for (int start = 0; start < text.length(); ) {
      Optional<Slice> furthest = furthest(text, start, usual);
      if (furthest.isEmpty()) {
        return Optional.empty();
      }
      int end = furthest.get().end();
      Slice slice = end == text.length() ? furthest.get() : lastBreak(text, furthest.get());
      slices.add(slice);
      usual = Math.max(1, end - start);
      start = slice.end();
    }
    return Optional.of(slices);
  }

  /**
   * A slice that is extended by as many words before it as the overlap allows.
   *
   * @param from the earliest start
   * @param overlap the limit of the words before the slice
   * @param longest the limit of the extended slice
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
    while (true) {
      int start = starts.get(fits);
      int tokens = longest.count().applyAsInt(text.substring(start, slice.end()));
      if (tokens <= longest.tokens() || fits == starts.size() - 1) {
        return new Slice(start, slice.end(), tokens);
      }
      fits++;
    }
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

  /** About the longest slice from a position, if there is one. */
  private Optional<Slice> furthest(String text, int start, int usual) {
    Optional<Slice> furthest = Optional.empty();
    int fits = start;
    int tooFar = text.length() + 1;
    int step = usual;
    while (fits < text.length() && tooFar > text.length()) {
      int end = boundary(text, start, (int) Math.min(text.length(), (long) fits + step));
      Optional<Slice> slice = slice(text, start, end);
      if (slice.isPresent()) {
        furthest = slice;
        fits = end;
        step = Math.max(step, fits - start);
      } else {
        tooFar = end;
      }
    }
    while (tooFar - fits > 1 + (fits - start) / PRECISION && tooFar <= text.length()) {
      int middle = boundary(text, fits, fits + (tooFar - fits) / 2);
      if (middle >= tooFar) {
        break; // one character of two UTF-16 units is left
      }
      Optional<Slice> slice = slice(text, start, middle);
      if (slice.isPresent()) {
        furthest = slice;
        fits = middle;
      } else {
        tooFar = middle;
      }
    }
    return furthest;
  }

  /** The slice, if the model takes it. */
  private Optional<Slice> slice(String text, int start, int end) {
    int tokens = limit.count().applyAsInt(text.substring(start, end).strip());
    return tokens <= limit.tokens() ? Optional.of(new Slice(start, end, tokens)) : Optional.empty();
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

  /** The beginning of a slice up to the best place to cut it; the model takes it too. */
  private Slice lastBreak(String text, Slice furthest) {
    int last = furthest.end();
    while (last > furthest.start()) {
      int end = bestBreak(text, furthest.start(), last);
      if (end == furthest.end()) {
        return furthest;
      }
      Optional<Slice> slice = slice(text, furthest.start(), end);
      if (slice.isPresent()) {
        return slice.get();
      }
      last = end - 1; // a shorter slice may have more tokens, if it ends within a word
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
