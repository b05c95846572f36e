package dev.embedctl.provider.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.provider.local.RunsContest.Winner;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Speeds are written down beforehand, and each turn lasts a second of a clock that the test owns.
 */
final class RunsContestTest {
  private static final Runs USUAL = new Runs(256, 1, 2);
  private static final Runs FEW = new Runs(128, 1, 2);
  private static final Runs MANY = new Runs(512, 1, 2);

  private final Map<Runs, Queue<Double>> speeds = new HashMap<>();
  private final Set<Runs> changing = new HashSet<>();
  private final List<Runs> turns = new ArrayList<>();
  private long nanos;

  private final RunsContest.Trial trial =
      new RunsContest.Trial() {
        @Override
        public boolean keepsVectors(Runs runs) {
          nanos += 1_000_000_000;
          return !changing.contains(runs);
        }

        @Override
        public double tokensPerSecond(Runs runs) {
          nanos += 1_000_000_000;
          turns.add(runs);
          return speeds.get(runs).remove();
        }

        @Override
        public void close() {}
      };

  private void speeds(Runs runs, Double... each) {
    speeds.put(runs, new ArrayDeque<>(List.of(each)));
  }

  private Optional<Winner> winner(int seconds) throws InterruptedException {
    return new RunsContest(trial, Duration.ofSeconds(seconds), () -> nanos)
        .winner(USUAL, List.of(FEW, MANY));
  }

  private Optional<Winner> winner() throws InterruptedException {
    return winner(1000);
  }

  @Test
  void theFastestInMostRoundsWinsByItsMedian() throws Exception {
    speeds(USUAL, 100., 100., 100., 100., 100.);
    speeds(FEW, 106., 106., 106., 106., 106.);
    speeds(MANY, 120., 90., 130., 110., 90.);

    assertEquals(Optional.of(new Winner(MANY, 1.1)), winner());
  }

  @Test
  void aLittleFasterIsNotEnough() throws Exception {
    speeds(USUAL, 100., 100., 100., 100., 100.);
    speeds(FEW, 104., 104., 104., 104., 104.);
    speeds(MANY, 104., 104., 104., 104., 104.);

    assertEquals(Optional.of(new Winner(USUAL, 1)), winner());
  }

  /** A machine that was slow for one turn of the usual runs is too busy for a result. */
  @Test
  void muchFasterInFewRoundsIsNotEnough() throws Exception {
    speeds(USUAL, 50., 50., 100., 100., 100.);
    speeds(FEW, 100., 100., 100., 100., 100.);
    speeds(MANY, 100., 100., 100., 100., 100.);

    assertEquals(Optional.of(new Winner(USUAL, 1)), winner());
  }

  @Test
  void aWinnerDoesNotCountWhereTheUsualRunsAreNotSteady() throws Exception {
    speeds(USUAL, 100., 100., 100., 100., 125.);
    speeds(FEW, 200., 200., 200., 200., 200.);
    speeds(MANY, 90., 90., 90.);

    assertEquals(Optional.empty(), winner());
  }

  @Test
  void whoeverCannotWinAnyMoreGetsNoFurtherTurn() throws Exception {
    speeds(USUAL, 100., 100., 100., 100., 100.);
    speeds(FEW, 90., 90., 90.);
    speeds(MANY, 110., 110., 110., 110., 110.);

    assertEquals(Optional.of(new Winner(MANY, 1.1)), winner());
    assertEquals(
        List.of(USUAL, FEW, MANY, USUAL, FEW, MANY, USUAL, FEW, MANY, USUAL, MANY, USUAL, MANY),
        turns);
  }

  @Test
  void runsThatChangeAVectorTakeNoPartHoweverFastTheyAre() throws Exception {
    speeds(USUAL, 100., 100., 100., 100., 100.);
    speeds(FEW, 106., 106., 106., 106., 106.);
    changing.add(MANY);

    assertEquals(Optional.of(new Winner(FEW, 1.06)), winner());
  }

  @Test
  void whereAllOthersChangeVectorsNothingIsMeasured() throws Exception {
    changing.addAll(List.of(FEW, MANY));

    assertEquals(Optional.of(new Winner(USUAL, 1)), winner());
    assertEquals(List.of(), turns);
  }

  @Test
  void thereIsNoWinnerIfTheTimeIsOver() throws Exception {
    speeds(USUAL, 100., 100., 100., 100., 100.);
    speeds(FEW, 200., 200., 200., 200., 200.);
    speeds(MANY, 200., 200., 200., 200., 200.);

    assertEquals(Optional.empty(), winner(1));
    assertEquals(List.of(), turns);
    assertEquals(Optional.empty(), winner(13));
    assertEquals(12, turns.size(), "four rounds of five");
  }
}
