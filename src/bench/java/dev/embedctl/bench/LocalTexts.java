package dev.embedctl.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Generated English texts of the three typical kinds for a sentence model; always the same. */
enum LocalTexts {
  /** Sentences. */
  SENTENCES("sentences", 10, 20) {
    @Override
    int tokens(Random random) {
      return between(random);
    }
  },
  /** Everything from a title to a page; short texts are more frequent. */
  MIXED("mixed lengths", 6, 256) {
    @Override
    int tokens(Random random) {
      return Math.clamp((long) (-70 * Math.log(1 - random.nextDouble())), least, most);
    }
  },
  /** Paragraphs of nearly the same length, for which neither order nor grouping helps. */
  PARAGRAPHS("paragraphs", 113, 126) {
    @Override
    int tokens(Random random) {
      return between(random);
    }
  };

  private static final String[] OPENINGS = {"the", "a", "this", "every", "their", "one"};
  private static final String[] QUALITIES = {
    "old", "small", "green", "quiet", "heavy", "early", "warm", "empty", "narrow", "new", "long",
    "public", "dark", "simple", "strange"
  };
  private static final String[] THINGS = {
    "house", "river", "letter", "train", "garden", "teacher", "market", "engine", "window",
    "winter", "bridge", "doctor", "number", "story", "field", "animal", "city", "ship", "table",
    "song"
  };
  private static final String[] DEEDS = {
    "carried",
    "found",
    "followed",
    "opened",
    "sold",
    "crossed",
    "described",
    "repaired",
    "saw",
    "reached",
    "left",
    "kept",
    "changed",
    "passed"
  };
  private static final String[] LINKS = {
    "before", "near", "behind", "after", "with", "without", "under", "beside", "during", "and"
  };
  private static final String[][] SENTENCE = {
    OPENINGS, QUALITIES, THINGS, DEEDS, OPENINGS, THINGS, LINKS, OPENINGS, QUALITIES, THINGS
  };

  /** {@code [CLS]}, {@code [SEP]} and the full stop. */
  private static final int FRAME = 3;

  private final String said;
  final int least;
  final int most;

  LocalTexts(String said, int least, int most) {
    this.said = said;
    this.least = least;
    this.most = most;
  }

  /** The approximate number of tokens in the next text. */
  abstract int tokens(Random random);

  int between(Random random) {
    return random.nextInt(least, most + 1);
  }

  String said() {
    return said;
  }

  /** A number of different texts; a longer list begins with the same texts. */
  List<String> texts(int count) {
    Random random = new Random(most);
    Set<String> texts = new LinkedHashSet<>();
    while (texts.size() < count) {
      texts.add(text(random, tokens(random) - FRAME));
    }
    return List.copyOf(texts);
  }

  private static String text(Random random, int words) {
    List<String> text = new ArrayList<>();
    for (int i = 0; i < words; i++) {
      String[] choices = SENTENCE[i % SENTENCE.length];
      text.add(choices[random.nextInt(choices.length)]);
    }
    return String.join(" ", text) + ".";
  }
}
