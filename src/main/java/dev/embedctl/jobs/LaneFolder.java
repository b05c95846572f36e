package dev.embedctl.jobs;

import dev.embedctl.cache.CacheKeys;
import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.cache.files.LockFile;
import dev.embedctl.cache.files.LockFile.Use;
import dev.embedctl.cache.files.OwnedThread;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder of a lane in a cache, for one spec and one list of input files. Only one run at a time
 * has it.
 */
final class LaneFolder implements Closeable {
  /** The folder of all lanes of a cache. */
  static final String LANES = "jobs";

  private static final int NAME_BYTES = 6;
  private static final String LOCK_THREAD = "embedctl-jobs-lock";

  private final Path path;
  private final String user;
  private final LockFile lock;

  private LaneFolder(Path path, String user, LockFile lock) {
    this.path = path;
    this.user = user;
    this.lock = lock;
  }

  /** The name of the lane of a spec and input files, which begins the labels of its jobs. */
  static String nameOf(EmbeddingSpec spec, List<String> inputs) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(CacheKeys.nameOf(spec).getBytes(StandardCharsets.UTF_8));
      for (String input : inputs) {
        digest.update((input + "\n").getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest(), 0, NAME_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * Opens the folder of a lane, which is created if it does not exist.
   *
   * @param user the command, which other runs print
   * @throws RunFailed if another run has it; the message names that run
   */
  static LaneFolder open(Path cacheFolder, String name, String user) throws IOException {
    CacheFiles.createFolder(cacheFolder);
    CacheFiles.createOwnFolder(cacheFolder.resolve(LANES));
    Path path = cacheFolder.resolve(LANES).resolve(name);
    CacheFiles.createOwnFolder(path);
    LockFile.Attempt attempt = tryLock(path, user);
    LockFile lock =
        attempt
            .held()
            .orElseThrow(
                () ->
                    new RunFailed(
                        "another run has the jobs of this input ("
                            + attempt.holder().strip().replaceAll("\\s*\\R\\s*", ", ")
                            + "); wait until it has ended, or stop it"));
    return new LaneFolder(path, user, lock);
  }

  /** The folders of the other lanes of the cache. */
  List<Path> others() throws IOException {
    try (Stream<Path> folders = Files.list(path.getParent())) {
      return folders
          .filter(folder -> !folder.equals(path) && Files.exists(journalIn(folder)))
          .toList();
    }
  }

  /** Opens another lane of the cache, unless a run has it or it is gone. */
  Optional<LaneFolder> other(String name) throws IOException {
    Path other = path.resolveSibling(name);
    Optional<LockFile> held;
    try {
      held = tryLock(other, user).held();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    return held.map(lock -> new LaneFolder(other, user, lock));
  }

  /** The right to make jobs, which one run of a cache has at a time. */
  record Turn(LockFile lock) implements Closeable {
    @Override
    public void close() throws IOException {
      unlock(lock);
    }
  }

  /** Takes the right to make jobs, unless another run has it. */
  Optional<Turn> turn() throws IOException {
    return tryLock(path.getParent(), user).held().map(Turn::new);
  }

  private static LockFile.Attempt tryLock(Path path, String user) throws IOException {
    ProcessHandle self = ProcessHandle.current();
    Instant started = self.info().startInstant().orElseGet(Instant::now);
    String body =
        "pid %d%ncommand %s%nstarted %s%n"
            .formatted(self.pid(), user, started.truncatedTo(ChronoUnit.SECONDS).toString());
    return OwnedThread.once(LOCK_THREAD, () -> LockFile.tryLock(path, Use.MAINTAINING, body));
  }

  Path journal() {
    return journalIn(path);
  }

  static Path journalIn(Path folder) {
    return folder.resolve("journal");
  }

  Path troubles() {
    return path.resolve("failed");
  }

  Path paid() {
    return path.resolve("paid");
  }

  /** The file of a job's lines as they are uploaded. */
  Path lines(int job) {
    return path.resolve("job-" + job + ".jsonl");
  }

  /** The file of the keys of a job's texts. */
  Path keys(int job) {
    return keysIn(path, job);
  }

  static Path keysIn(Path folder, int job) {
    return folder.resolve("job-" + job + ".keys");
  }

  /** Removes the folder, once all else in it is closed. */
  void delete() throws IOException {
    CacheFiles.deleteTree(path);
  }

  @Override
  public void close() throws IOException {
    unlock(lock);
  }

  private static void unlock(LockFile lock) throws IOException {
    OwnedThread.once(
        LOCK_THREAD,
        () -> {
          lock.unlock(Use.MAINTAINING);
          return true;
        });
  }
}
