package dev.embedctl.provider.local;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Generated English texts for measurements; always the same. */
final class SampleTexts {
  private static final int SENTENCES = 32;
  private static final int PARAGRAPHS = 8;
  private static final int SENTENCES_IN_A_PARAGRAPH = 8;
  private static final int SHORTEST = 10;
  private static final int LONGEST = 16;

  private static final List<String> WORDS =
      List.of(
          "the",
          "a",
          "old",
          "small",
          "green",
          "quiet",
          "house",
          "river",
          "letter",
          "train",
          "garden",
          "teacher",
          "market",
          "engine",
          "window",
          "winter",
          "bridge",
          "carried",
          "found",
          "opened",
          "crossed",
          "repaired",
          "before",
          "near",
          "behind",
          "after",
          "with",
          "and");

  private SampleTexts() {}

  /** Sentences of 10 to 16 words. */
  static List<String> sentences() {
    SplittableRandom random = new SplittableRandom(1);
    List<String> sentences = new ArrayList<>();
    for (int i = 0; i < SENTENCES; i++) {
      sentences.add(sentence(random));
    }
    return sentences;
  }

  /** Paragraphs of eight sentences. */
  static List<String> paragraphs() {
    SplittableRandom random = new SplittableRandom(2);
    List<String> paragraphs = new ArrayList<>();
    for (int i = 0; i < PARAGRAPHS; i++) {
      List<String> sentences = new ArrayList<>();
      for (int j = 0; j < SENTENCES_IN_A_PARAGRAPH; j++) {
        sentences.add(sentence(random));
      }
      paragraphs.add(String.join(" ", sentences));
    }
    return paragraphs;
  }

  private static String sentence(SplittableRandom random) {
    List<String> words = new ArrayList<>();
    int count = random.nextInt(SHORTEST, LONGEST + 1);
    for (int i = 0; i < count; i++) {
      words.add(WORDS.get(random.nextInt(WORDS.size())));
    }
    return String.join(" ", words) + ".";
  }
}
