package dev.embedctl.provider.download;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Deletes folders and files in them. */
final class Folders {
  private Folders() {}

  /** Deletes a folder if it exists; of a link to a folder, only the link. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    for (Path each : content(folder)) {
      Files.delete(each);
    }
  }

  /** Deletes the files in a folder that are not wanted. */
  static void keepOnly(Set<Path> wanted, Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    for (Path each : content(folder)) {
      if (Files.isRegularFile(each) && !wanted.contains(each)) {
        Files.delete(each);
      }
    }
  }

  /** A folder and its content, what is deeper first. */
  private static List<Path> content(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.sorted(Comparator.reverseOrder()).toList();
    }
  }
}
