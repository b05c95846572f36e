package dev.embedctl.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.jobs.Troubles.Failure;
import dev.embedctl.jobs.Troubles.Kind;
import dev.embedctl.jobs.Troubles.Trouble;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TroublesTest {
  private static final CacheKey TEXT = CacheKey.ofHex("01".repeat(32));
  private static final CacheKey OTHER = CacheKey.ofHex("02".repeat(32));

  @TempDir Path folder;

  private Troubles open() throws IOException {
    return Troubles.open(folder.resolve("failed"), LaneDisk.SYSTEM);
  }

  private static Trouble of(CacheKey key, Troubles troubles) throws IOException {
    return troubles.of(List.of(key)).get(key);
  }

  @Test
  void anotherRunFindsWhatJobsReported() throws IOException {
    try (Troubles troubles = open()) {
      troubles.add(1, Map.of(TEXT, new Failure(Kind.SUSPECTED, "one of them is bad")));
      troubles.add(2, Map.of(TEXT, new Failure(Kind.REFUSED, "this text is bad: \u00e4")));
    }
    try (Troubles troubles = open()) {
      Trouble trouble = of(TEXT, troubles);
      assertTrue(trouble.isRefused());
      assertEquals(2, trouble.attempts());
      assertEquals("this text is bad: \u00e4", troubles.reasonOf(trouble));
      assertEquals(Map.of(), troubles.of(List.of(OTHER)));
    }
  }

  @Test
  void reasonsBehindManyOthersAreFound() throws IOException {
    try (Troubles troubles = open()) {
      troubles.add(1, Map.of(TEXT, new Failure(Kind.FAILED, "x".repeat((1 << 24) + 7))));
      troubles.add(2, Map.of(OTHER, new Failure(Kind.FAILED, "it broke")));
      assertTrue(of(OTHER, troubles).reason() > 1 << 24);
      assertEquals("it broke", troubles.reasonOf(of(OTHER, troubles)));
    }
  }

  @Test
  void aSuspectedTextThatAJobLeftOutIsStillSuspectedForItsFirstReason() throws IOException {
    try (Troubles troubles = open()) {
      troubles.add(1, Map.of(TEXT, new Failure(Kind.SUSPECTED, "one of them is bad")));
      troubles.add(2, Map.of(TEXT, new Failure(Kind.LEFT_OUT, "expired")));
      Trouble trouble = of(TEXT, troubles);
      assertTrue(trouble.isSuspected());
      assertEquals(2, trouble.attempts());
      assertEquals("one of them is bad", troubles.reasonOf(trouble));
    }
  }

  @Test
  void aTextThatGotItsVectorHasNoTrouble() throws IOException {
    try (Troubles troubles = open()) {
      troubles.add(1, Map.of(TEXT, new Failure(Kind.SUSPECTED, "one of them is bad")));
      troubles.settle(List.of(TEXT, OTHER));
      assertFalse(troubles.of(List.of(TEXT, OTHER)).containsKey(TEXT));
    }
  }

  @Test
  void theSameJobCountsOnce() throws IOException {
    try (Troubles troubles = open()) {
      troubles.add(3, Map.of(TEXT, new Failure(Kind.FAILED, "it broke")));
      troubles.add(3, Map.of(TEXT, new Failure(Kind.FAILED, "it broke")));
      assertEquals(1, of(TEXT, troubles).attempts());
    }
  }
}
