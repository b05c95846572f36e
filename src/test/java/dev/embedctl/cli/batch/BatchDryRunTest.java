package dev.embedctl.cli.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.cache.LogCache;
import dev.embedctl.cache.files.LockTerms;
import dev.embedctl.cli.InProcess;
import dev.embedctl.cli.console.Console;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.testing.OpenAiServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code batch --dry-run} in this process: what it says, and that it does nothing else. */
final class BatchDryRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private OpenAiServer server;
  private String in = "";
  private final Map<String, String> env = new TreeMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void start() throws IOException {
    server = new OpenAiServer(4, Duration.ofMillis(1));
    env.put("XDG_CACHE_HOME", folder.resolve("caches").toString());
    env.put("XDG_CONFIG_HOME", folder.resolve("config").toString());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    return InProcess.run(in, out, err, env, InProcess.home(), arguments);
  }

  /** A {@code batch} against the server. */
  private int batch(String... arguments) {
    List<String> all =
        new ArrayList<>(List.of("batch", "--provider", "openai", "--base-url", server.baseUrl()));
    all.addAll(List.of(arguments));
    return run(all.toArray(String[]::new));
  }

  /** A dry run against the server, which must not notice, in a folder where it must not write. */
  private int dryRun(String... arguments) {
    int calls = server.calls();
    Map<String, String> before = files();
    int code =
        batch(Stream.concat(Stream.of("--dry-run"), Stream.of(arguments)).toArray(String[]::new));
    assertEquals(calls, server.calls(), "nothing is sent");
    assertEquals(before, files(), "nothing is written");
    return code;
  }

  /** All files and folders, with what the files hold. */
  private Map<String, String> files() {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.collect(
          Collectors.toMap(
              path -> folder.relativize(path).toString(),
              BatchDryRunTest::content,
              (a, b) -> a,
              TreeMap::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String content(Path path) {
    try {
      return Files.isDirectory(path)
          ? "a folder"
          : HexFormat.of().formatHex(Files.readAllBytes(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private JsonNode report() throws IOException {
    return JSON.readTree(out.toByteArray());
  }

  private void ownCatalog(String json) throws IOException {
    Path config = Files.createDirectories(folder.resolve("config/embedctl"));
    Files.writeString(config.resolve("catalog.json"), json);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "''a'';''b'';''a''|--no-cache|0|records=3 duplicates=1 texts_to_embed=2 requests=1",
        "''a'';''b'';''a''|--cache-only|1|not_cached=3 texts_to_embed=0 requests=0",
        "''a'';''b'';''a''|--texts-per-request 1|0|requests=2 texts_per_request=1 seconds.likely=1.0",
        "''a'';''b'';''c''|--texts-per-request 1 --concurrency 1|0|seconds.likely=3.0"
            + " seconds.limited_by=concurrency",
        "''a'';'' '';''b''|-v|3|records=3 invalid=1 texts_to_embed=2 invalid_records.0.line=2"
            + " invalid_records.0.code=blank_text",
        "''a'';nonsense|--on-error collect|4|invalid=1 texts_to_embed=1",
        "''a''|--on-error collect|0|invalid=0",
        "''a''|--cache-only --on-error collect|4|not_cached=1",
        "''|-q|0|records=0 texts_to_embed=0 requests=0 seconds.likely=0 longest_text=null",
        "''a''|-o out.jsonl --events e.jsonl --metrics m.json|0|key=not_needed cost_usd=null",
        "''a''|--api-key-env NOWHERE|0|key=missing",
        "{''t'':''abcdefgh''}|--text-field t|0|tokens.counted=false tokens.low=1 tokens.likely=2"
            + " tokens.high=10 model=text-x",
        "a;b|--input-format txt|0|records=2 dry_run=true provider=openai"
      })
  void tellsWhatARunWouldDo(String input, String options, int code, String fields)
      throws IOException {
    in = input.equals("''") ? "" : input.replace("''", "\"").replace(';', '\n') + "\n";
    List<String> all = new ArrayList<>(List.of(options.split(" ")));
    all.replaceAll(word -> word.matches("\\w+\\.jsonl?") ? folder.resolve(word).toString() : word);
    all.addAll(List.of("--model", "text-x"));

    assertEquals(code, dryRun(all.toArray(String[]::new)), this::said);

    for (String field : List.of(fields.split(" "))) {
      String pointer = "/" + field.substring(0, field.indexOf('=')).replace('.', '/');
      assertEquals(
          field.substring(field.indexOf('=') + 1),
          report().at(pointer).asText(),
          () -> pointer + " of " + out);
    }
  }

  @Test
  void tokensAreCountedAndPricedForOpenAisModelsWithoutAKey() throws IOException {
    in = "\"tiktoken is great!\"\n\"tiktoken is great!\"\n\"a\"\n";

    assertEquals(0, run("batch", "--provider", "openai", "--dry-run"));

    assertEquals("", said());
    assertEquals("missing", report().get("key").textValue());
    assertEquals("text-embedding-3-small", report().get("model").textValue());
    assertEquals(
        "{\"counted\":true,\"low\":7,\"likely\":7,\"high\":7}", report().get("tokens").toString());
    assertEquals(0.00000014, report().at("/cost_usd/likely").doubleValue(), 1e-15);
    assertEquals(0.02, report().at("/price/usd_per_million_tokens").doubleValue());

    env.put("OPENAI_API_KEY", "sk-secret");
    assertEquals(0, run("batch", "--provider", "openai", "--dry-run"));
    assertEquals("set", report().get("key").textValue());
    assertTrue(!out.toString(StandardCharsets.UTF_8).contains("sk-secret"));
  }

  @Test
  void aRunOfTheSameInputThenSendsWhatItSaid() throws IOException {
    Random random = new Random(7);
    in =
        IntStream.range(0, 240)
            .mapToObj(i -> "\"text " + random.nextInt(200) + "\"\n")
            .collect(Collectors.joining());
    assertEquals(0, dryRun("--dimensions=4"));
    JsonNode first = report();

    assertEquals(0, batch("--dimensions=4"));

    assertEquals(server.asked().size(), first.get("texts_to_embed").intValue());
    assertEquals(server.calls(), first.get("requests").intValue());
    assertEquals(240 - server.asked().size(), first.get("duplicates").intValue());

    in += "\"new\"\n";
    assertEquals(0, dryRun("--dimensions=4"));
    assertEquals(240, report().get("cache_hits").intValue());
    assertEquals(1, report().get("texts_to_embed").intValue());

    assertEquals(0, dryRun("--dimensions=4", "--refresh"));
    assertEquals(0, report().get("cache_hits").intValue());
    assertEquals(0, dryRun("--dimensions=4", "--no-cache"));
    assertEquals(0, report().get("cache_hits").intValue());
    assertEquals(1, dryRun("--dimensions=4", "--cache-only"));
    assertEquals(1, report().get("not_cached").intValue());
    assertEquals(
        "embedctl: 1 texts are not in the cache, and --cache-only forbids sending them\n", said());
  }

  @Test
  void looksUpBesideAProcessThatWrites() throws IOException {
    in = "\"a\"\n";
    batch("--model", "m");
    EmbeddingSpec spec =
        new EmbeddingSpec(
            "openai",
            server.baseUrl(),
            "m",
            OptionalInt.empty(),
            Optional.empty(),
            Oversize.ERROR,
            "");
    LockTerms atOnce = new LockTerms("a test", Duration.ZERO, holder -> {});
    try (LogCache writer =
        LogCache.open(folder.resolve("caches/embedctl"), spec, atOnce, InstantSource.system())) {
      assertEquals(1, writer.counts().rowsAtOpen());

      assertEquals(0, dryRun("--model", "m", "--cache-wait", "0s"));
    }
    assertEquals("", said());
    assertEquals(1, report().get("cache_hits").intValue());
  }

  @Test
  void anEmptyFolderAsCacheStaysEmpty() throws IOException {
    in = "\"a\"\n";
    Path empty = Files.createDirectory(folder.resolve("empty"));

    assertEquals(0, dryRun("--cache", empty.toString()));

    assertEquals(1, report().get("texts_to_embed").intValue());
  }

  @Test
  void theFirstTwentyInvalidRecordsAreSaidByLineAndTheOthersCounted() throws IOException {
    String input =
        Files.writeString(folder.resolve("in.jsonl"), "\"ok\"\n" + "{\"text\":1}\n".repeat(123))
            .toString();

    assertEquals(3, dryRun(input));

    List<String> lines = said().lines().toList();
    assertEquals(21, lines.size());
    assertTrue(lines.get(0).startsWith("embedctl: " + input + ":2: "), this::said);
    assertTrue(lines.get(19).startsWith("embedctl: " + input + ":21: "), this::said);
    assertEquals("embedctl: and 103 more invalid records", lines.get(20));
    assertEquals(100, report().get("invalid_records").size());
    assertEquals(101, report().at("/invalid_records/99/line").intValue());
    assertEquals(123, report().get("invalid").intValue());
  }

  @Test
  void saysWhereALimitEndsTheRun() throws IOException {
    in = "\"tiktoken is great!\"\n\"a\"\n\"b\"\n\"c\"\n";
    String[] command = {"batch", "--provider", "openai", "--dry-run", "--max-tokens", "8"};

    assertEquals(0, run(command));

    JsonNode limit = report().get("limit");
    assertEquals("--max-tokens 8", limit.get("setting").textValue());
    assertEquals(
        "{\"texts\":3,\"index\":3,\"file\":\"standard input\",\"line\":4}",
        limit.get("ends_run_at").toString());

    command[4] = "--max-cost";
    command[5] = "0.00000016";
    assertEquals(0, run(command));
    assertEquals(3, report().at("/limit/ends_run_at/texts").intValue());
    command[5] = "1";
    assertEquals(0, run(command));
    assertEquals("", said());
    assertTrue(report().at("/limit/ends_run_at").isNull());
    assertEquals(50_000_000, report().at("/limit/tokens").intValue());
  }

  @Test
  void saysThatALimitOfDollarsNeedsAPrice() throws IOException {
    in = "\"a\"\n";

    assertEquals(0, dryRun("--max-cost", "1"));

    assertTrue(said().startsWith("embedctl: a run with --max-cost would be refused: "), this::said);
    assertTrue(report().get("limit").isNull());
    assertEquals(2, batch("--max-cost", "1"), "as the run says too");
  }

  @Test
  void peopleAtATerminalGetATableUnlessTheyAskForJson() throws IOException {
    in = "\"tiktoken is great!\"\n\"a\"\n";
    List<String> command = List.of("batch", "--provider", "openai", "--dry-run", "--max-tokens=6");

    assertEquals(0, runAtTerminal(command));
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    assertTrue(lines.contains("tokens                    7  counted"), lines::toString);
    assertTrue(
        lines.contains(
            "--max-tokens 6 ends the run after about 1 of 2 texts, at record 2 of 2 (standard"
                + " input:2)"),
        lines::toString);

    assertEquals(0, runAtTerminal(Stream.concat(command.stream(), Stream.of("--json")).toList()));
    assertEquals(7, report().at("/tokens/likely").intValue());
  }

  private int runAtTerminal(List<String> command) {
    out.reset();
    err.reset();
    return InProcess.runAt(
        Set.of(Console.Stream.OUT),
        in,
        out,
        err,
        env,
        InProcess.home(),
        command.toArray(String[]::new));
  }

  @Test
  void aLocalModelCountsItsTokensAndCostsNothing() throws IOException {
    in = "\"The cat sits on the mat.\"\n";

    assertEquals(0, run("batch", "--dry-run"));

    assertEquals(
        "{\"counted\":true,\"low\":9,\"likely\":9,\"high\":9}", report().get("tokens").toString());
    assertEquals(0, report().at("/cost_usd/high").intValue());
    assertEquals("not_needed", report().get("key").textValue());
    assertTrue(Files.notExists(folder.resolve("caches")));
  }

  @Test
  void aUsersCatalogPricesTheirOwnServerInEstimatesAndMetrics() throws IOException {
    in = "\"abcd\"\n\"efgh\"\n";
    ownCatalog("{\"openai\":{\"models\":{\"mine\":{\"usd_per_million_tokens\":500000}}}}");

    assertEquals(0, dryRun("--model", "mine"));
    assertEquals(1.0, report().at("/cost_usd/likely").doubleValue());
    assertEquals(
        folder.resolve("config/embedctl/catalog.json").toString(),
        report().at("/price/source").textValue());

    String metrics = folder.resolve("m.json").toString();
    assertEquals(0, batch("--model", "mine", "--metrics", metrics));
    assertEquals(
        1.0,
        JSON.readTree(Path.of(metrics).toFile()).get("estimated_cost_usd").doubleValue(),
        "two tokens, says the server");
  }

  @Test
  void aCatalogThatIsNoneIsAUsageErrorWhereAnApiIsUsedAndNoMatterElsewhere() throws IOException {
    in = "\"a\"\n";
    ownCatalog("{\n\"openai\":{\"models\":{\"mine\":{\"usd\":1}}}}");

    assertEquals(2, batch());
    assertTrue(
        said()
            .startsWith(
                "embedctl: "
                    + folder.resolve("config/embedctl/catalog.json")
                    + ":2: no member 'usd'"),
        this::said);
    assertEquals(1, said().lines().count());
    assertEquals(2, dryRun());
    assertEquals(0, run("batch", "--dry-run"));
  }

  @Test
  void aWrongCommandLineIsStillWrong() {
    in = "\"a\"\n";
    assertEquals(2, dryRun("--chunk-size", "1"));
    assertEquals(2, run("batch", "--dry-run", "--provider", "hal"));
    assertEquals(2, dryRun("--oversize", "truncate", "--model", "unknown"));
    assertEquals(0, out.size());
  }
}
