package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.embedctl.process.Embedctl.Ended;
import dev.embedctl.testing.ForwardProxy;
import dev.embedctl.testing.OpenAiServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The packages, on a machine on whose PATH there is no Java. */
@EnabledIfSystemProperty(
    named = PackagesIT.PACKAGES,
    matches = ".+",
    disabledReason = "bin/verify -Ppackages makes them")
final class PackagesIT {
  static final String PACKAGES = "embedctl.packages";

  /** What the launcher calls, and no Java. */
  private static final List<String> TOOLS = List.of("dirname", "find", "head", "readlink", "sed");

  /**
   * What libraries could ask of the JDK, for sounds, pictures and javac, and nothing here calls.
   */
  private static final Set<String> NOT_NEEDED = Set.of("java.desktop", "java.compiler");

  @TempDir private static Path unpacked;
  private static final Map<Archive, Path> HOMES = new EnumMap<>(Archive.class);
  @TempDir private Path folder;

  /** Where it is unpacked, once for all tests. */
  private static Path home(Archive archive) {
    return HOMES.computeIfAbsent(archive, one -> one.unpack(packages(), unpacked));
  }

  private static Path packages() {
    return Path.of(System.getProperty(PACKAGES));
  }

  private Embedctl embedctl(Archive archive) throws IOException {
    Path tools = Files.createDirectories(folder.resolve("tools"));
    for (String tool : TOOLS) {
      Path file = tools.resolve(tool);
      Files.writeString(file, "#!/bin/sh\nexec " + Tools.onPath(tool).orElseThrow() + " \"$@\"\n");
      assertTrue(file.toFile().setExecutable(true));
    }
    Embedctl embedctl =
        new Embedctl(folder, home(archive))
            .with("PATH", tools.toString())
            .with("EMBEDCTL_JAVA_HOME", "")
            .with("JAVA_HOME", "");
    return archive.bringsItsJava()
        ? embedctl
        : embedctl.with("EMBEDCTL_JAVA_HOME", System.getProperty("java.home"));
  }

  @ParameterizedTest
  @EnumSource
  void embedsAndTheSecondTimeTakesAllFromTheCache(Archive archive) throws Exception {
    String input = Embedctl.BASE.resolve("samples/notes.txt").toString();

    Ended cold = embedctl(archive).brief().run("batch", input, "-o", "out.jsonl");
    Ended warm = embedctl(archive).brief().run("batch", input, "-o", "out.jsonl");

    assertEquals(new Ended(0, "", ""), cold);
    assertEquals(new Ended(0, "", ""), warm);
    JsonNode metrics = Output.json(folder.resolve("out.jsonl.metrics.json"));
    assertEquals(12, metrics.get("cache_hits").intValue());
  }

  @ParameterizedTest
  @EnumSource
  void saysItsVersionOnTheJavaThatItBrings(Archive archive) throws Exception {
    Ended ended =
        embedctl(archive).with("EMBEDCTL_OPTS", "-XshowSettings:properties").run("--version");

    assertEquals(0, ended.code());
    assertTrue(archive.file(packages()).toString().contains(ended.lines().getFirst().substring(9)));
    String java =
        archive.bringsItsJava()
            ? home(archive).toRealPath().resolve("runtime").toString()
            : System.getProperty("java.home");
    assertTrue(ended.err().contains("java.home = " + java + "\n"), ended::err);
  }

  @ParameterizedTest
  @EnumSource
  void bringsItsManualItsCompletionItsLicencesAndItsBillOfMaterials(Archive archive)
      throws Exception {
    Path home = home(archive);
    Path share = home.resolve("share");
    assertTrue(
        Files.readString(share.resolve("man/man1/embedctl-batch.1")).contains("\\-\\-provider"));
    assertTrue(
        Files.readString(share.resolve("bash-completion/completions/embedctl"))
            .contains("--provider"));
    assertTrue(
        Files.readString(share.resolve("fish/vendor_completions.d/embedctl.fish"))
            .contains("-l provider"));
    assertTrue(Files.readString(share.resolve("recipes/cron.sh")).contains("embedctl batch"));
    assertTrue(Files.readString(home.resolve("NOTICE")).contains("all-MiniLM-L6-v2"));
    assertTrue(Files.readString(home.resolve("LICENSE")).contains("Apache License"));
    Set<String> names = new HashSet<>();
    Output.json(home.resolve("embedctl.cdx.json"))
        .get("components")
        .forEach(component -> names.add(component.get("name").textValue()));
    assertTrue(names.containsAll(Set.of("mapdb", "onnxruntime", "picocli")), names::toString);
  }

  @Test
  void theJavaThatItBringsHasWhatTheProgramsClassesAskFor() throws Exception {
    Path jdk = Path.of(System.getProperty("java.home"), "bin");
    Path home = home(Archive.STANDALONE);
    String asked =
        Tools.said(
            List.of(
                jdk.resolve("jdeps").toString(),
                "--ignore-missing-deps",
                "--multi-release=21",
                "--print-module-deps",
                home.resolve("lib/embedctl.jar").toString()));
    Set<String> needed = new HashSet<>(List.of(asked.strip().split(",")));
    needed.removeAll(NOT_NEEDED);

    String has = Tools.said(List.of(home.resolve("runtime/bin/java").toString(), "--list-modules"));

    Set<String> modules =
        has.lines().map(line -> line.replaceAll("@.*", "")).collect(Collectors.toSet());
    needed.removeAll(modules);
    assertEquals(Set.of(), needed, "missing; it has " + modules);
  }

  @Test
  void theJavaThatItBringsSpeaksTls() throws Exception {
    Path input = Files.writeString(folder.resolve("input.jsonl"), "\"a\"\n");
    try (TlsServer server = new TlsServer(folder);
        ForwardProxy proxy = ForwardProxy.to(server.port())) {
      Ended ended =
          embedctl(Archive.STANDALONE)
              .with("OPENAI_API_KEY", "sk-secret")
              .with("HTTPS_PROXY", "http://user:hush@127.0.0.1:" + proxy.port())
              .with("https_proxy", "")
              .with("NO_PROXY", "other.test")
              .with("no_proxy", "")
              .with("EMBEDCTL_OPTS", server.trustingIt())
              .run(
                  "batch",
                  input.toString(),
                  "--provider=openai",
                  "--model=m",
                  "--base-url=" + TlsServer.BASE_URL);

      assertEquals("", ended.err());
      assertEquals("Bearer sk-secret", server.heard().getFirst("Authorization"));
    }
  }

  @Test
  void theJavaThatItBringsMakesAStartUpCacheAndReadsEachFormat() throws Exception {
    Embedctl embedctl = embedctl(Archive.STANDALONE);
    Ended warmup = embedctl.run("warmup", "--startup-only");
    assertEquals(0, warmup.code(), warmup::err);

    Path log = folder.resolve("classes.log");
    embedctl.with("EMBEDCTL_OPTS", "-Xlog:class+load:file=" + log);
    for (String sample : List.of("products.csv", "glossary.tsv", "messages.jsonl.gz")) {
      String input = Embedctl.BASE.resolve("samples").resolve(sample).toString();
      String field = sample.startsWith("products") ? "description" : "text";
      Ended ended = embedctl.run("batch", input, "--dry-run", "--text-field", field);
      assertEquals(0, ended.code(), ended::err);
    }

    assertTrue(
        Files.readString(log)
            .lines()
            .anyMatch(line -> line.contains(" dev.embedctl.cli.Main ") && line.contains("shared")));
  }

  @ParameterizedTest
  @EnumSource(names = {"STANDALONE", "DEBIAN"})
  void theFirstRunUsesTheStartUpCacheThatItBrings(Archive archive) throws Exception {
    Files.writeString(folder.resolve("in.txt"), "");
    Path log = folder.resolve("classes.log");

    Ended ended =
        embedctl(archive)
            .with("EMBEDCTL_OPTS", "-Xlog:class+load:file=" + log)
            .run("batch", "in.txt", "-o", "out.jsonl", "--cache-only", "-v");

    assertEquals(0, ended.code(), ended::err);
    assertTrue(ended.err().contains("started with the package's start-up cache"), ended::err);
    assertTrue(
        Files.readString(log)
            .lines()
            .anyMatch(line -> line.contains(" dev.embedctl.cli.Main ") && line.contains("shared")));
  }

  @ParameterizedTest
  @EnumSource(names = {"ZIP", "TGZ"})
  void aPackageForEachJavaBringsNone(Archive archive) throws IOException {
    try (Stream<Path> files = Files.list(home(archive).resolve("lib"))) {
      assertEquals(
          List.of("embedctl.jar", "embedctl.jar.sha256"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void theDebianPackageIsOneToDpkg() {
    Path file = Archive.DEBIAN.file(packages());
    home(Archive.DEBIAN);

    String depends =
        Tools.said(List.of("dpkg-deb", "--field", file.toString(), "Package", "Depends"));

    assertEquals("Package: embedctl\nDepends: libc6, libstdc++6\n", depends);
  }

  @Test
  void theSingleJarAsksAProvider() throws Exception {
    Path jar =
        Archive.oneOf(
            Archive.files(packages()).stream()
                .filter(file -> file.getFileName().toString().matches("embedctl-jar-.*\\.jar"))
                .toList());
    Path input = Files.writeString(folder.resolve("input.jsonl"), "\"a\"\n\"b\"\n");
    try (OpenAiServer server = new OpenAiServer(8, Duration.ZERO)) {
      String out =
          Tools.said(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-jar",
                  jar.toString(),
                  "batch",
                  input.toString(),
                  "--no-cache",
                  "--provider=openai",
                  "--model=m",
                  "--base-url=" + server.baseUrl()));

      assertEquals(2, out.lines().count(), out);
    }
  }

  @Test
  void aChecksumStandsBesideEachArchiveAndInWhatThePackageManagersTake() throws Exception {
    String zip = sha256(Archive.ZIP.file(packages()));
    for (Archive archive : Archive.values()) {
      Path file = archive.file(packages());
      assertEquals(
          sha256(file),
          Files.readString(
                  Archive.oneOf(
                      Archive.files(packages().resolve("checksums")).stream()
                          .filter(one -> one.endsWith(file.getFileName() + ".sha256"))
                          .toList()))
              .strip());
    }
    Path prepared = packages().resolve("prepare/embedctl");
    assertTrue(text(prepared.resolve("brew"), "embedctl.rb").contains(zip));
    assertTrue(text(prepared.resolve("scoop"), "embedctl.json").contains(zip));
    assertTrue(text(prepared.resolve("docker"), "Dockerfile").contains("/bin/embedctl warmup"));
  }

  /** Else no two builds give the same bytes. What is not ours has its own build's time. */
  @Test
  void allOfOursInTheJarHasTheTimeThatThePomSays() throws IOException {
    try (ZipFile jar = new ZipFile(home(Archive.TGZ).resolve("lib/embedctl.jar").toFile())) {
      Set<LocalDate> days =
          jar.stream()
              .filter(entry -> entry.getName().matches("(dev/embedctl|picocli)/.*\\.class"))
              .map(entry -> entry.getTimeLocal().toLocalDate())
              .collect(Collectors.toSet());
      assertEquals(Set.of(LocalDate.of(2026, 11, 22)), days);
    }
  }

  private static String text(Path below, String name) throws IOException {
    return Files.readString(
        Archive.oneOf(Archive.files(below).stream().filter(file -> file.endsWith(name)).toList()));
  }

  private static String sha256(Path file) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
