package dev.embedctl.cache.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Creates, replaces and removes files of the cache, readable by the user only, and atomically. */
public final class CacheFiles {
  private static final String TEMPORARY = ".tmp";

  /** Opens the log's files; tests replace it by a failing disk. */
  @FunctionalInterface
  public interface Opener {
    FileChannel open(Path file, Set<? extends OpenOption> options) throws IOException;
  }

  private CacheFiles() {}

  /** Creates a folder and its parents if they do not exist. */
  public static void createFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder, permissions(folder, "rwx------"));
    }
  }

  /** Creates a folder in the cache if it does not exist; does not follow a link. */
  public static void createOwnFolder(Path folder) throws IOException {
    refuseLink(folder);
    createFolder(folder);
  }

  /** Opens a file of the cache; does not follow a link. */
  public static FileChannel open(Path file, Set<? extends OpenOption> options) throws IOException {
    Set<OpenOption> all = new HashSet<>(options);
    if (options.contains(StandardOpenOption.WRITE)) {
      refuseLink(file);
      all.add(LinkOption.NOFOLLOW_LINKS);
    }
    return FileChannel.open(file, all, permissions(file, "rw-------"));
  }

  private static void refuseLink(Path file) throws IOException {
    if (Files.isSymbolicLink(file)) {
      throw new FileSystemException(
          file.toString(), null, "a link in the cache, which is not followed; remove it");
    }
  }

  /** Replaces the content of a file; after a crash it has the old or the new content. */
  public static void replace(Path file, byte[] content) throws IOException {
    Path temporary = temporaryOf(file);
    Files.deleteIfExists(temporary);
    try (FileChannel channel =
        open(temporary, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
      writeFully(channel, ByteBuffer.wrap(content), 0);
      channel.force(true);
    }
    publish(temporary, file);
  }

  /** The temporary name of a file while it is written. */
  public static Path temporaryOf(Path file) {
    return file.resolveSibling(file.getFileName() + TEMPORARY);
  }

  public static boolean isTemporary(Path file) {
    return file.getFileName().toString().endsWith(TEMPORARY);
  }

  /** Renames a forced temporary file to its final name. */
  public static void publish(Path temporary, Path file) throws IOException {
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    forceFolder(file.toAbsolutePath().getParent());
  }

  /** Forces the names in a folder to the disk, if the system supports it. */
  public static void forceFolder(Path folder) throws IOException {
    if (isPosix(folder)) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /** Writes all of the buffer from a position of the file on. */
  public static void writeFully(FileChannel channel, ByteBuffer buffer, long position)
      throws IOException {
    long at = position;
    while (buffer.hasRemaining()) {
      at += channel.write(buffer, at);
    }
  }

  /** Fills the buffer from a position of the file on, up to the end of the file. */
  public static void readFully(FileChannel channel, ByteBuffer buffer, long position)
      throws IOException {
    long at = position;
    while (buffer.hasRemaining()) {
      int read = channel.read(buffer, at);
      if (read < 0) {
        return;
      }
      at += read;
    }
  }

  /** Removes a folder and its content; another process may remove it at the same time. */
  public static void deleteTree(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.deleteIfExists(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** The size of all files below a folder; another process may remove it meanwhile. */
  public static long bytesOf(Path folder) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        bytes += sizeOf(file);
      }
    } catch (NoSuchFileException e) {
      return bytes;
    } catch (UncheckedIOException e) {
      if (!(e.getCause() instanceof NoSuchFileException)) {
        throw e.getCause();
      }
    }
    return bytes;
  }

  /** The size of a regular file; another process may remove it meanwhile. */
  private static long sizeOf(Path file) throws IOException {
    try {
      return Files.isRegularFile(file) ? Files.size(file) : 0;
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  /** The identity of a file regardless of its name; empty if there is no file. */
  public static Optional<Object> identity(Path file) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      // Not every system has such a key.
      return Optional.of(Objects.requireNonNullElse(attributes.fileKey(), "unknown"));
    } catch (FileSystemException e) {
      return Optional.empty(); // also if there is a file instead of a folder
    }
  }

  /** The reason of a failure in words, since many messages are only the file's name. */
  public static String reason(IOException failure) {
    return switch (failure) {
      case AccessDeniedException e -> "permission denied (" + e.getFile() + ")";
      case NoSuchFileException e -> "no such file (" + e.getFile() + ")";
      case NotDirectoryException e -> "not a folder (" + e.getFile() + ")";
      case FileAlreadyExistsException e -> "a file exists at this place (" + e.getFile() + ")";
      case FileSystemException e when e.getReason() != null ->
          e.getReason() + " (" + e.getFile() + ")";
      default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
    };
  }

  private static FileAttribute<?>[] permissions(Path path, String permissions) {
    return isPosix(path)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
