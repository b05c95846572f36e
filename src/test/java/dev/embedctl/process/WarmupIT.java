package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.process.Embedctl.Ended;
import dev.embedctl.testing.OpenAiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Processes create and use the start-up cache. */
final class WarmupIT {
  private static final String FROM_CACHE = "shared objects file";
  private static final String FROM_JAR = "embedctl.jar";
  private static final String ONLY = "--startup-only";
  private static final int MOST_GENERATED = 420; // 395 on JDK 25

  @TempDir static Path warm;
  private static Ended warmup;

  @TempDir Path folder;

  @BeforeAll
  static void makeIt() throws InterruptedException {
    warmup = new Embedctl(warm).run("warmup", ONLY);
  }

  @Test
  void printsItsPathInOneLine() throws IOException {
    assertEquals(0, warmup.code(), warmup::err);
    assertEquals("", warmup.out());
    assertEquals("embedctl: created the start-up cache: " + made(warm) + "\n", warmup.err());
  }

  @Test
  void theNextRunLoadsItsClassesFromIt() throws Exception {
    assertEquals(FROM_CACHE, sourceOfMain(embedctl(warm)));
  }

  /** A class from elsewhere is found or generated at each start, which takes milliseconds. */
  @Test
  void aRunOfCachedTextsTakesItsClassesFromIt() throws Exception {
    List<String> elsewhere =
        sources(embedctl(warm), cachedTexts(warm)).stream()
            .filter(line -> !line.contains(FROM_CACHE))
            .filter(line -> !line.contains(" jdk.internal.event.")) // the JVM never stores these
            .toList();

    assertEquals(List.of(), elsewhere);
  }

  /** The JVM never stores a switch over types, which a run of new texts needs. */
  @Test
  void aRunOfTheLocalModelTakesItsClassesFromIt() throws Exception {
    Files.writeString(warm.resolve("words.txt"), "a text\nanother text\n");

    List<String> elsewhere =
        sources(embedctl(warm), "batch", "words.txt", "-o", "local.jsonl", "--cache=local").stream()
            .filter(line -> line.contains(FROM_JAR) || line.contains("$$Lambda/"))
            .filter(line -> !line.contains(FROM_CACHE))
            .toList();

    assertEquals(List.of(), elsewhere);
  }

  /** Each of them takes milliseconds, and some open the jar, which takes fifteen. */
  @Test
  void aRunOfCachedTextsNeedsNoLoggerFormatterOrProxy() throws Exception {
    List<String> loaded =
        sources(embedctl(folder), cachedTexts(folder)).stream()
            .filter(line -> !line.contains(FROM_CACHE) || line.contains(" java.util.Formatter "))
            .filter(
                line ->
                    line.contains(" org.slf4j.")
                        || line.contains(" com.github.benmanes.caffeine.cache.BoundedLocalCache ")
                        || line.contains(" java.util.Formatter ")
                        || line.contains(" jdk.proxy"))
            .toList();

    assertEquals(List.of(), loaded);
  }

  /** Without the cache the JVM generates a class for each lambda that a run reaches. */
  @Test
  void withoutItARunOfCachedTextsGeneratesAFewHundredClasses() throws Exception {
    List<String> generated =
        sources(embedctl(folder), cachedTexts(folder)).stream()
            .filter(line -> !line.contains(FROM_CACHE))
            .filter(line -> line.contains("$$Lambda/") || line.contains("__JVM_Lookup"))
            .toList();

    assertTrue(generated.size() <= MOST_GENERATED, () -> generated.size() + ": " + generated);
  }

  /** A command whose texts are in the cache. */
  private static String[] cachedTexts(Path folder) throws Exception {
    Files.writeString(folder.resolve("in.jsonl"), "{\"text\":\"a\"}\n{\"text\":\"b\"}\n");
    List<String> batch =
        new ArrayList<>(List.of("batch", "in.jsonl", "-o", "out.jsonl", "--cache=of-this-test"));
    try (OpenAiServer server = new OpenAiServer(8, Duration.ZERO)) {
      batch.addAll(List.of("--provider=openai", "--model=m", "--base-url=" + server.baseUrl()));
      Ended paid = embedctl(folder).run(batch.toArray(String[]::new));
      assertEquals(0, paid.code(), paid::err);
    }
    batch.add("--cache-only");
    return batch.toArray(String[]::new);
  }

  @Test
  void verboseRunsSayWhetherItIsUsed() throws Exception {
    List<String> run = List.of("batch", "in.txt", "-o", "out.jsonl", "--cache-only", "-v");
    for (Path each : List.of(warm, folder)) {
      Files.writeString(each.resolve("in.txt"), "");
    }

    Ended used = embedctl(warm).run(run.toArray(String[]::new));
    Ended missing = embedctl(folder).run(run.toArray(String[]::new));
    Path file = copy();
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
    Ended stale = embedctl(folder).run(run.toArray(String[]::new));

    assertTrue(used.err().contains("started with the start-up cache"), used::err);
    Ended doctor = embedctl(warm).run("doctor", "-v");
    assertTrue(doctor.err().contains("started with the start-up cache"), doctor::err);
    assertTrue(missing.err().contains("without a start-up cache; embedctl warmup"), missing::err);
    assertTrue(stale.err().contains("belongs to another build"), stale::err);
  }

  @Test
  void withoutItClassesComeFromTheJar() throws Exception {
    assertEquals(FROM_JAR, sourceOfMain(embedctl(folder)));
  }

  @Test
  void printingTheVersionDoesNotUseIt() throws Exception {
    assertEquals(FROM_JAR, sourceOf("dev.embedctl.cli.Main", sources(embedctl(warm), "--version")));
  }

  @Test
  void anEmptyCacheOfVectorsStaysEmpty() throws Exception {
    Ended stats = embedctl(warm).run("cache", "stats");
    assertEquals(0, stats.code(), stats::err);
    assertTrue(stats.out().startsWith("total: 0 vectors, 0 bytes"), stats::out);
  }

  /** The ways to damage a file. */
  enum Damage {
    EMPTY,
    CUT,
    OTHER,
    BITS_TURNED;

    byte[] done(byte[] bytes) {
      Random random = new Random(1);
      return switch (this) {
        case EMPTY -> new byte[0];
        case CUT -> Arrays.copyOf(bytes, bytes.length / 2);
        case OTHER -> {
          random.nextBytes(bytes);
          yield bytes;
        }
        case BITS_TURNED -> {
          int header = 10_000;
          for (int i = 0; i < 2000; i++) {
            bytes[header + random.nextInt(bytes.length - header)] ^= 4;
          }
          yield bytes;
        }
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDamagedCacheIsSilentlyIgnored(Damage damage) throws Exception {
    Path file = copy();
    FileTime time = Files.getLastModifiedTime(file);
    Files.write(file, damage.done(Files.readAllBytes(file)));
    Files.setLastModifiedTime(file, time);

    Ended ended = embedctl(folder).run("cache", "stats");

    assertEquals(0, ended.code());
    assertEquals(1, ended.lines().size(), ended::out);
    assertEquals("", ended.err());
    assertEquals(FROM_JAR, sourceOfMain(embedctl(folder)));
  }

  @Test
  void aCacheOfAnotherJarIsNotUsed() throws Exception {
    for (Duration apart : List.of(Duration.ofMillis(1), Duration.ofMillis(-1))) {
      Path file = copy();
      FileTime jars = Files.getLastModifiedTime(file);
      Files.setLastModifiedTime(file, FileTime.from(jars.toInstant().plus(apart)));

      List<String> sources = sources(embedctl(folder));

      assertEquals(FROM_JAR, sourceOf("dev.embedctl.cli.Main", sources));
      assertEquals(FROM_CACHE, sourceOf("java.lang.Object", sources), "the JDK's own is used");
    }
  }

  /** JDK 25 would run its classes. */
  @Test
  void aCacheOfAnotherJarWithTheSameTimeIsNotUsed() throws Exception {
    Path home = installation();
    Path hash = home.resolve("lib/embedctl.jar.sha256");
    Embedctl installed = new Embedctl(folder, home);
    Files.writeString(hash, "1".repeat(64) + "\n");
    Ended made = installed.run("warmup", ONLY);
    assertEquals(0, made.code(), made::err);
    assertEquals(FROM_CACHE, sourceOfMain(installed));

    Files.writeString(hash, "2".repeat(64) + "\n");

    assertEquals(FROM_JAR, sourceOfMain(installed));
    String notice = notice(installed);
    assertTrue(notice.contains("belongs to another build"), notice);
  }

  /** One with the build's program, whose files beside the jar can be changed. */
  private Path installation() throws IOException {
    Path original = Path.of(System.getProperty("embedctl.home"));
    Path home = Files.createDirectories(folder.resolve("home"));
    Files.createDirectories(home.resolve("bin"));
    for (String script : List.of("embedctl", "find-java.sh", "heap.sh")) {
      Path file = Path.of("bin", script);
      Files.copy(original.resolve(file), home.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
    }
    Path jar = Path.of("lib", "embedctl.jar");
    Files.createDirectories(home.resolve("lib"));
    Files.createSymbolicLink(home.resolve(jar), original.resolve(jar));
    return home;
  }

  @Test
  void aVerboseRunSaysThatTheJvmRejectedIt() throws Exception {
    Path file = copy();
    FileTime time = Files.getLastModifiedTime(file);
    Files.write(file, Damage.BITS_TURNED.done(Files.readAllBytes(file)));
    Files.setLastModifiedTime(file, time);

    assertTrue(notice(embedctl(folder)).contains("did not accept the start-up cache"));
  }

  private String notice(Embedctl embedctl) throws Exception {
    Files.writeString(folder.resolve("in.txt"), "");
    return embedctl
        .with("EMBEDCTL_OPTS", "")
        .run("batch", "in.txt", "-o", "out.jsonl", "--cache-only", "-v")
        .err();
  }

  @Test
  void aCacheOfAnotherJdkIsNotUsed() throws Exception {
    copy();
    Path jdk = Files.createDirectories(folder.resolve("jdk"));
    Path java = Files.createDirectories(jdk.resolve("bin")).resolve("java");
    Files.writeString(
        java, "#!/bin/sh\nexec '" + System.getProperty("java.home") + "/bin/java' \"$@\"\n");
    assertTrue(java.toFile().setExecutable(true));
    for (String version : List.of("25.0.98", "25.0.99", "21.0.99")) {
      Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");

      Embedctl onIt = embedctl(folder).with("EMBEDCTL_JAVA_HOME", jdk.toString());
      assertEquals(FROM_JAR, sourceOfMain(onIt), "not made for " + version);
      Ended made = onIt.with("EMBEDCTL_OPTS", "").run("warmup", ONLY);
      assertEquals(0, made.code(), made::err);
      assertEquals(FROM_CACHE, sourceOfMain(onIt), "made for " + version);
    }
  }

  @Test
  void twoProcessesCanCreateItAtTheSameTime() throws Exception {
    Path other = Files.createDirectories(folder.resolve("other"));
    Embedctl one = embedctl(folder);
    Embedctl two =
        new Embedctl(other).with("XDG_CACHE_HOME", folder.resolve("cache-home").toString());
    Process first = one.start("warmup", ONLY);
    Process second = two.start("warmup", ONLY);

    assertEquals(0, one.ended(first).code(), () -> "one");
    assertEquals(0, two.ended(second).code(), () -> "two");

    assertEquals(FROM_CACHE, sourceOfMain(one));
    try (Stream<Path> beside = Files.list(made(folder).getParent())) {
      assertEquals(List.of(made(folder)), beside.toList(), "nothing else is left");
    }
  }

  @Test
  void anUnwritableFolderIsReportedInOneLine() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));

    Ended ended = embedctl(folder).with("XDG_CACHE_HOME", file.toString()).run("warmup");

    assertEquals(1, ended.code());
    assertEquals("", ended.out());
    assertEquals(1, ended.err().lines().count(), ended::err);
    assertTrue(ended.err().startsWith("embedctl: the start-up cache " + file), ended::err);
  }

  /** On a busy machine there may be no result, and then runs say so. */
  @Test
  void measuresTheLocalModelsAndRunsUseTheResult() throws Exception {
    Path broken = folder.resolve("data/embedctl/models/broken");
    Files.createDirectories(broken);
    Embedctl embedctl = embedctl(folder).with("XDG_DATA_HOME", folder.resolve("data").toString());

    Ended measured = embedctl.run("warmup");

    assertEquals(0, measured.code(), measured::err);
    assertEquals("", measured.out());
    boolean enough = measured.err().contains("all-MiniLM-L6-v2 computes ");
    assertTrue(enough || measured.err().contains("could not be measured"), measured::err);
    assertTrue(measured.err().contains("broken is not measured: "), measured::err);
    Files.writeString(folder.resolve("in.txt"), "a text\n");
    Ended run = embedctl.run("batch", "in.txt", "-o", "out.jsonl", "--no-cache", "-v");
    assertEquals(0, run.code(), run::err);
    assertTrue(
        run.err().contains(enough ? "(measured by embedctl warmup on " : "has not measured"),
        run::err);
    Ended quiet = embedctl.run("batch", "in.txt", "-o", "out2.jsonl", "--no-cache");
    assertFalse(quiet.err().contains("the model computes"), quiet::err);
  }

  private static Embedctl embedctl(Path folder) {
    return new Embedctl(folder);
  }

  /** The file of the cache in its folder. */
  private static Path made(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("cache-home"))) {
      return files.filter(file -> file.toString().endsWith(".aot")).findFirst().orElseThrow();
    }
  }

  /** Copies the cache to the place where a run in this test's folder expects it. */
  private Path copy() throws IOException {
    Path original = made(warm);
    Path copy = folder.resolve(warm.relativize(original));
    Files.createDirectories(copy.getParent());
    Files.deleteIfExists(copy);
    Files.copy(original, copy, StandardCopyOption.COPY_ATTRIBUTES);
    return copy;
  }

  private String sourceOfMain(Embedctl embedctl) throws Exception {
    return sourceOf("dev.embedctl.cli.Main", sources(embedctl));
  }

  private static String sourceOf(String type, List<String> sources) {
    String line =
        sources.stream().filter(one -> one.contains(" " + type + " ")).findFirst().orElseThrow();
    return line.contains(FROM_CACHE) ? FROM_CACHE : line.contains(FROM_JAR) ? FROM_JAR : line;
  }

  private List<String> sources(Embedctl embedctl) throws Exception {
    return sources(embedctl, "cache", "stats");
  }

  /** The source of each class, as the JVM logs it. */
  private List<String> sources(Embedctl embedctl, String... command) throws Exception {
    Path log = folder.resolve("classes.log");
    Ended ended = embedctl.with("EMBEDCTL_OPTS", "-Xlog:class+load:file=" + log).run(command);
    assertEquals(0, ended.code(), ended::err);
    return Files.readAllLines(log);
  }
}
