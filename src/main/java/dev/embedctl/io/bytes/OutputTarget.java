package dev.embedctl.io.bytes;

import dev.embedctl.model.EmbedctlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The file, device or pipe that an output's path names.
 *
 * @param given the given path
 * @param file the file to write, after following symbolic links
 * @param way whether a complete file can replace it
 */
public record OutputTarget(Path given, Path file, Way way) {
  /** The same limit as in Linux. */
  private static final int MAX_LINKS = 40;

  /** How the target is written. */
  public enum Way {
    /** A regular file, existing or not, which a complete file replaces. */
    REPLACED,
    /** A device or a pipe, which is written directly. */
    DIRECT
  }

  /**
   * Finds the target of a path.
   *
   * @throws EmbedctlException.Usage if it is a folder, or its folder does not exist
   */
  static OutputTarget of(Path given) throws IOException {
    if (Files.isDirectory(given)) {
      throw new EmbedctlException.Usage(given + ": is a folder; name a file");
    }
    if (Files.exists(given) && !Files.isRegularFile(given)) {
      return new OutputTarget(given, given, Way.DIRECT);
    }
    OutputTarget target = new OutputTarget(given, resolved(given), Way.REPLACED);
    if (!Files.isDirectory(target.folder())) {
      throw new EmbedctlException.Usage(
          given + ": the folder " + target.folder() + " does not exist; create it first");
    }
    return target;
  }

  /**
   * The file to which a path leads; it may not exist.
   *
   * @throws EmbedctlException.Usage if its links form a cycle or cannot be read
   */
  public static Path resolved(Path given) {
    Path file = given;
    for (int i = 0; Files.isSymbolicLink(file); i++) {
      if (i == MAX_LINKS) {
        throw new EmbedctlException.Usage(given + ": the symbolic links form a cycle");
      }
      try {
        file = file.resolveSibling(Files.readSymbolicLink(file));
      } catch (IOException e) {
        throw new EmbedctlException.Usage(given + ": the symbolic link cannot be read");
      }
    }
    return file.toAbsolutePath();
  }

  /**
   * The file that is written until it is complete. It is in the same folder, since a rename is
   * atomic only there.
   */
  public static Path partOf(Path file) {
    return file.resolveSibling(file.getFileName() + ".part");
  }

  Path part() {
    return partOf(file);
  }

  Path folder() {
    return file.getParent();
  }
}
