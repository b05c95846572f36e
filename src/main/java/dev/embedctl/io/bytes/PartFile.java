package dev.embedctl.io.bytes;

import dev.embedctl.model.EmbedctlException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The part file of an output, empty at first and locked against other runs. */
final class PartFile {
  private static final int TRIES = 100;

  private final Path path;
  private final FileChannel channel;
  private final Object key;

  private PartFile(Path path, FileChannel channel, Object key) {
    this.path = path;
    this.channel = channel;
    this.key = key;
  }

  FileChannel channel() {
    return channel;
  }

  /**
   * Whether its name still leads to the opened file, and not to a file that someone else put there.
   */
  boolean stillHasItsName() throws IOException {
    return key(path).equals(Optional.of(key));
  }

  /**
   * Opens the file; one that a killed run left behind is overwritten.
   *
   * @throws EmbedctlException.RunFailed if another run writes the same output
   */
  static PartFile open(OutputTarget target) throws IOException {
    // Another run may rename or delete the file between opening and locking it here. The lock would
    // then be on that run's finished output. So check that the name still leads to the same file.
    for (int i = 0; i < TRIES; i++) {
      Optional<PartFile> opened = openOnce(target);
      if (opened.isPresent()) {
        return opened.get();
      }
    }
    throw taken(target);
  }

  private static Optional<PartFile> openOnce(OutputTarget target) throws IOException {
    Path part = target.part();
    Optional<Object> before = key(part);
    FileChannel channel;
    try {
      channel = before.isPresent() ? existing(part) : created(part);
    } catch (FileAlreadyExistsException e) {
      return Optional.empty();
    } catch (NoSuchFileException e) {
      if (Files.isDirectory(target.folder())) {
        return Optional.empty();
      }
      throw e;
    }
    boolean done = false;
    try {
      Optional<Object> expected = before.isPresent() ? before : key(part);
      lock(channel, target);
      if (expected.isEmpty() || !expected.equals(key(part))) {
        return Optional.empty();
      }
      permit(part, target.file());
      channel.truncate(0);
      done = true;
      return Optional.of(new PartFile(part, channel, expected.get()));
    } finally {
      if (!done) {
        channel.close();
      }
    }
  }

  /** Opens the file that a killed run left behind; never follows a link, which may be an attack. */
  private static FileChannel existing(Path part) throws IOException {
    return FileChannel.open(part, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
  }

  private static FileChannel created(Path part) throws IOException {
    return FileChannel.open(
        part,
        Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
        PrivateFile.attributes(part));
  }

  private static void lock(FileChannel channel, OutputTarget target) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw taken(target);
    }
  }

  private static EmbedctlException.RunFailed taken(OutputTarget target) {
    return new EmbedctlException.RunFailed(
        target.given() + ": another run is writing this file; wait for it, or name another output");
  }

  /** The file system's identity of a file; empty if there is no such file. */
  private static Optional<Object> key(Path path) throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      // Not every system has file keys.
      return Optional.of(Objects.requireNonNullElse(attributes.fileKey(), "unknown"));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Sets the permissions of the replaced file, or else the owner's only, since texts and vectors
   * may be confidential.
   */
  private static void permit(Path part, Path replaced) throws IOException {
    if (!PrivateFile.isPosix(part)) {
      return;
    }
    Set<PosixFilePermission> permissions;
    try {
      permissions = Files.getPosixFilePermissions(replaced);
    } catch (NoSuchFileException e) {
      permissions = PrivateFile.PERMISSIONS;
    }
    Files.setPosixFilePermissions(part, permissions);
  }
}
