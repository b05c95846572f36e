package dev.embedctl.provider.local;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Finds the fastest runs of a model on a machine whose speed varies: all take turns, and others
 * replace the usual ones only if they are faster by a twentieth in most rounds.
 */
final class RunsContest {
  private static final int ROUNDS = 5;
  private static final int MOST = ROUNDS / 2 + 1;
  private static final double CLEARLY_FASTER = 1.05;

  /** Where the same runs are once faster than another time by more, other programs are at work. */
  private static final double STEADY = 1.2;

  private final Trial trial;
  private final Duration limit;
  private final LongSupplier nanoTime;

  /** What is measured. */
  interface Trial extends AutoCloseable {

    /** Whether each text has, bit for bit, the vector that it has alone. */
    boolean keepsVectors(Runs runs) throws InterruptedException;

    /** How fast texts are computed. */
    double tokensPerSecond(Runs runs) throws InterruptedException;

    @Override
    void close();
  }

  /**
   * The fastest.
   *
   * @param gain the median of their speeds divided by those of the usual ones
   */
  record Winner(Runs runs, double gain) {}

  /**
   * A contest.
   *
   * @param limit no turn begins later
   */
  RunsContest(Trial trial, Duration limit, LongSupplier nanoTime) {
    this.trial = trial;
    this.limit = limit;
    this.nanoTime = nanoTime;
  }

  /** The fastest runs; empty if there was no time to find out, or the machine was too busy. */
  Optional<Winner> winner(Runs usual, Collection<Runs> others) throws InterruptedException {
    long end = nanoTime.getAsLong() + limit.toNanos();
    List<Double> usualSpeeds = new ArrayList<>();
    Map<Runs, List<Double>> gains = new LinkedHashMap<>();
    for (Runs other : others) {
      if (isOver(end)) {
        return Optional.empty();
      }
      if (trial.keepsVectors(other)) {
        gains.put(other, new ArrayList<>());
      }
    }
    for (int round = 0; round < ROUNDS; round++) {
      List<Runs> left = gains.keySet().stream().filter(other -> canWin(gains.get(other))).toList();
      if (left.isEmpty()) {
        break;
      }
      if (isOver(end)) {
        return Optional.empty();
      }
      double usualSpeed = trial.tokensPerSecond(usual);
      usualSpeeds.add(usualSpeed);
      for (Runs other : left) {
        gains.get(other).add(trial.tokensPerSecond(other) / usualSpeed);
      }
    }
    Optional<Winner> other =
        gains.entrySet().stream()
            .filter(each -> faster(each.getValue()) >= MOST)
            .map(each -> new Winner(each.getKey(), median(each.getValue())))
            .max(Comparator.comparingDouble(Winner::gain));
    return other.isPresent()
        ? other.filter(won -> isSteady(usualSpeeds))
        : Optional.of(new Winner(usual, 1));
  }

  private static boolean isSteady(List<Double> speeds) {
    return Collections.max(speeds) <= STEADY * Collections.min(speeds);
  }

  private boolean isOver(long end) {
    return nanoTime.getAsLong() - end >= 0;
  }

  private static boolean canWin(List<Double> gains) {
    return faster(gains) + ROUNDS - gains.size() >= MOST;
  }

  private static long faster(List<Double> gains) {
    return gains.stream().filter(gain -> gain >= CLEARLY_FASTER).count();
  }

  private static double median(List<Double> gains) {
    return gains.stream().sorted().toList().get(gains.size() / 2);
  }
}
