package dev.embedctl.cache;

import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder of all vectors of one spec: its {@code meta.json} and, in {@code gen-N}, the log.
 * Leftovers of a compaction or a removal that did not end are known by their names.
 */
record Namespace(Path folder) {
  private static final String META = "meta.json";
  private static final String GENERATION = "gen-";
  private static final String TRASH = "trash-";
  private static final int SLUG_LENGTH = 48;
  private static final int HASH_DIGITS = 16;
  private static final Pattern NAME = Pattern.compile("[a-z0-9.-]+-[0-9a-f]{16}");

  /** The spec's place in a cache folder. */
  static Namespace of(Path cacheFolder, EmbeddingSpec spec) {
    String slug =
        (spec.provider() + "-" + spec.model())
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9.]+", "-");
    String shortened = slug.substring(0, Math.min(slug.length(), SLUG_LENGTH));
    String hash = CacheKeys.nameOf(spec).substring(0, HASH_DIGITS);
    return new Namespace(cacheFolder.resolve(shortened + "-" + hash));
  }

  /** All namespaces of a cache folder, by name. */
  static List<Namespace> allIn(Path cacheFolder) throws IOException {
    List<Namespace> all = new ArrayList<>();
    for (Path path : children(cacheFolder)) {
      boolean named = NAME.matcher(path.getFileName().toString()).matches();
      if (named && !isTrash(path) && new Namespace(path).looksLikeOne()) {
        all.add(new Namespace(path));
      }
    }
    return all;
  }

  /** Ends removals that were begun. Under a lock that keeps all others out of them. */
  static void emptyTrash(Path cacheFolder) throws IOException {
    for (Path path : children(cacheFolder)) {
      if (isTrash(path)) {
        CacheFiles.deleteTree(path);
      }
    }
  }

  String name() {
    return folder.getFileName().toString();
  }

  boolean exists() {
    return Files.exists(folder.resolve(META));
  }

  NamespaceMeta meta() throws IOException {
    return NamespaceMeta.read(folder.resolve(META));
  }

  /** The namespace's meta, which is made where there is no namespace yet. */
  NamespaceMeta metaOrNew(EmbeddingSpec spec) throws IOException {
    if (exists()) {
      NamespaceMeta meta = meta();
      if (!meta.spec().equals(spec)) {
        throw new RunFailed("the cache cannot be used, " + folder + " is another spec's");
      }
      return meta;
    }
    if (looksLikeOne()) {
      throw new RunFailed(
          "the cache cannot be used, "
              + folder.resolve(META)
              + " is missing beside its vectors: restore it, or remove the folder");
    }
    CacheFiles.createFolder(folder);
    NamespaceMeta meta = NamespaceMeta.of(spec);
    write(meta);
    CacheFiles.forceFolder(folder.toAbsolutePath().getParent());
    return meta;
  }

  void write(NamespaceMeta meta) throws IOException {
    meta.write(folder.resolve(META));
  }

  /** The files of the generation that the meta names. */
  LogFiles log(NamespaceMeta meta) {
    return new LogFiles(folder.resolve(GENERATION + meta.generation()));
  }

  /** Removes what the meta does not name. Under a lock that keeps all others out. */
  void removeLeftovers(NamespaceMeta meta) throws IOException {
    for (Path path : children(folder)) {
      String name = path.getFileName().toString();
      if (name.startsWith(GENERATION) && !path.equals(log(meta).folder())) {
        CacheFiles.deleteTree(path);
      } else if (CacheFiles.isTemporary(path)) {
        Files.deleteIfExists(path);
      }
    }
  }

  /** Removes the namespace: gone in one step, and then its files one after another. */
  void remove() throws IOException {
    Path trash = folder.resolveSibling(TRASH + name());
    CacheFiles.deleteTree(trash);
    CacheFiles.publish(folder, trash);
    CacheFiles.deleteTree(trash);
  }

  /** Bytes of all files, those of the log included. */
  long bytes(NamespaceMeta meta) throws IOException {
    return Files.size(folder.resolve(META)) + log(meta).bytes();
  }

  /** A folder with a log in it; any other that lies in the cache folder is not ours. */
  private boolean looksLikeOne() throws IOException {
    return exists()
        || children(folder).stream()
            .anyMatch(path -> path.getFileName().toString().startsWith(GENERATION));
  }

  /** The folder may hold what is not the cache's, where a user names one that was there. */
  private static boolean isTrash(Path path) {
    String name = path.getFileName().toString();
    return name.startsWith(TRASH) && NAME.matcher(name).matches();
  }

  private static List<Path> children(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList();
    }
  }
}
