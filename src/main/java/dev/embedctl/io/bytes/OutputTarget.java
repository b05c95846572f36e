package dev.embedctl.io.bytes;

import dev.embedctl.model.EmbedctlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a path that was given for an output stands for.
 *
 * @param given the path as it was given
 * @param file the file to replace, symbolic links followed
 * @param way whether a whole file can take its place
 */
public record OutputTarget(Path given, Path file, Way way) {
  /** As many as Linux follows. */
  private static final int MAX_LINKS = 40;

  /** How bytes get there. */
  public enum Way {
    /** A regular file, there or not: a whole one takes its place. */
    REPLACED,
    /** A device, a pipe: bytes go straight into it. */
    DIRECT
  }

  /**
   * Looks at the path.
   *
   * @throws EmbedctlException.Usage where it is a folder, or is to lie in one that is not there
   */
  static OutputTarget of(Path given) throws IOException {
    if (Files.isDirectory(given)) {
      throw new EmbedctlException.Usage(given + ": a folder; name a file in it");
    }
    if (Files.exists(given) && !Files.isRegularFile(given)) {
      return new OutputTarget(given, given, Way.DIRECT);
    }
    OutputTarget target = new OutputTarget(given, resolved(given), Way.REPLACED);
    if (!Files.isDirectory(target.folder())) {
      throw new EmbedctlException.Usage(
          given + ": there is no folder " + target.folder() + "; make it first");
    }
    return target;
  }

  /**
   * The file that a path leads to, there or not.
   *
   * @throws EmbedctlException.Usage where its links lead in a circle or cannot be read
   */
  public static Path resolved(Path given) {
    Path file = given;
    for (int i = 0; Files.isSymbolicLink(file); i++) {
      if (i == MAX_LINKS) {
        throw new EmbedctlException.Usage(given + ": symbolic links that lead in a circle");
      }
      try {
        file = file.resolveSibling(Files.readSymbolicLink(file));
      } catch (IOException e) {
        throw new EmbedctlException.Usage(given + ": a link that cannot be read");
      }
    }
    return file.toAbsolutePath();
  }

  /** Where a file grows until it is whole: beside it, since only there a rename is atomic. */
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
