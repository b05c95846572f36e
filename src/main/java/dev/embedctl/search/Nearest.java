package dev.embedctl.search;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/** The nearest rows of those that were offered; of equally near ones the first. Not thread-safe. */
final class Nearest {
  private static final Comparator<Candidate> BEST_FIRST =
      Comparator.comparingDouble(Candidate::score)
          .reversed()
          .thenComparingInt(Candidate::part)
          .thenComparingLong(Candidate::rowInPart);

  private final int count;
  private final PriorityQueue<Candidate> worstFirst = new PriorityQueue<>(BEST_FIRST.reversed());

  /**
   * A row that may be among the nearest.
   *
   * @param part the part of the output, from 0
   * @param label its label; empty if it is read at the end
   */
  record Candidate(double score, int part, long rowInPart, Optional<Label> label) {}

  /** Keeps this number of rows. */
  Nearest(int count) {
    this.count = count;
  }

  /** A row with a smaller score is not kept. */
  double least() {
    return worstFirst.size() < count ? Double.NEGATIVE_INFINITY : worstFirst.element().score();
  }

  void offer(Candidate candidate) {
    worstFirst.add(candidate);
    if (worstFirst.size() > count) {
      worstFirst.remove();
    }
  }

  void offerAll(Nearest other) {
    other.worstFirst.forEach(this::offer);
  }

  /** The rows kept, the nearest first. */
  List<Candidate> inOrder() {
    return worstFirst.stream().sorted(BEST_FIRST).toList();
  }
}
