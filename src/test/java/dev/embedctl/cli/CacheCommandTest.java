package dev.embedctl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.cli.console.Console;
import dev.embedctl.testing.OpenAiServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The {@code cache} commands on what {@code batch} left. */
final class CacheCommandTest {
  @TempDir private Path folder;
  private OpenAiServer server;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void fill() throws IOException {
    server = new OpenAiServer(4, Duration.ZERO);
    assertEquals(0, batch("one", "caches"));
    assertEquals(0, batch("other", "caches"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private int batch(String model, String cache, String... more) {
    Stream<String> command =
        Stream.of(
            "batch",
            "--provider",
            "openai",
            "--base-url",
            server.baseUrl(),
            "--model",
            model,
            "--cache",
            folder.resolve(cache).toString());
    return run("\"a\"\n\"b\"\n", Stream.concat(command, Stream.of(more)).toArray(String[]::new));
  }

  private int cache(String... arguments) {
    return run("", cacheCommand(arguments));
  }

  private String[] cacheCommand(String... arguments) {
    return Stream.concat(
            Stream.of("cache"),
            Stream.concat(
                Stream.of(arguments), Stream.of("--cache", folder.resolve("caches").toString())))
        .toArray(String[]::new);
  }

  /** A {@code cache} command of a user at a terminal, who answers. */
  private int ask(String answer, String... arguments) {
    out.reset();
    err.reset();
    return InProcess.runAt(
        EnumSet.allOf(Console.Stream.class),
        answer,
        out,
        err,
        Map.of(),
        folder,
        cacheCommand(arguments));
  }

  private int run(String in, String... arguments) {
    out.reset();
    err.reset();
    return InProcess.run(in, out, err, Map.of(), folder, arguments);
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void statsTellsEachModelsVectors() {
    assertEquals(0, cache("stats"));

    List<String> lines = printed().lines().toList();
    assertEquals(3, lines.size(), printed());
    assertTrue(lines.get(0).contains(": 2 vectors of 4 dimensions, "), printed());
    assertTrue(lines.get(2).startsWith("total: 4 vectors, "), printed());
  }

  @Test
  void statsHasSizesForPeopleAndExactOnesForPrograms() throws IOException {
    assertEquals(0, cache("stats"));
    String line = printed().lines().findFirst().orElseThrow();
    assertTrue(line.matches(".*, [\\d,.]+ (bytes|KiB), stored \\d{4}-\\d\\d-\\d\\d"), line);

    assertEquals(0, cache("stats", "--json"));

    JsonNode json = new ObjectMapper().readTree(printed());
    assertEquals(folder.resolve("caches").toString(), json.get("folder").textValue());
    assertEquals(4, json.get("vectors").intValue());
    JsonNode one = json.get("namespaces").get(0);
    assertEquals("openai", one.get("provider").textValue());
    assertEquals(server.baseUrl(), one.get("endpoint").textValue());
    assertEquals(2, one.get("vectors").intValue());
    assertEquals(4, one.get("vector_dimensions").intValue());
    assertTrue(one.get("dimensions").isNull(), printed());
    long bytes = 0;
    for (JsonNode each : json.get("namespaces")) {
      bytes += each.get("bytes").longValue();
    }
    assertEquals(bytes, json.get("bytes").longValue());
  }

  @Test
  void atATerminalClearSaysWhatItWouldDeleteAndAsks() {
    assertEquals(1, ask("n\n", "clear"));

    assertEquals("", printed());
    List<String> lines = said().lines().toList();
    assertEquals(4, lines.size(), said());
    assertTrue(lines.get(0).startsWith("openai one at "), said());
    assertTrue(lines.get(1).matches("openai other at .*: 2 vectors, [\\d,.]+ (bytes|KiB)"), said());
    assertTrue(lines.get(2).startsWith("to be deleted: 4 vectors, "), said());
    assertEquals("Delete them? [y/N] embedctl: nothing was deleted", lines.get(3));
    assertEquals(0, ask("", "stats"));
    assertTrue(printed().contains("total: 4 vectors, "), printed());
  }

  @ParameterizedTest
  @CsvSource({"'', 1", "'\n', 1", "yes please, 1", "Y, 0", "'yes\r\n', 0"})
  void onlyYesIsConsent(String answer, int code) {
    assertEquals(code, ask(answer, "clear", "--model", "one"));

    assertFalse(said().contains("other"), said());
    cache("stats");
    assertTrue(printed().contains("total: " + (code == 0 ? 2 : 4) + " vectors"), printed());
  }

  @Test
  void clearDoesNotAskWhereTheAnswerIsGivenOrNothingIsThere() {
    assertEquals(0, ask("", "clear", "--yes"));
    assertEquals("", said());
    assertTrue(printed().contains("4 rows dropped"), printed());
    assertEquals(0, ask("", "clear"));
    assertEquals("", said());
  }

  @Test
  void aFilterThatMatchesNothingRemovesNothing() {
    cache("stats");
    String before = printed();
    assertEquals(2, cache("clear", "--model", "onne"));
    assertEquals("", printed());
    cache("stats");
    assertEquals(before, printed());
  }

  @Test
  void statsTellsApartWhatDiffersInAnOption() {
    batch("one", "caches", "--dimensions", "4");
    cache("stats");
    List<String> names =
        printed().lines().map(line -> line.replaceFirst(": [\\d,]+ vectors.*", "")).toList();
    assertEquals(names.size(), Set.copyOf(names).size(), printed());
    assertTrue(names.stream().anyMatch(name -> name.endsWith(", --dimensions 4")), printed());
  }

  @Test
  void statsNamesRevisionsOnlyWhereTheyAloneDiffer() {
    batch("one", "caches", "--normalize");
    cache("stats");
    List<String> lines = printed().lines().toList();
    assertEquals(2, lines.stream().filter(line -> line.startsWith("openai one at ")).count());
    assertEquals(1, lines.stream().filter(line -> line.contains(", revision ")).count(), printed());
  }

  @Test
  void verifyFindsADamagedRowAndTheRowIsPaidForAgain() throws IOException {
    assertEquals(0, cache("verify"));
    assertEquals("4 rows, 0 damaged\n", printed());
    try (Stream<Path> files = Files.walk(folder.resolve("caches"))) {
      Path segment =
          files.filter(file -> file.toString().endsWith(".seg")).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(segment);
      bytes[bytes.length - 1] ^= 1;
      Files.write(segment, bytes);
    }

    assertEquals(1, cache("verify"));

    assertTrue(printed().contains("row 1 is damaged"), printed());
    assertTrue(printed().endsWith("4 rows, 1 damaged\n"), printed());
    int calls = server.calls();
    batch("one", "caches");
    batch("other", "caches");
    assertEquals(calls + 1, server.calls());
  }

  @Test
  void clearTakesOneModelOrAll() {
    assertEquals(0, cache("clear", "--model", "one"));
    assertTrue(printed().contains("2 rows dropped"), printed());
    cache("stats");
    assertTrue(printed().contains("total: 2 vectors"), printed());
    assertEquals(0, cache("clear"));
    cache("stats");
    assertTrue(printed().contains("total: 0 vectors"), printed());
  }

  @Test
  void whatExportWroteImportTakesInSoThatNothingIsPaidAgain() throws IOException {
    assertEquals(0, cache("export"));
    assertEquals(4, printed().lines().count());
    Path exported = Files.writeString(folder.resolve("vectors.jsonl"), printed());
    String elsewhere = folder.resolve("elsewhere").toString();

    assertEquals(0, run("", "cache", "import", exported.toString(), "--cache", elsewhere));

    assertEquals("4 vectors added, 0 were in the cache already\n", printed());
    int calls = server.calls();
    assertEquals(0, batch("one", "elsewhere"));
    assertEquals(calls, server.calls());
    assertEquals(3, run("nonsense\n", "cache", "import", "--cache", elsewhere));
    assertTrue(said().startsWith("embedctl: standard input:1: "), said());
  }

  @Test
  void aTableTakesVectorsToAnotherCacheSoThatNothingIsPaidAgain() throws IOException {
    String table = folder.resolve("table").toString();
    assertEquals(0, cache("export", table));
    assertEquals("4 vectors added, 0 were in the table already\n", printed());
    assertEquals(0, cache("export", table, "--model", "one"));
    assertEquals("0 vectors added, 2 were in the table already\n", printed());
    String elsewhere = folder.resolve("elsewhere").toString();

    assertEquals(0, run("", "cache", "import", table, "--cache", elsewhere));

    assertEquals("4 vectors added, 0 were in the cache already\n", printed());
    int calls = server.calls();
    assertEquals(0, batch("one", "elsewhere"));
    assertEquals(calls, server.calls());
  }

  @Test
  void anImportOfAPartlyDamagedTableKeepsTheRestAndEndsWithExitCodeThree() throws IOException {
    Path table = folder.resolve("table");
    cache("export", table.toString());
    Path cut;
    try (Stream<Path> files = Files.walk(table)) {
      cut = files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
    Files.write(cut, new byte[] {'P', 'A', 'R', '1'});
    String elsewhere = folder.resolve("elsewhere").toString();

    assertEquals(3, run("", "cache", "import", table.toString(), "--cache", elsewhere));

    assertEquals("2 vectors added, 0 were in the cache already\n", printed());
    assertTrue(said().startsWith("embedctl: " + cut + ": not a complete Parquet file: "), said());
    assertTrue(said().endsWith("; all other vectors are in the cache now\n"), said());
    assertEquals(1, said().lines().count(), said());
  }

  @Test
  void aFileIsNoTableToExportToAndAFolderWithoutVectorsNoneToImport() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertEquals(2, cache("export", file.toString()));
    assertTrue(said().contains("file: is not a folder"), said());
    assertEquals(3, cache("import", folder.resolve("caches").toString()));
    assertTrue(said().contains("caches: not a cache table"), said());
  }

  @Test
  void compactGivesBackTheRoomOfVectorsThatWereReplaced() {
    run(
        "\"a\"\n",
        "batch",
        "--provider",
        "openai",
        "--base-url",
        server.baseUrl(),
        "--model",
        "one",
        "--refresh",
        "--cache",
        folder.resolve("caches").toString());

    assertEquals(0, cache("compact"));

    assertTrue(printed().contains("1 rows dropped"), printed());
    int calls = server.calls();
    batch("one", "caches");
    assertEquals(calls, server.calls());
  }

  @Test
  void pruneDropsWhatIsOldOrTooMuch() {
    assertEquals(0, cache("prune", "--older-than", "90d"));
    assertTrue(printed().contains(" 0 rows dropped"), printed());
    assertEquals(0, cache("prune", "--max-size", "0"));
    cache("stats");
    assertTrue(printed().contains("total: 0 vectors"), printed());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "prune | cache prune: give --older-than D or --max-size BYTES",
        "prune --max-size much | --max-size much: give a number of bytes, such as 500m or 10g",
        "prune --older-than 3y | --older-than 3y: not a duration; give one such as 500ms, 30s, 2m, 1h or 7d",
        "stats --model one | there is no option --model; see embedctl cache stats --help",
        "import nowhere.jsonl | cannot read nowhere.jsonl: no such file or folder",
        "clear --model onne | --model onne: the cache holds no vectors of it among: one, other; did you mean 'one'?",
        "clear --provider opnai | --provider opnai: the cache holds no vectors of it among: openai; did you mean 'openai'?",
        "prune --max-size 0 --model onne | --model onne: the cache holds no vectors of it",
        "export --model onne | --model onne: the cache holds no vectors of it",
        "stats --cache= | --cache '': it is empty; give a value, or drop it",
        "stats --cache=- | --cache -: standard streams are not supported here; name a file"
      })
  void aWrongCommandLineIsOneLineAndExitCodeTwo(String command, String message) {
    assertEquals(2, cache(command.split(" ")));

    assertTrue(said().startsWith("embedctl: " + message), said());
    assertEquals(1, said().lines().count(), said());
  }
}
