package dev.embedctl.cache;

import static dev.embedctl.cache.Samples.AT_ONCE;
import static dev.embedctl.cache.Samples.SMALL;
import static dev.embedctl.cache.Samples.SPEC;
import static dev.embedctl.cache.Samples.keys;
import static dev.embedctl.cache.Samples.vectors;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.files.CacheLock;
import dev.embedctl.cache.files.LockFile;
import dev.embedctl.cache.files.LockTerms;
import dev.embedctl.model.EmbedctlException.RunFailed;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CacheLockTest {
  private static final String LONG_AGO = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ";

  @TempDir Path folder;

  private LogCache open(LockTerms terms) {
    return LogCache.open(folder, SPEC, terms, SMALL);
  }

  private CacheLock lock(LockFile.Use use) throws IOException {
    return CacheLock.acquire(folder, use, AT_ONCE);
  }

  @Test
  void maintenanceNamesTheWriterInItsWayAndWhatToDo() throws IOException {
    try (LogCache first = open(AT_ONCE)) {
      first.store(vectors(0, 3));
      String message =
          assertThrows(RunFailed.class, () -> lock(LockFile.Use.MAINTAINING)).getMessage();
      assertFalse(message.contains("\n"));
      assertTrue(message.contains(folder.toString()), message);
      assertTrue(message.contains("pid " + ProcessHandle.current().pid()), message);
      assertTrue(message.contains("command embedctl test"), message);
      assertTrue(message.matches(".*started " + LONG_AGO + ".*"), message);
      assertTrue(message.contains("`cache-wait`"), message);
      assertTrue(message.contains("another `cache`"), message);
      assertTrue(message.contains("stop that process"), message);
    }
    try (LogCache again = open(AT_ONCE)) {
      assertEquals(vectors(0, 3), again.lookup(keys(0, 5)));
    }
  }

  @Test
  void aWriterWaitsForMaintenanceAndSaysSoOnce() throws Exception {
    List<String> notices = new ArrayList<>();
    CountDownLatch waiting = new CountDownLatch(1);
    LockTerms patient =
        new LockTerms(
            "embedctl test",
            Duration.ofMinutes(1),
            notice -> {
              notices.add(notice);
              waiting.countDown();
            });
    FutureTask<Boolean> second =
        new FutureTask<>(
            () -> {
              open(patient).close();
              return true;
            });
    try (CacheLock maintenance = lock(LockFile.Use.MAINTAINING)) {
      assertNotNull(maintenance);
      Thread.ofVirtual().start(second);
      waiting.await();
      assertFalse(second.isDone());
    }
    assertTrue(second.get());
    assertEquals(1, notices.size());
    assertTrue(notices.getFirst().contains("pid "), notices.getFirst());
  }

  @Test
  void anInterruptEndsTheWaiting() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    LockTerms patient =
        new LockTerms("embedctl test", Duration.ofMinutes(1), notice -> waiting.countDown());
    FutureTask<Boolean> second =
        new FutureTask<>(
            () -> {
              assertThrows(RunFailed.class, () -> open(patient));
              return Thread.interrupted();
            });
    try (CacheLock maintenance = lock(LockFile.Use.MAINTAINING)) {
      assertNotNull(maintenance);
      Thread thread = Thread.ofVirtual().start(second);
      waiting.await();
      thread.interrupt();
      assertTrue(second.get());
    }
  }

  @Test
  void readersAndWritersShareWithEachOtherButNotWithMaintenance() throws IOException {
    CacheLock reader = lock(LockFile.Use.READING);
    CacheLock other = lock(LockFile.Use.READING);
    CacheLock writer = lock(LockFile.Use.WRITING);
    lock(LockFile.Use.WRITING).close();
    assertThrows(RunFailed.class, () -> lock(LockFile.Use.MAINTAINING));
    writer.close();
    other.close();
    String message =
        assertThrows(RunFailed.class, () -> lock(LockFile.Use.MAINTAINING)).getMessage();
    assertTrue(message.contains("only reads"), message);
    reader.close();
    CacheLock maintenance = lock(LockFile.Use.MAINTAINING);
    assertThrows(RunFailed.class, () -> lock(LockFile.Use.READING));
    assertThrows(RunFailed.class, () -> lock(LockFile.Use.WRITING));
    maintenance.close();
    lock(LockFile.Use.READING).close();
  }

  @Test
  void locksHoldBetweenProcessesAndDieWithThem() throws Exception {
    try (ChildJvm child =
        ChildJvm.run(LockHolder.class, folder.toString(), LockFile.Use.WRITING.name())) {
      assertEquals("held CacheLock", child.readLine());
      String message =
          assertThrows(RunFailed.class, () -> lock(LockFile.Use.MAINTAINING)).getMessage();
      assertTrue(message.contains("pid " + child.pid()), message);
      assertTrue(message.contains("embedctl batch a.jsonl"), message);
      LogCache.openReadOnly(folder, SPEC, AT_ONCE, InstantSource.system()).close();
      open(AT_ONCE).close();
      child.kill();
      lock(LockFile.Use.MAINTAINING).close();
    }
  }

  /** Older versions hold byte 0 alone while they write. */
  @Test
  void anOlderVersionThatWritesKeepsWritersOutButNotReaders() throws Exception {
    try (FileChannel channel =
        FileChannel.open(
            folder.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      FileLock old = channel.lock(0, 1, false);
      assertThrows(RunFailed.class, () -> open(AT_ONCE));
      LogCache.openReadOnly(folder, SPEC, AT_ONCE, InstantSource.system()).close();
      old.release();
      open(AT_ONCE).close();
    }
  }

  @Test
  void maintenanceInAnotherProcessKeepsReadersOut() throws Exception {
    try (ChildJvm child =
        ChildJvm.run(LockHolder.class, folder.toString(), LockFile.Use.MAINTAINING.name())) {
      assertEquals("held CacheLock", child.readLine());
      assertThrows(RunFailed.class, () -> lock(LockFile.Use.READING));
      child.end();
      lock(LockFile.Use.READING).close();
    }
  }

  @Test
  void usingTheCacheTwiceInOneProcessDoesNotLoseItToAnother() throws Exception {
    try (LogCache cache = open(AT_ONCE)) {
      // On POSIX, closing any channel on a file drops all of the process's locks on it.
      open(AT_ONCE).close();
      new CacheMaintenance(folder, AT_ONCE, SMALL).stats();
      try (ChildJvm child =
          ChildJvm.run(LockHolder.class, folder.toString(), LockFile.Use.MAINTAINING.name())) {
        assertEquals(null, child.readLine());
      }
      cache.store(vectors(0, 1));
    }
  }
}
