package dev.embedctl.provider.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.provider.local.ModelFile.Arithmetic;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shares texts out over runs. */
final class RunsTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 64})
  void anEightBitModelComputesEachTextAlone(int processors) {
    assertEquals(0, Runs.usual(Arithmetic.DYNAMIC_INT8, processors).tokens());
    for (Runs other : Runs.others(Arithmetic.DYNAMIC_INT8, processors)) {
      assertEquals(0, other.tokens());
      assertTrue(other.atOnce() > 0 && other.threads() > 0, other::toString);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 64})
  void noRunsUseMoreThreadsThanThereAreProcessors(int processors) {
    for (Arithmetic arithmetic : Arithmetic.values()) {
      for (Runs other : Runs.others(arithmetic, processors)) {
        int threads = other.atOnce() * other.threads();
        assertTrue(threads > 0 && threads <= processors, other::toString);
        assertFalse(other.equals(Runs.usual(arithmetic, processors)));
      }
    }
  }

  @Test
  void textsOfSimilarLengthShareARun() {
    List<List<Integer>> runs =
        new Runs(12, 1, 1)
            .of(List.of(new int[4], new int[20], new int[1], new int[6], new int[5])).stream()
                .map(run -> run.stream().map(ids -> ids.length).toList())
                .toList();

    assertEquals(List.of(List.of(20), List.of(6, 5), List.of(4, 1)), runs);
  }

  @Test
  void theLastTextsAreSharedOutOverAllThreads() {
    Runs runs = new Runs(256, 1, 4);

    assertEquals(runs, runs.sharing(64, 16));
    assertEquals(new Runs(252, 1, 4), runs.sharing(63, 16));
    assertEquals(new Runs(64, 1, 4), runs.sharing(4, 10), "not less than a quarter");
    assertEquals(new Runs(0, 1, 4), new Runs(0, 1, 4).sharing(100, 10), "each text alone");
  }

  @Test
  void wordsNameTextsThatAreAloneAndSingleThreads() {
    assertEquals(
        "up to 512 tokens a run, 4 runs at once, 2 threads each", new Runs(512, 2, 4).toString());
    assertEquals("one text a run, one run at once, one thread each", new Runs(0, 1, 1).toString());
  }
}
