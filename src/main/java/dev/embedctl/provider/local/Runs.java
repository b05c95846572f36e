package dev.embedctl.provider.local;

import dev.embedctl.provider.local.ModelFile.Arithmetic;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How texts are shared out over the runs of a model. It decides how long they take; on their
 * vectors it has no effect.
 *
 * @param tokens the maximum number of padded tokens in a run; a longer text is run alone, so with 0
 *     each text is
 * @param threads the number of threads that compute a run
 * @param atOnce the number of runs at the same time
 */
record Runs(int tokens, int threads, int atOnce) {
  private static final int USUAL_TOKENS = 256;
  private static final int ALONE = 0;

  /**
   * The ones without a measurement: a thread for each processor, each with runs of its own, and a
   * number of tokens that took the least time on most processors.
   */
  static Runs usual(Arithmetic arithmetic, int processors) {
    return new Runs(
        switch (arithmetic) {
          case FLOAT32 -> USUAL_TOKENS;
          case DYNAMIC_INT8 -> ALONE; // since other texts would change its vector
        },
        1,
        processors);
  }

  /**
   * Others that may be faster on some processors: with fewer or more tokens, with two threads for a
   * run, and with half as many threads, since two of them may share a core.
   */
  static Set<Runs> others(Arithmetic arithmetic, int processors) {
    Runs usual = usual(arithmetic, processors);
    Set<Runs> others = new LinkedHashSet<>();
    switch (arithmetic) {
      case FLOAT32 -> {
        others.add(new Runs(USUAL_TOKENS / 2, 1, processors));
        others.add(new Runs(USUAL_TOKENS * 2, 1, processors));
        if (processors > 1) {
          others.add(new Runs(USUAL_TOKENS * 2, 2, processors / 2));
        }
      }
      case DYNAMIC_INT8 -> {} // each text alone
    }
    if (processors > 1) {
      others.add(new Runs(usual.tokens, 2, processors / 2));
      others.add(new Runs(usual.tokens, 1, processors / 2));
    }
    return others;
  }

  /** Whether a run may have this number of texts if the longest has this number of tokens. */
  boolean take(int texts, int longest) {
    return texts == 1 || (long) texts * longest <= tokens;
  }

  /**
   * The same for the last texts, with fewer tokens in a run if there are not enough for a run on
   * each thread. Below a quarter of the tokens a run takes longer for a token.
   *
   * @param texts that wait
   * @param longest the number of tokens of the longest
   */
  Runs sharing(int texts, int longest) {
    long share = Math.ceilDiv((long) texts * longest, atOnce);
    return new Runs(Math.clamp(share, tokens / 4, tokens), threads, atOnce);
  }

  /** The runs of texts that are all known, the longest texts first. */
  List<List<int[]>> of(List<int[]> texts) {
    List<List<int[]>> groups = new ArrayList<>();
    List<int[]> group = new ArrayList<>();
    for (int[] text :
        texts.stream()
            .sorted(Comparator.comparingInt((int[] ids) -> ids.length).reversed())
            .toList()) {
      if (!group.isEmpty() && !take(group.size() + 1, group.getFirst().length)) {
        groups.add(group);
        group = new ArrayList<>();
      }
      group.add(text);
    }
    groups.add(group);
    return groups;
  }

  /** Joined without {@code +}, for which the JVM generates classes before the first vector. */
  @Override
  public String toString() {
    return String.join(
        "",
        tokens == ALONE ? "one text" : counted("up to ", tokens, " tokens"),
        " a run, ",
        atOnce == 1 ? "one run" : counted("", atOnce, " runs"),
        " at once, ",
        threads == 1 ? "one thread" : counted("", threads, " threads"),
        " each");
  }

  private static String counted(String before, int count, String after) {
    return String.join("", before, Integer.toString(count), after);
  }
}
