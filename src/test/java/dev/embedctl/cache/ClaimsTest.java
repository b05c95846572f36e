package dev.embedctl.cache;

import static dev.embedctl.cache.Samples.AT_ONCE;
import static dev.embedctl.cache.Samples.SMALL;
import static dev.embedctl.cache.Samples.SPEC;
import static dev.embedctl.cache.Samples.keys;
import static dev.embedctl.cache.Samples.vectors;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.VectorCache.Claim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who pays for a text that several want at the same time. */
final class ClaimsTest {
  @TempDir private Path folder;

  private LogCache open() {
    return LogCache.open(folder, SPEC, AT_ONCE, SMALL);
  }

  private Path mainList() {
    return Namespace.of(folder, SPEC).folder().resolve("claims");
  }

  private static Set<CacheKey> set(int from, int to) {
    return Set.copyOf(keys(from, to));
  }

  @Test
  void aTextIsGrantedToOneUntilItGivesItUpAndTheVectorsThatItStoredAreFound() throws IOException {
    try (LogCache first = open();
        LogCache second = open();
        LogCache third = open()) {
      Claim ofFirst = first.claim(keys(0, 10));
      assertEquals(set(0, 10), ofFirst.granted());
      Claim ofSecond = second.claim(keys(5, 15));
      assertEquals(set(10, 15), ofSecond.granted());
      assertEquals(Map.of(), ofSecond.found());
      assertEquals(set(15, 20), third.claim(keys(0, 20)).granted());

      first.store(vectors(5, 8));
      assertEquals(vectors(5, 8), second.claim(keys(5, 10)).found(), "before it is given up");
      ofFirst.close();

      Claim again = second.claim(keys(0, 10));
      assertEquals(vectors(5, 8), again.found());
      Set<CacheKey> rest = new HashSet<>(set(0, 10));
      rest.removeAll(set(5, 8));
      assertEquals(rest, again.granted());
      again.close();
      assertEquals(set(0, 5), first.claim(keys(0, 5)).granted());
    }
  }

  /** Several calls of a service have one cache open. */
  @Test
  void aTextIsGrantedOnceToThoseWhoHaveTheSameCacheOpen() throws IOException {
    try (LogCache cache = open()) {
      Claim first = cache.claim(keys(0, 3));
      assertEquals(set(3, 5), cache.claim(keys(0, 5)).granted());
      first.close();
      assertEquals(set(0, 3), cache.claim(keys(0, 5)).granted());
    }
  }

  @Test
  void whoClosesTheCacheClaimsNothingAndLeavesNoList() throws IOException {
    try (LogCache second = open()) {
      try (LogCache third = open()) {
        assertEquals(set(0, 3), third.claim(keys(0, 3)).granted());
      }
      assertEquals(set(0, 3), second.claim(keys(0, 3)).granted());
      assertTrue(Files.exists(mainList()));
    }
    assertFalse(Files.exists(mainList()));
  }

  @Test
  void aProcessThatIsKilledClaimsNothingAnyMore() throws Exception {
    try (ChildJvm child = ChildJvm.run(ClaimHolder.class, folder.toString(), "7")) {
      assertEquals("7", child.readLine());
      try (LogCache second = open()) {
        assertEquals(set(7, 10), second.claim(keys(0, 10)).granted());

        child.kill();

        assertTrue(Files.exists(mainList()), "it could not remove its list");
        assertEquals(set(0, 7), second.claim(keys(0, 7)).granted());
      }
    }
  }

  @Test
  void whatAKilledProcessClaimedIsNotClaimedByTheNextOneThatHasItsLog() throws Exception {
    try (ChildJvm child = ChildJvm.run(ClaimHolder.class, folder.toString(), "7")) {
      assertEquals("7", child.readLine());
      child.kill();
    }
    assertTrue(Files.exists(mainList()));
    try (LogCache next = open();
        LogCache beside = open()) {
      assertEquals(set(0, 7), beside.claim(keys(0, 7)).granted());
      assertEquals(Set.of(), next.claim(keys(0, 7)).granted());
    }
  }

  @Test
  void aListThatEndsEarlyOrIsNoneClaimsWhatCanBeReadOfIt() throws IOException {
    try (LogCache first = open();
        LogCache second = open()) {
      assertEquals(set(0, 3), first.claim(keys(0, 3)).granted());
      byte[] list = Files.readAllBytes(mainList());
      assertEquals(4 * Long.BYTES, list.length);
      Files.write(mainList(), new byte[] {1, 2, 3});
      assertEquals(set(0, 3), second.claim(keys(0, 3)).granted());
    }
  }

  @Test
  void whereNoListCanBeWrittenAllIsGranted() throws IOException {
    try (LogCache first = open();
        LogCache second = open()) {
      Files.createDirectory(mainList());
      assertEquals(set(0, 3), first.claim(keys(0, 3)).granted());
      assertEquals(set(0, 3), second.claim(keys(0, 3)).granted());
      assertEquals(Set.of(), first.claim(keys(0, 3)).granted(), "this it knows without a list");
    }
  }

  @Test
  void whoOnlyReadsClaimsNothing() throws IOException {
    open().close();
    try (LogCache reader = LogCache.openReadOnly(folder, SPEC, AT_ONCE, InstantSource.system())) {
      assertThrows(IllegalStateException.class, () -> reader.claim(keys(0, 1)));
    }
  }

  @Test
  void aRunThatPaysForAllAgainAsksNobody() throws IOException {
    try (LogCache first = open();
        FreshOnly second = FreshOnly.of(open())) {
      first.store(vectors(0, 2));
      assertEquals(set(2, 3), first.claim(keys(0, 3)).granted());
      assertEquals(set(0, 3), second.claim(keys(0, 3)).granted());
    }
  }
}
