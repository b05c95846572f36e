package dev.embedctl.cache;

import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
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
 * process that writes beside another one has a log of its own in it, {@code log-N-…}, which is such
 * a folder again, until its rows are adopted. Leftovers of a compaction or a removal that did not
 * end are known by their names.
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
      boolean ours = named && !isTrash(path) && !Files.isSymbolicLink(path);
      if (ours && new Namespace(path).isOne()) {
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

  /** The logs of processes that wrote beside another one, by number. */
  List<Namespace> sides() throws IOException {
    return children(folder).stream()
        .filter(path -> SIDE_NAME.matcher(path.getFileName().toString()).matches())
        .filter(path -> !Files.isSymbolicLink(path))
        .map(Namespace::new)
        .toList();
  }

  /** A log beside the main one, by its number: that which is there, or else a new one. */
  Namespace side(int number) throws IOException {
    for (Namespace side : sides()) {
      if (side.number() == number) {
        return side;
      }
    }
    String unique = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    return new Namespace(folder.resolve("log-" + number + "-" + unique));
  }

  /** The number of a log beside the main one, which is 0. */
  int number() {
    Matcher side = SIDE_NAME.matcher(name());
    return side.matches() ? Integer.parseInt(side.group(1)) : 0;
  }

  /** The cache that holds it. */
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
   * What the namespace's meta says.
   *
   * @throws RunFailed where it cannot be known
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
                        + " is damaged or missing: the next batch with its model makes it anew, or"
                        + " remove the folder"));
  }

  /**
   * The namespace's meta, which is made where there is no namespace yet, and made anew from the
   * rows where it is damaged or missing.
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

  /** The namespace's meta for one who only reads: of an empty one where there is none. */
  NamespaceMeta metaOrNone(EmbeddingSpec spec) throws IOException {
    return looksLikeOne() ? checked(meta(), spec) : NamespaceMeta.of(spec);
  }

  /** The meta, where there is one that is what was written. */
  private Optional<NamespaceMeta> wholeMeta() throws IOException {
    if (exists()) {
      Optional<NamespaceMeta> meta = NamespaceMeta.read(folder.resolve(META));
      if (meta.isPresent() && namesItsLog(meta.get())) {
        return meta;
      }
    }
    return Optional.empty();
  }

  /** Whether the log is there, or none ever was: a meta from elsewhere may name another. */
  private boolean namesItsLog(NamespaceMeta meta) throws IOException {
    return Files.isDirectory(log(meta).folder(), LinkOption.NOFOLLOW_LINKS)
        || generations().isEmpty();
  }

  private NamespaceMeta checked(NamespaceMeta meta, EmbeddingSpec spec) {
    // By what names specs in the cache: a record's own comparison takes the JDK 7 ms to make.
    if (!CacheKeys.nameOf(meta.spec()).equals(CacheKeys.nameOf(spec))) {
      throw new RunFailed(
          "the cache cannot be used, "
              + folder
              + " is another spec's: use another "
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

  /** What the meta must have said: the log knows it, where there is just one. */
  private NamespaceMeta fromRows(EmbeddingSpec spec, LogSettings settings, SetAside aside)
      throws IOException {
    List<Integer> generations = generations();
    if (generations.isEmpty()) {
      return NamespaceMeta.of(spec);
    }
    if (generations.size() > 1) {
      // The meta alone knew which of them is whole; the wrong guess would drop the other.
      throw new RunFailed(
          "the cache cannot be used, "
              + folder.resolve(META)
              + " is damaged or missing and a compaction had not ended: use another "
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
          "no row of " + log(meta).folder() + " is whole, and it cannot be set aside");
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

  /** The files of the generation that the meta names. */
  LogFiles log(NamespaceMeta meta) {
    return new LogFiles(folder.resolve(GENERATION + meta.generation()));
  }

  /** Removes what the meta does not name. Under a lock that keeps all others out. */
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

  /** What was found to be damaged and set aside, files and folders. */
  List<Path> setAside(NamespaceMeta meta) throws IOException {
    return Stream.concat(children(folder).stream(), children(log(meta).folder()).stream())
        .filter(SetAside::isMarked)
        .toList();
  }

  /** Removes what was set aside. Under a lock that keeps all others out. */
  void removeSetAside(NamespaceMeta meta) throws IOException {
    for (Path path : setAside(meta)) {
      CacheFiles.deleteTree(path);
    }
  }

  /** Removes the namespace: gone in one step, and then its files one after another. */
  void remove() throws IOException {
    Path trash = folder.resolveSibling(TRASH + name());
    CacheFiles.deleteTree(trash);
    CacheFiles.publish(folder, trash);
    CacheFiles.deleteTree(trash);
  }

  /** Bytes of all files, those of the main log included. */
  long bytes(NamespaceMeta meta) throws IOException {
    long bytes = log(meta).bytes() + (exists() ? Files.size(folder.resolve(META)) : 0);
    for (Path path : children(folder)) {
      bytes += SetAside.isMarked(path) ? CacheFiles.bytesOf(path) : 0;
    }
    return bytes;
  }

  /** A folder with logs in it; any other that lies in the cache folder is not ours. */
  private boolean isOne() throws IOException {
    return looksLikeOne() || !sides().isEmpty();
  }

  /** A folder with a main log in it. */
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
