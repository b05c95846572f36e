package dev.embedctl.cache;

import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder of all vectors of one spec: its {@code meta.json} and, in {@code gen-N}, the log. A
 * process that writes beside another one has a side log in it, {@code log-N-…}, which has the same
 * structure, until its rows are adopted. Leftovers of an unfinished compaction or removal are
 * recognized by their names.
 */
record Namespace(Path folder) {
  private static final String META = "meta.json";
  private static final String ENCODING = "encoding-confirmed";
  private static final String GENERATION = "gen-";
  private static final Pattern GENERATION_NAME = Pattern.compile("gen-(\\d{1,9})");
  private static final String TRASH = "trash-";
  private static final int SLUG_LENGTH = 48;
  private static final int HASH_DIGITS = 16;
  private static final Pattern NAME = Pattern.compile("[a-z0-9.-]+-[0-9a-f]{16}");
  private static final Pattern SIDE_NAME = Pattern.compile("log-(\\d{1,4})-[0-9a-f]{16}");

  /** The namespace of a spec in a cache folder. */
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
      boolean ours = named && !isTrash(path) && !Files.isSymbolicLink(path);
      if (ours && new Namespace(path).isOne()) {
        all.add(new Namespace(path));
      }
    }
    return all;
  }

  /** Completes unfinished removals. Needs an exclusive lock. */
  static void emptyTrash(Path cacheFolder) throws IOException {
    for (Path path : children(cacheFolder)) {
      if (isTrash(path)) {
        CacheFiles.deleteTree(path);
      }
    }
  }

  /** When a file of the namespace was last written. */
  FileTime lastWritten() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      FileTime last = FileTime.fromMillis(0);
      for (Path file : files.toList()) {
        FileTime written = Files.getLastModifiedTime(file);
        last = written.compareTo(last) > 0 ? written : last;
      }
      return last;
    }
  }

  /** The side logs by number. */
  List<Namespace> sides() throws IOException {
    return children(folder).stream()
        .filter(path -> SIDE_NAME.matcher(path.getFileName().toString()).matches())
        .filter(path -> !Files.isSymbolicLink(path))
        .map(Namespace::new)
        .toList();
  }

  /** The side log with a number: the existing one or a new one. */
  Namespace side(int number) throws IOException {
    for (Namespace side : sides()) {
      if (side.number() == number) {
        return side;
      }
    }
    String unique = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    return new Namespace(folder.resolve("log-" + number + "-" + unique));
  }

  /** The number of a side log; the main log is 0. */
  int number() {
    Matcher side = SIDE_NAME.matcher(name());
    return side.matches() ? Integer.parseInt(side.group(1)) : 0;
  }

  /** The cache folder. */
  Path cacheFolder() {
    Path above = folder.toAbsolutePath().getParent();
    return number() == 0 ? above : above.getParent();
  }

  String name() {
    return folder.getFileName().toString();
  }

  boolean exists() {
    return Files.exists(folder.resolve(META));
  }

  /**
   * Reads the meta of the namespace.
   *
   * @throws RunFailed if it is damaged or missing
   */
  NamespaceMeta meta() throws IOException {
    if (!looksLikeOne() && !sides().isEmpty()) {
      return NamespaceMeta.of(sides().getFirst().meta().spec());
    }
    return wholeMeta()
        .orElseThrow(
            () ->
                new RunFailed(
                    "the cache cannot be used, "
                        + folder.resolve(META)
                        + " is damaged or missing: the next batch with its model rebuilds it, or"
                        + " remove the folder"));
  }

  /**
   * The namespace's meta, which is created for a new namespace, and rebuilt from the rows if it is
   * damaged or missing.
   */
  NamespaceMeta metaOrNew(EmbeddingSpec spec, LogSettings settings, SetAside aside)
      throws IOException {
    CacheFiles.createOwnFolder(folder);
    Optional<NamespaceMeta> whole = wholeMeta();
    if (whole.isPresent()) {
      return checked(whole.get(), spec);
    }
    if (looksLikeOne()) {
      return recovered(spec, settings, aside);
    }
    NamespaceMeta meta = NamespaceMeta.of(spec);
    write(meta);
    CacheFiles.forceFolder(folder.toAbsolutePath().getParent());
    return meta;
  }

  /** The namespace's meta for reading; that of an empty namespace if there is none. */
  NamespaceMeta metaOrNone(EmbeddingSpec spec) throws IOException {
    return looksLikeOne() ? checked(meta(), spec) : NamespaceMeta.of(spec);
  }

  /** The meta, if it exists and is intact. */
  private Optional<NamespaceMeta> wholeMeta() throws IOException {
    if (exists()) {
      Optional<NamespaceMeta> meta = NamespaceMeta.read(folder.resolve(META));
      if (meta.isPresent() && namesItsLog(meta.get())) {
        return meta;
      }
    }
    return Optional.empty();
  }

  /** Whether the log of the meta exists or was never created; a copied meta may name another. */
  private boolean namesItsLog(NamespaceMeta meta) throws IOException {
    return generations().isEmpty() // asked first: another process may create the first one now
        || Files.isDirectory(log(meta).folder(), LinkOption.NOFOLLOW_LINKS);
  }

  private NamespaceMeta checked(NamespaceMeta meta, EmbeddingSpec spec) {
    // By name, since the JDK needs 7 ms to create a record's own comparison.
    if (!CacheKeys.nameOf(meta.spec()).equals(CacheKeys.nameOf(spec))) {
      throw new RunFailed(
          "the cache cannot be used, "
              + folder
              + " belongs to another spec: use another "
              + Parameter.CACHE
              + ", or remove that folder");
    }
    return meta;
  }

  private NamespaceMeta recovered(EmbeddingSpec spec, LogSettings settings, SetAside aside)
      throws IOException {
    NamespaceMeta meta = fromRows(spec, settings, aside);
    aside.file(folder.resolve(META));
    write(meta);
    aside.madeAnew(META);
    return meta;
  }

  /** The lost meta, rebuilt from the log if there is only one. */
  private NamespaceMeta fromRows(EmbeddingSpec spec, LogSettings settings, SetAside aside)
      throws IOException {
    List<Integer> generations = generations();
    if (generations.isEmpty()) {
      return NamespaceMeta.of(spec);
    }
    if (generations.size() > 1) {
      // Only the meta contains which of them is complete; a wrong guess would drop the other.
      throw new RunFailed(
          "the cache cannot be used, "
              + folder.resolve(META)
              + " is damaged or missing during a compaction: use another "
              + Parameter.CACHE
              + ", or"
              + " remove one of the gen- folders beside it");
    }
    NamespaceMeta meta = NamespaceMeta.of(spec).withGeneration(generations.getFirst());
    Optional<RowLayout> layout = new LayoutSearch(log(meta), settings).run();
    if (layout.isPresent()) {
      return meta.withLayout(layout.get());
    }
    if (log(meta).segments().isEmpty()) {
      return meta;
    }
    aside.file(log(meta).folder());
    if (Files.exists(log(meta).folder())) {
      throw new IOException(
          "no row of " + log(meta).folder() + " is intact, and it cannot be set aside");
    }
    return meta.nextGeneration();
  }

  private List<Integer> generations() throws IOException {
    List<Integer> numbers = new ArrayList<>();
    for (Path path : children(folder)) {
      Matcher name = GENERATION_NAME.matcher(path.getFileName().toString());
      if (name.matches() && !Files.isSymbolicLink(path)) {
        numbers.add(Integer.parseInt(name.group(1)));
      }
    }
    return numbers;
  }

  /** Whether the server's encoded vectors were compared with its numbers. */
  boolean knowsEncoding() {
    return Files.isRegularFile(folder.resolve(ENCODING), LinkOption.NOFOLLOW_LINKS);
  }

  void confirmEncoding() throws IOException {
    CacheFiles.replace(folder.resolve(ENCODING), new byte[0]);
  }

  void write(NamespaceMeta meta) throws IOException {
    meta.write(folder.resolve(META));
  }

  /** The files of the current generation. */
  LogFiles log(NamespaceMeta meta) {
    return new LogFiles(folder.resolve(GENERATION + meta.generation()));
  }

  /** Removes files that the meta does not name. Needs an exclusive lock. */
  void removeLeftovers(NamespaceMeta meta) throws IOException {
    emptyTrash(folder);
    for (Path path : children(folder)) {
      String name = path.getFileName().toString();
      if (name.startsWith(GENERATION) && !path.equals(log(meta).folder())) {
        CacheFiles.deleteTree(path);
      } else if (CacheFiles.isTemporary(path)) {
        Files.deleteIfExists(path);
      }
    }
  }

  /** The files and folders with damaged data that was set aside. */
  List<Path> setAside(NamespaceMeta meta) throws IOException {
    return Stream.concat(children(folder).stream(), children(log(meta).folder()).stream())
        .filter(SetAside::isMarked)
        .toList();
  }

  /** Removes data that was set aside. Needs an exclusive lock. */
  void removeSetAside(NamespaceMeta meta) throws IOException {
    for (Path path : setAside(meta)) {
      CacheFiles.deleteTree(path);
    }
  }

  /** Removes the namespace: first by renaming it in one step, then its files. */
  void remove() throws IOException {
    Path trash = folder.resolveSibling(TRASH + name());
    CacheFiles.deleteTree(trash);
    CacheFiles.publish(folder, trash);
    CacheFiles.deleteTree(trash);
  }

  /** The size of all files, including the main log. */
  long bytes(NamespaceMeta meta) throws IOException {
    long bytes = log(meta).bytes() + (exists() ? Files.size(folder.resolve(META)) : 0);
    for (Path path : children(folder)) {
      bytes += SetAside.isMarked(path) ? CacheFiles.bytesOf(path) : 0;
    }
    return bytes;
  }

  /** Whether a folder contains logs; other folders in the cache folder are ignored. */
  private boolean isOne() throws IOException {
    return looksLikeOne() || !sides().isEmpty();
  }

  /** Whether a folder contains a main log. */
  private boolean looksLikeOne() throws IOException {
    return exists()
        || children(folder).stream()
            .anyMatch(path -> path.getFileName().toString().startsWith(GENERATION));
  }

  /** The folder may contain other files, if the user named an existing folder. */
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

  /** Written out, since the JVM generates seven classes for the record's own at its first use. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Namespace that && folder.equals(that.folder);
  }

  @Override
  public int hashCode() {
    return folder.hashCode();
  }
}
