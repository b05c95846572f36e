package dev.embedctl.cache.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The file {@code LOCK} of a cache folder, as locked by this process. Byte 0 is shared by all
 * writers, byte 1 by all users of the cache, and both are exclusive for maintenance. Older versions
 * take byte 0 exclusively, so they never write at the same time as this one. The name of the writer
 * follows, for messages. Far after the end of the file there is a place for each log and each turn
 * to claim texts.
 *
 * <p>The system's locks belong to the process, not to a channel: closing any channel of the file
 * drops all of them. So there is one channel for each process and file, and this map of them is the
 * only static state. Channels must be used on threads that are not interrupted.
 */
public final class LockFile {
  /** The purpose of a lock. */
  public enum Use {
    READING,
    WRITING,
    MAINTAINING
  }

  /** The kind of the process that blocks a lock. */
  public enum Blocker {
    /** A writer or maintenance, which the file names. */
    HOLDER,
    /** A reader. */
    READERS
  }

  private static final String NAME = "LOCK";
  private static final int BODY_AT = 2;
  private static final int BODY_BYTES = 4096;
  private static final ReentrantLock GUARD = new ReentrantLock();
  private static final Map<Path, LockFile> OPEN = new HashMap<>();

  private final Path path;
  private final FileChannel channel;
  private Optional<FileLock> writersByte = Optional.empty();
  private Optional<FileLock> usersByte = Optional.empty();
  private int writers;
  private int users;
  private String body = "";

  private LockFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** The result of an attempt: the lock, or the kind and the name of the blocking process. */
  public record Attempt(Optional<LockFile> held, Blocker blocker, String holder) {}

  /** Whether a folder may be locked; one that was never written is not. */
  public static boolean mayExistIn(Path folder) {
    return !Files.notExists(folder.resolve(NAME));
  }

  /** Tries once to lock an existing folder. */
  public static Attempt tryLock(Path folder, Use use, String body) throws IOException {
    GUARD.lock();
    try {
      Path path = folder.toRealPath().resolve(NAME);
      LockFile file = OPEN.get(path);
      if (file == null) {
        file = new LockFile(path, use == Use.READING ? openToRead(path) : open(path));
        OPEN.put(path, file);
      }
      try {
        Optional<Blocker> blocker = file.acquire(use);
        if (blocker.isPresent()) {
          return new Attempt(Optional.empty(), blocker.get(), file.readBody());
        }
        if (use != Use.READING) {
          file.tryToWriteBody(body);
        }
        return new Attempt(Optional.of(file), Blocker.HOLDER, body);
      } finally {
        file.closeIfUnused();
      }
    } finally {
      GUARD.unlock();
    }
  }

  /** Releases a lock of {@link #tryLock} for this use. */
  public void unlock(Use use) throws IOException {
    GUARD.lock();
    try {
      if (use != Use.READING) {
        leaveWriters();
      }
      users--;
      if (users == 0) {
        release(usersByte);
        usersByte = Optional.empty();
      }
    } finally {
      closeIfUnused();
      GUARD.unlock();
    }
  }

  private static FileChannel open(Path path) throws IOException {
    FileChannel channel =
        CacheFiles.open(
            path,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
    if (channel.size() < BODY_AT) {
      writeFirstBytes(channel);
    }
    return channel;
  }

  /** Writes the holder after the locked bytes, since Windows prevents reading locked bytes. */
  private static void writeFirstBytes(FileChannel channel) {
    try {
      CacheFiles.writeFully(channel, ByteBuffer.wrap("# ".getBytes(StandardCharsets.UTF_8)), 0);
    } catch (IOException e) {
      return; // a full disk; bytes beyond the end can be locked too
    }
  }

  /** Opens the file for a reader, which needs no permission to write. */
  private static FileChannel openToRead(Path path) throws IOException {
    try {
      return CacheFiles.open(path, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
    } catch (NoSuchFileException e) {
      return open(path);
    } catch (FileSystemException e) {
      return CacheFiles.open(path, Set.of(StandardOpenOption.READ));
    }
  }

  /**
   * Tries to lock a place exclusively, until it is released or {@link #unlock} ends the process's
   * last use of the file. A place is any number from 2 on; its users define its meaning.
   */
  public Optional<FileLock> tryPlace(long place) throws IOException {
    return tryBytes(place, false);
  }

  private Optional<Blocker> acquire(Use use) throws IOException {
    if (use != Use.READING && !joinWriters(use)) {
      return Optional.of(Blocker.HOLDER);
    }
    if (joinUsers(use)) {
      users++;
      return Optional.empty();
    }
    if (use == Use.READING) {
      return Optional.of(Blocker.HOLDER);
    }
    leaveWriters();
    return Optional.of(use == Use.WRITING ? Blocker.HOLDER : Blocker.READERS);
  }

  private boolean joinWriters(Use use) throws IOException {
    if (writers == 0) {
      writersByte = tryBytes(0, use == Use.WRITING);
    } else if (use == Use.MAINTAINING || !isShared(writersByte)) {
      return false;
    }
    if (writersByte.isEmpty()) {
      return false;
    }
    writers++;
    return true;
  }

  private void leaveWriters() throws IOException {
    writers--;
    if (writers == 0) {
      if (!body.isEmpty() && readBody().equals(body)) {
        channel.truncate(BODY_AT);
      }
      release(writersByte);
      writersByte = Optional.empty();
    }
  }

  private boolean joinUsers(Use use) throws IOException {
    if (users > 0) {
      return use != Use.MAINTAINING && isShared(usersByte);
    }
    usersByte = tryBytes(1, use != Use.MAINTAINING);
    return usersByte.isPresent();
  }

  private static boolean isShared(Optional<FileLock> lock) {
    return lock.map(FileLock::isShared).orElse(false);
  }

  private Optional<FileLock> tryBytes(long position, boolean shared) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock(position, 1, shared));
    } catch (OverlappingFileLockException e) {
      // Held in this process, but not by this class.
      return Optional.empty();
    }
  }

  private static void release(Optional<FileLock> lock) throws IOException {
    if (lock.isPresent()) {
      lock.get().release();
    }
  }

  private void tryToWriteBody(String words) {
    try {
      channel.truncate(BODY_AT);
      body = words;
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      CacheFiles.writeFully(channel, ByteBuffer.wrap(bytes), BODY_AT);
    } catch (IOException e) {
      return; // a full disk; the lock is held, but others cannot read the holder
    }
  }

  private String readBody() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(BODY_BYTES);
    CacheFiles.readFully(channel, bytes, BODY_AT);
    return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
  }

  private void closeIfUnused() throws IOException {
    if (users == 0) {
      OPEN.remove(path);
      channel.close();
    }
  }
}
