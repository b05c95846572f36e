package dev.embedctl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.cli.InProcess.Ended;
import dev.embedctl.cli.batch.BatchCommand;
import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.Signals;
import dev.embedctl.testing.OpenAiServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Runs that are told by a file, a profile, variables and the command line. */
final class SettingsRunTest {
  private static final Path GOLDEN =
      Path.of(System.getProperty("embedctl.basedir"), "src/test/resources/golden/config");
  private static final String KEY = "sk-S3CRETS3CRETS3CRET";

  @TempDir private Path folder;
  private InProcess embedctl;
  private Path users;

  @BeforeEach
  void newProgram() throws IOException {
    embedctl = new InProcess(folder);
    users = folder.resolve("config").resolve("embedctl").resolve("config.properties");
    Files.createDirectories(users.getParent());
  }

  private String input() throws IOException {
    return Files.writeString(folder.resolve("in.jsonl"), "{\"body\":\"a\",\"text\":\"b\"}\n")
        .toString();
  }

  private Ended batch(String... more) throws IOException {
    String[] all = new String[more.length + 2];
    all[0] = "batch";
    all[1] = input();
    System.arraycopy(more, 0, all, 2, more.length);
    return embedctl.run(all);
  }

  /** The lines of what is said, each with its place. */
  private List<String> shown(String... more) throws IOException {
    String[] all = new String[more.length + 1];
    all[0] = "--show-config";
    System.arraycopy(more, 0, all, 1, more.length);
    Ended ended = batch(all);
    assertEquals("", ended.err());
    assertEquals(0, ended.code());
    return said(ended);
  }

  private static List<String> said(Ended ended) {
    return ended.lines().stream().filter(line -> !line.startsWith("#") && !line.isEmpty()).toList();
  }

  private static void refused(String message, Ended ended) {
    assertEquals("embedctl: " + message + "\n", ended.err());
    assertEquals("", ended.out());
    assertEquals(2, ended.code());
  }

  @Test
  void eachPlaceIsStrongerThanTheOneBefore() throws IOException {
    Files.writeString(users, "timeout = 1s\n");
    assertEquals(List.of("timeout = 1s"), shown());
    Files.writeString(users, "timeout = 1s\nwork.timeout = 2s\n");
    assertEquals(List.of("timeout = 2s"), shown("--profile", "work"));
    embedctl.with("EMBEDCTL_PROFILE", "work");
    assertEquals(List.of("timeout = 2s"), shown());
    assertEquals(List.of("timeout = 1s"), shown("--profile="));
    embedctl.with("EMBEDCTL_TIMEOUT", "3s");
    assertEquals(List.of("timeout = 3s"), shown());
    assertEquals(List.of("timeout = 4s"), shown("--timeout", "4s"));
  }

  @Test
  void anotherFileIsReadInsteadOfTheUsers() throws IOException {
    Files.writeString(users, "timeout = 1s\ngrace = 1s\n");
    String other = Files.writeString(folder.resolve("other"), "timeout = 2s\n").toString();

    assertEquals(List.of("timeout = 2s"), shown("--config", other));
    assertEquals(List.of("timeout = 1s", "grace = 1s"), shown());
    embedctl.with("EMBEDCTL_CONFIG", other);
    assertEquals(List.of("timeout = 2s"), shown());
    assertEquals(List.of(), shown("--config", "/dev/null"));
  }

  @Test
  void aRunDoesWhatTheFileSays() throws IOException {
    try (OpenAiServer server = new OpenAiServer(4, Duration.ZERO)) {
      Files.writeString(
          users,
          "provider = openai\nbase-url = "
              + server.baseUrl()
              + "\ntext-field = body\nmetadata = text\nwork.model = m2\nquiet = true\n");

      JsonNode line = new ObjectMapper().readTree(batch("--profile", "work").out());
      assertEquals("b", line.get("metadata").get("text").textValue());
      assertEquals(4, line.get("embedding").size());
      String output = folder.resolve("out.jsonl").toString();
      assertEquals(0, batch("--profile=work", "-o", output).code());
      JsonNode metrics =
          new ObjectMapper().readTree(folder.resolve("out.jsonl.metrics.json").toFile());
      assertEquals("m2", metrics.get("model").textValue());
      assertEquals(1, metrics.get("cache_hits").intValue(), "the same text by the same settings");
    }
  }

  /** What is typed counts though a file says what contradicts it, and a run begins. */
  @ParameterizedTest
  @CsvSource({
    "cache = /nowhere/c,   --no-cache",
    "no-cache = true,      --refresh",
    "cache-only = true,    --refresh",
    "max-errors = 5,       --on-error=fail",
    "template = {nothing}, --text-field=body",
    "base-url = http://x,  --provider=local",
    "dimensions = 5,       --provider=local",
    "verbose = true,       --quiet",
  })
  void theCommandLineAlwaysWins(String inFile, String typed) throws IOException {
    Files.writeString(
        users, "provider = openai\non-error = collect\nerrors = e.jsonl\n" + inFile + "\n");

    Ended ended = batch("--dry-run", typed);

    assertEquals("", ended.err());
    assertEquals(0, ended.code());
  }

  @Test
  void aFlagThatAFileSetsIsTakenBackByName() throws IOException {
    Files.writeString(users, "refresh = true\ndry-run = true\n");

    assertEquals(List.of("refresh = false", "dry-run = true"), shown("--refresh=false"));
    assertEquals(List.of("refresh = true", "dry-run = true"), shown("--refresh"));
    assertTrue(batch("--refresh=false", "--no-cache").out().startsWith("{\n  \"dry_run\" : true,"));
  }

  @Test
  void aFlagThatIsTypedAndAFilesStaysSet() throws IOException {
    Files.writeString(users, "dry-run = true\n");
    assertTrue(batch("--dry-run").out().startsWith("{\n  \"dry_run\" : true,"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "timeout = soon      | --timeout soon: not a duration; give one such as 500ms, 30s, 2m, 1h or 7d; see embedctl batch --help",
        "rpm = many          | --rpm many: give a whole number; see embedctl batch --help",
        "refresh = 1         | --refresh 1: give true or false, or no value; see embedctl batch --help",
        "chunk-size = 5      | --chunk-size 5: give 100 to 500",
        "texts-per-request=x | --texts-per-request x: give a number, or auto",
      })
  void aValueIsRefusedAsIfItWereTypedWithTheLineThatSaysIt(String line, String message)
      throws IOException {
    Files.writeString(users, "# mine\n" + line + "\n");
    refused(users + ":2: " + message, batch());

    Files.writeString(users, "p." + line + "\n");
    refused(users + ":1 (profile p): " + message, batch("--profile", "p"));
  }

  @Test
  void aValueOfAVariableIsRefusedByTheVariablesName() throws IOException {
    embedctl.with("EMBEDCTL_CHUNK_SIZE", "5");
    refused("EMBEDCTL_CHUNK_SIZE: --chunk-size 5: give 100 to 500", batch());
    refused("--chunk-size 6: give 100 to 500", batch("--chunk-size", "6"));
  }

  @Test
  void aContradictionInOneFileTellsBothLines() throws IOException {
    Files.writeString(users, "cache = /c\nno-cache = true\n");
    refused(
        "--no-cache contradicts --cache, --refresh and --cache-only; drop one; --cache is from "
            + users
            + ":1; --no-cache is from "
            + users
            + ":2",
        batch());
  }

  @Test
  void aFileThatIsNamedMustBeThere() throws IOException {
    String file = folder.resolve("nowhere").toString();
    refused("--config " + file + ": there is no such file", batch("--config", file));
    embedctl.with("EMBEDCTL_CONFIG", file);
    refused("EMBEDCTL_CONFIG=" + file + ": there is no such file", batch());
  }

  @Test
  void aProfileMustBeThere() throws IOException {
    refused(
        "--profile work: there is no config file with profiles; write "
            + users
            + ", or name another with --config",
        batch("--profile", "work"));
    Files.writeString(users, "home.timeout = 1s\n");
    embedctl.with("EMBEDCTL_PROFILE", "hme");
    refused(
        "EMBEDCTL_PROFILE=hme: there is no such profile in "
            + users
            + " among: home; did you mean 'home'?",
        batch());
  }

  @Test
  void helpIsGivenWhateverTheFileSays() throws IOException {
    Files.writeString(users, "nonsense\n");
    assertEquals(0, embedctl.run("batch", "--help").code());
    assertEquals(0, embedctl.run("cache", "--help").code());
    assertEquals(0, embedctl.run("batch", "--version").code());
    assertEquals(0, embedctl.run("--help").code());
    refused(users + ":1: there is no '='; write name = value", batch());
  }

  @Test
  void aHomeThatIsNoFolderHasNoFile() throws IOException {
    embedctl.with("XDG_CONFIG_HOME", Files.writeString(folder.resolve("null"), "").toString());
    assertEquals(List.of(), shown());
  }

  @Test
  void somebodyElsesVariableIsToldOnceAndNotToTheQuiet() throws IOException {
    embedctl.with("EMBEDCTL_PORT", "tcp://10.0.0.1:80").with("EMBEDCTL_OUR_KEY", KEY);
    embedctl.with("EMBEDCTL_API_KEY_ENV", "EMBEDCTL_OUR_KEY").with("EMBEDCTL_PROVIDER", "openai");

    assertEquals(
        "embedctl: EMBEDCTL_PORT in the environment: no such option, ignored\n",
        batch("--dry-run").err());
    assertEquals("", batch("--dry-run", "-q").err());
  }

  @Test
  void theCacheCommandsTakeWhereItIsAndNoFilterFromTheFile() throws IOException {
    String cache = folder.resolve("its cache").toString();
    Files.writeString(users, "provider = openai\nmodel = m\ncache = " + cache + "\n");

    assertEquals(
        "total: 0 vectors, 0 bytes in " + cache + "\n", embedctl.run("cache", "stats").out());
    assertTrue(
        embedctl.run("cache", "stats", "--cache", folder.toString()).out().endsWith(folder + "\n"));
    assertTrue(
        embedctl.run("cache", "--cache", folder.toString(), "stats").out().endsWith(folder + "\n"));
    assertEquals(
        List.of("cache = " + cache), said(embedctl.run("cache", "clear", "--show-config")));
    Files.writeString(users, "modle = m\n");
    refused(
        users + ":1: there is no option 'modle'; did you mean 'model'?",
        embedctl.run("cache", "stats"));
  }

  @Test
  void aCacheCommandDoesNotTakeAProviderForAFilter() throws IOException {
    batch("--provider=local", "-o", folder.resolve("out.jsonl").toString());
    Files.writeString(users, "provider = openai\n");

    assertTrue(embedctl.run("cache", "clear").out().startsWith("0 vectors kept, 1 rows dropped"));
  }

  @Test
  void theWholeIsShownAsItEverWas() throws IOException {
    Files.writeString(
        users,
        """
        provider = local
        model = /models/mini
        cache = /c
        template = {title}\\n{body}

        work.provider = openai
        work.model = text-embedding-3-large
        work.base-url = http://localhost:8000/v1
        """);
    embedctl
        .with("EMBEDCTL_MAX_COST", "2.50")
        .with("EMBEDCTL_VERSION_OF_OURS", KEY)
        .with("OPENAI_API_KEY", KEY);

    Ended ended =
        embedctl.run("batch", "--profile=work", "--no-cache", "-o", "out.npy", "--show-config");

    assertEquals("", ended.err());
    assertEquals(0, ended.code());
    assertEquals(
        Files.readString(GOLDEN.resolve("shown.expected")),
        ended
            .out()
            .replace(folder.toString(), "FOLDER")
            .replaceFirst("(?s)(# default\n).*?\n\n", "$1...\n\n"));
  }

  @Test
  void everyOptionIsShownOnceAndUnsaidOnesAsCommentsWithTheirDefaults() throws IOException {
    List<String> lines = batch("--timeout=9s", "--show-config").lines();
    CommandSpec batch =
        CommandSpec.forAnnotatedObject(
            new BatchCommand(consoleOfNobody(), new Signals(code -> {})));

    for (OptionSpec option : batch.options()) {
      String name = option.longestName().substring(2);
      long times = lines.stream().filter(line -> line.matches("(# )?" + name + " =.*")).count();
      boolean typedOnly =
          List.of("config", "profile", "show-config", "help", "version").contains(name);
      assertEquals(typedOnly ? 0 : 1, times, name);
    }
    int defaults = lines.indexOf("# default");
    assertTrue(lines.indexOf("timeout = 9s") < defaults);
    assertTrue(lines.indexOf("# concurrency = 10") > defaults);
    assertTrue(lines.indexOf("# refresh = false") > defaults);
    assertTrue(lines.indexOf("# model =") > defaults);
  }

  private Console consoleOfNobody() {
    return new Console(
        InputStream.nullInputStream(),
        OutputStream.nullOutputStream(),
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
        Map.of(),
        Set.of(),
        folder);
  }

  @Test
  void whatIsShownIsAFileThatSaysTheSame() throws IOException {
    Files.writeString(users, "template = {a}\\n{b} = # \\\\ x\nprovider = openai\nwork.rpm = 5\n");
    embedctl.with("EMBEDCTL_CACHE", "C:\\data");
    Ended shown = batch("--profile=work", "--refresh", "--max-errors=5%", "--show-config");
    Path copy = Files.writeString(folder.resolve("copy"), shown.out());
    InProcess elsewhere = new InProcess(folder.resolve("elsewhere"));

    Ended again = elsewhere.run("batch", "--config", copy.toString(), "--show-config");

    assertEquals(said(shown), said(again));
    assertEquals(6, said(again).size(), again::out);
  }

  @Test
  void aShortValueOfAVariableCalledKeyHidesNothing() throws IOException {
    embedctl.with("SORT_KEY", "1");
    assertEquals(List.of("rpm = 10"), shown("--rpm=10"));
  }

  @Test
  void argumentsFromAFileAreExpandedOnce() throws IOException {
    Files.writeString(users, "timeout = 1s\n");
    Path more = Files.writeString(folder.resolve("more"), "body");
    String escaped = "--text-field\n@@" + more + "\n--grace=2s";
    String arguments = "@" + Files.writeString(folder.resolve("arguments"), escaped);

    assertEquals(List.of("text-field = @" + more, "timeout = 1s", "grace = 2s"), shown(arguments));
    assertTrue(batch(arguments, "--dry-run").err().contains("@" + more));
  }

  @Test
  void nothingIsReadNorWrittenWhenSettingsAreShown() throws IOException {
    Ended ended =
        embedctl.run(
            "batch", "nowhere.jsonl", "-o", folder.resolve("o").toString(), "--show-config");
    assertEquals(0, ended.code());
    assertFalse(Files.exists(folder.resolve("o")));
    assertFalse(Files.exists(folder.resolve("caches")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--base-url=https://user:S3CRET@host/v1",
        "--base-url=https://host/v1?key=S3CRET",
        "--model=" + KEY,
        "--model=my-S3CRET-of-no-known-form",
        "--api-key-env=" + KEY,
        "--api-key-env=xS3CRETx",
      })
  void aSecretIsNotShown(String typed) throws IOException {
    embedctl.with("OPENAI_API_KEY", KEY).with("COHERE_API_KEY", "my-S3CRET-of-no-known-form");
    Ended ended = batch(typed, "--provider=openai", "--show-config");

    assertEquals(0, ended.code());
    assertFalse(ended.out().contains("S3CRET"), ended::out);
    assertTrue(ended.out().contains("# command line: not shown, it may hold a secret"), ended::out);
  }

  @Test
  void aSecretInOneOfSeveralAddressesIsNotShown() throws IOException {
    Ended ended =
        batch(
            "--base-url=http://one",
            "--base-url=http://me:S3CRET@other",
            "--provider=openai",
            "--show-config");

    assertEquals(0, ended.code());
    assertFalse(ended.out().contains("S3CRET"), ended::out);
  }

  @Test
  void aRefusedKeyIsInNoStackTrace() throws IOException {
    Files.writeString(users, "api-key = " + KEY + "\n");
    Ended ended = batch("-v");
    assertTrue(ended.err().contains(":1: a key is read from") && ended.err().contains("\tat "));
    assertFalse(ended.err().contains("S3CRET"), ended::err);
  }

  @ParameterizedTest
  @CsvSource({
    "local,        ''",
    "openai,       '# OPENAI_API_KEY (set)'",
    "azure-openai, '# AZURE_OPENAI_API_KEY (not set)'",
    "nobody,       ''",
  })
  void theKeysVariableIsShownAndWhetherItIsSet(String provider, String line) throws IOException {
    embedctl.with("OPENAI_API_KEY", KEY);
    List<String> told =
        batch("--provider", provider, "--show-config").lines().stream()
            .filter(shown -> shown.contains("_API_KEY"))
            .toList();
    assertEquals(line.isEmpty() ? List.of() : List.of(line), told);
  }

  @Test
  void aFilesFailureHasAStackTraceWhereTheFileAsksForIt() throws IOException {
    Files.writeString(users, "verbose = true\nchunk-size = 5\n");
    assertTrue(batch().err().contains("\tat dev.embedctl."), "no stack trace");
  }
}
