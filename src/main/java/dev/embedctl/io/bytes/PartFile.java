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

/** The file beside an output in which it grows, empty at first and locked against other runs. */
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

  /** Whether its name still leads to what was opened: someone else may have put a file there. */
  boolean bearsItsName() throws IOException {
    return key(path).equals(Optional.of(key));
  }

  /**
   * Opens it; what a run that was killed left there is overwritten.
   *
   * @throws EmbedctlException.RunFailed where another run writes the same output
   */
  static PartFile open(OutputTarget target) throws IOException {
    // Another run may rename or delete the file between our opening it and our locking it, and the
    // lock would then be on its finished output. So the name must still lead to the same file.
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

  /** Opens what a killed run left; never through a link that someone else may have put there. */
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
        target.given() + ": another run is writing it; wait for it, or name another output");
  }

  /** What tells files apart, whatever they are called; empty where there is no such file. */
  private static Optional<Object> key(Path path) throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      // Not every system has such a key.
      return Optional.of(Objects.requireNonNullElse(attributes.fileKey(), "unknown"));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** As the file it replaces, or for its owner only: texts and vectors may be confidential. */
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
