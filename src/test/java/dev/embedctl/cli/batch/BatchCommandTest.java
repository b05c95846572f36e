package dev.embedctl.cli.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.cli.InProcess;
import dev.embedctl.testing.NpyArray;
import dev.embedctl.testing.OpenAiServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The {@code batch} command in this process: what it says, writes and returns. */
final class BatchCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private OpenAiServer server;
  private String in = "";
  private final Map<String, String> env = new TreeMap<>();
  private ByteArrayOutputStream out = new ByteArrayOutputStream();
  private ByteArrayOutputStream err = new ByteArrayOutputStream();

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
    return run(out, arguments);
  }

  private int run(OutputStream stdout, String... arguments) {
    out.reset();
    err.reset();
    return InProcess.run(in, stdout, err, env, InProcess.home(), arguments);
  }

  /** A {@code batch} against the server. */
  private int batch(String... arguments) {
    return run(served(arguments));
  }

  private String[] served(String... arguments) {
    List<String> all = new ArrayList<>(List.of("batch", "--provider", "openai"));
    all.addAll(List.of(arguments));
    if (!all.contains("--base-url")) {
      all.addAll(List.of("--base-url", server.baseUrl()));
    }
    if (!all.contains("--model")) {
      all.addAll(List.of("--model", "m"));
    }
    return all.toArray(String[]::new);
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private List<JsonNode> written() throws IOException {
    return json(out.toString(StandardCharsets.UTF_8));
  }

  private static List<JsonNode> json(String lines) throws IOException {
    List<JsonNode> values = new ArrayList<>();
    for (String line : lines.lines().toList()) {
      values.add(JSON.readTree(line));
    }
    return values;
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content).toString();
  }

  @Test
  void readsSeveralInputsInOneRun() throws IOException {
    file("b.csv", "text\nsecond\nfirst\n");
    String lines = file("z.jsonl", "\"first\"\n");

    assertEquals(0, batch(lines, folder + "/*.csv", lines, "--metadata", "@file,@line"));

    assertEquals("", said());
    List<JsonNode> rows = written();
    assertEquals(List.of(0, 1, 2, 3), rows.stream().map(row -> row.get("index").asInt()).toList());
    assertEquals(
        List.of("z.jsonl:1", "b.csv:2", "b.csv:3", "z.jsonl:1"),
        rows.stream()
            .map(row -> row.get("metadata"))
            .map(
                place ->
                    Path.of(place.get("@file").asText()).getFileName()
                        + ":"
                        + place.get("@line").asInt())
            .toList());
    assertEquals(rows.get(0).get("embedding"), rows.get(2).get("embedding"));
    assertEquals(Map.of("first", 1, "second", 1), server.asked());
  }

  @Test
  void readsATableAsItsOptionsDescribeIt() throws IOException {
    String table = file("a.csv", "1|'a|b'|x\n2|c|\\N\n3|d|y\n4|e|z\n");
    String[] form = {
      "--delimiter",
      "|",
      "--quote",
      "'",
      "--no-header",
      "--null",
      "\\N",
      "--encoding",
      "latin1",
      "--text-field",
      "2",
      "--id-field",
      "1",
      "--skip",
      "1",
      "--limit",
      "2"
    };
    List<String> all = new ArrayList<>(List.of(form));
    all.addAll(List.of(table, "-o", folder.resolve("out.jsonl").toString(), "--metadata", "3"));

    assertEquals(0, batch(all.toArray(String[]::new)), this::said);

    List<JsonNode> rows = json(Files.readString(folder.resolve("out.jsonl")));
    assertEquals(List.of(1, 2), rows.stream().map(row -> row.get("index").asInt()).toList());
    assertEquals(List.of("2", "3"), rows.stream().map(row -> row.get("id").asText()).toList());
    assertTrue(rows.getFirst().get("metadata").get("3").isNull());
    assertEquals(Map.of("c", 1, "d", 1), server.asked());
    List<String> check = new ArrayList<>(List.of(form));
    check.addFirst("verify");
    check.addAll(List.of(folder.resolve("out.jsonl").toString(), "--input", table));
    assertEquals(0, run(check.toArray(String[]::new)), this::said);
  }

  @Test
  void embedsEachFileOfAFolderAsAText() throws IOException {
    Files.createDirectories(folder.resolve("docs/deep"));
    file("docs/a.md", "one\ntwo\n");
    file("docs/deep/b.rst", "three");
    file("docs/empty.md", " \n");
    file("docs/.gitignore", "*.tmp\n");
    file("docs/c.tmp", "four");

    assertEquals(0, batch(folder + "/docs", "--input-format", "files"), this::said);

    String docs = folder.resolve("docs").toString().replace('\\', '/');
    assertEquals(
        List.of(docs + "/a.md", docs + "/deep/b.rst"),
        written().stream().map(row -> row.get("id").asText()).toList());
    assertEquals(Map.of("one\ntwo\n", 1, "three", 1), server.asked());
  }

  @Test
  void namesTheFileOfABadRecordAmongSeveral() throws IOException {
    String good = file("a.jsonl", "\"first\"\n");
    String bad = file("b.jsonl", "\"second\"\n17\n");

    assertEquals(3, batch(good, bad));

    assertTrue(said().startsWith("embedctl: " + bad + ":2: "), this::said);
    assertEquals(0, server.calls());
  }

  @Test
  void refusesAnOutputThatIsOneOfTheInputs() throws IOException {
    String first = file("a.jsonl", "\"first\"\n");
    String second = file("b.jsonl", "\"second\"\n");

    assertEquals(2, batch(first, second, "-o", second));
    assertTrue(said().contains("are one file"), this::said);
    assertEquals(2, batch(folder.toString(), "-o", second));
    assertTrue(said().contains("are one file"), this::said);
    assertEquals(3, batch(first, folder + "/none.jsonl"));
    assertTrue(said().contains("none.jsonl: no such file"), this::said);
    assertEquals(0, server.calls());
  }

  @Test
  void verifiesAnOutputOfSeveralInputs() throws IOException {
    String first = file("a.jsonl", "\"first\"\n");
    String second = file("b.jsonl", "\"second\"\n");
    String target = folder.resolve("out/all.jsonl").toString();
    Files.createDirectory(folder.resolve("out"));
    assertEquals(0, batch(second, first, "-o", target));

    assertEquals(0, run("verify", target, "--input", second, "--input", first), this::said);
    assertEquals(1, run("verify", target, "--input", second), this::said);
  }

  @Test
  void readsStandardInputAndWritesStandardOutput() throws IOException {
    in = "{\"id\":7,\"text\":\"a\"}\n\"b\"\n";

    assertEquals(0, batch());

    assertEquals("", said());
    assertEquals(2, written().size());
    assertEquals(List.of("index", "id", "embedding", "cached"), names(written().get(0)));
    assertEquals(List.of("index", "embedding", "cached"), names(written().get(1)));
    assertEquals(7, written().get(0).get("id").intValue());
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void copiesIdsAndMetadataAsTheyStandAndBuildsTextsFromTemplates() throws IOException {
    in = "{\"sku\":12345678901234567890,\"a\":1.0,\"b\":{\"c\":[\"x\"]},\"d\":\"y\"}\n";

    assertEquals(
        0, batch("--id-field", "sku", "--metadata", "a,b", "--template", "{d}: {/b/c/0}\\n{{ok}}"));

    assertTrue(
        out.toString(StandardCharsets.UTF_8).contains("\"id\":12345678901234567890,"),
        out::toString);
    assertTrue(
        out.toString(StandardCharsets.UTF_8)
            .contains("\"metadata\":{\"a\":1.0,\"b\":{\"c\":[\"x\"]}}"),
        out::toString);
    assertEquals(Set.of("y: x\n{ok}"), server.asked().keySet());
  }

  @Test
  void writesTheOutputItsMetricsAndItsEvents() throws IOException {
    StringBuilder input = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      input.append("{\"text\":\"t").append(i % 150).append("\"}\n");
    }
    String file = file("in.jsonl", input.toString());
    String output = folder.resolve("out.jsonl").toString();
    String events = folder.resolve("events.jsonl").toString();

    assertEquals(0, batch(file, "-o", output, "--events", events, "--chunk-size", "100"));

    assertEquals("", said());
    assertEquals(300, Files.readAllLines(Path.of(output)).size());
    JsonNode metrics = JSON.readTree(Path.of(output + ".metrics.json").toFile());
    assertEquals(
        List.of(
            "batch_size",
            "cache_hits",
            "cache_hit_rate",
            "api_calls",
            "processing_time_seconds",
            "avg_latency_ms",
            "errors",
            "concurrent_workers",
            "worker_utilization"),
        names(metrics).subList(0, 9));
    assertEquals(300, metrics.get("batch_size").intValue());
    assertEquals(server.calls(), metrics.get("api_calls").intValue());
    assertEquals(150, metrics.get("cache_hits").intValue() + metrics.get("duplicates").intValue());
    assertEquals(4, metrics.get("dimensions").intValue());
    assertEquals(150, metrics.get("tokens").intValue());
    assertTrue(metrics.get("estimated_cost_usd").isNull(), "another server's price is unknown");

    List<JsonNode> lines = json(Files.readString(Path.of(events)));
    assertEquals(4, lines.size());
    for (int i = 0; i < 3; i++) {
      assertEquals("1.0", lines.get(i).get("specversion").textValue());
      assertEquals("embedding.batch_generated", lines.get(i).get("type").textValue());
      assertEquals(
          List.of(
              "total_count",
              "cache_hits",
              "api_calls",
              "processing_time_ms",
              "avg_latency_ms",
              "chunk"),
          names(lines.get(i).get("data")));
      assertEquals(i, lines.get(i).get("data").get("chunk").intValue());
    }
    assertEquals(
        server.calls(),
        lines.subList(0, 3).stream()
            .mapToInt(l -> l.get("data").get("api_calls").intValue())
            .sum());
    assertEquals("embedding.run_completed", lines.get(3).get("type").textValue());
    assertEquals(metrics, lines.get(3).get("data"));
  }

  @Test
  void whatARunWritesIsItsOwnersAlone() throws IOException {
    assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"));
    String file = file("in.jsonl", "\"a\"\nnonsense\n");
    Path output = folder.resolve("out.jsonl");
    Path events = folder.resolve("events.jsonl");

    assertEquals(
        4,
        batch(
            file, "-o", output.toString(), "--on-error", "collect", "--events", events.toString()));

    Path errors = folder.resolve("out.jsonl.errors.jsonl");
    Path metrics = folder.resolve("out.jsonl.metrics.json");
    for (Path written : List.of(output, errors, metrics, events)) {
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(written)),
          written.toString());
    }

    Files.setPosixFilePermissions(events, PosixFilePermissions.fromString("rw-r-----"));
    batch(file, "-o", output.toString(), "--on-error", "collect", "--events", events.toString());
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(events)));
    assertEquals(2, Files.readAllLines(events).size(), "written from its beginning");
  }

  @Test
  void aSecondRunIsServedFromTheCache() throws IOException {
    in = "\"a\"\n\"b\"\n";
    batch();
    String first = out.toString(StandardCharsets.UTF_8);

    assertEquals(0, batch());

    assertEquals(1, server.calls());
    assertEquals(
        first.replace("\"cached\":false", "\"cached\":true"), out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void anotherModelDimensionOrHostIsAnotherVector() {
    in = "\"a\"\n";
    batch();
    batch("--model", "other");
    assertEquals(2, server.calls());
    batch("--dimensions", "5"); // which the server does not have
    int calls = server.calls();
    assertTrue(calls > 2);
    batch("--model", "other");
    assertEquals(calls, server.calls());
  }

  @Test
  void refreshPaysAgainButOnceForEachText() throws IOException {
    in = "\"a\"\n".repeat(3) + "\"b\"\n";
    batch();

    assertEquals(0, batch("--refresh"));

    assertEquals(Map.of("a", 2, "b", 2), server.asked());
    assertFalse(written().get(0).get("cached").booleanValue());
  }

  @Test
  void noCacheLeavesNoTrace() {
    in = "\"a\"\n\"a\"\n";

    assertEquals(0, batch("--no-cache"));

    assertEquals(Map.of("a", 1), server.asked());
    assertFalse(Files.exists(folder.resolve("caches")));
  }

  @Test
  void cacheOnlyNeverCalls() throws IOException {
    in = "\"a\"\n";
    batch();
    in = "\"a\"\n\"b\"\n";

    assertEquals(1, batch("--cache-only"));

    assertEquals(1, server.calls());
    assertEquals(
        "embedctl: standard input:2: the text is not in the cache, and --cache-only forbids"
            + " sending it\n",
        said());
  }

  @Test
  void cacheOnlyNeedsNoKey() {
    in = "\"a\"\n";

    assertEquals(1, run("batch", "--provider", "voyage", "--cache-only"));

    assertEquals(
        "embedctl: standard input:1: the text is not in the cache, and --cache-only forbids"
            + " sending it\n",
        said());
  }

  @Test
  void invalidInputNamesFileLineAndReasonAndSendsNothing() throws IOException {
    String file = file("in.jsonl", "\"a\"\n\n{\"text\":\"  \"}\n");
    String output = folder.resolve("out.jsonl").toString();

    assertEquals(3, batch(file, "-o", output));

    assertTrue(said().startsWith("embedctl: " + file + ":3: "), this::said);
    assertEquals(1, said().lines().count());
    assertEquals(0, server.calls());
    assertFalse(Files.exists(Path.of(output)));
    assertEquals(
        "failed",
        JSON.readTree(Path.of(output + ".metrics.json").toFile()).get("status").textValue());
  }

  @Test
  void collectModeWritesTheFailedTextsAsAnInputForTheNextRun() throws IOException {
    String file =
        file("in.jsonl", "{\"id\":1,\"text\":\"a\"}\n{\"id\":2,\"text\":\"\"}\nnonsense\n\"b\"\n");
    String output = folder.resolve("out.jsonl").toString();

    assertEquals(4, batch(file, "-o", output, "--on-error", "collect"));

    List<JsonNode> lines = json(Files.readString(Path.of(output)));
    assertEquals(List.of(0, 3), lines.stream().map(l -> l.get("index").intValue()).toList());
    List<JsonNode> errors = json(Files.readString(Path.of(output + ".errors.jsonl")));
    assertEquals(List.of("id", "text", "index", "line", "error"), names(errors.get(0)));
    assertEquals(2, errors.get(0).get("line").intValue());
    assertEquals(List.of("code", "message", "attempts"), names(errors.get(0).get("error")));
    assertEquals("blank_text", errors.get(0).get("error").get("code").textValue());
    assertEquals("invalid_record", errors.get(1).get("error").get("code").textValue());
    assertEquals(1, said().lines().count(), this::said);

    file("in.jsonl", "\"a\"\n");
    assertEquals(0, batch(file, "-o", output, "--on-error", "collect"));
    assertFalse(Files.exists(Path.of(output + ".errors.jsonl")), "nothing failed this time");
  }

  @Test
  void aServerThatIsAwayFailsTheRunAfterItsAttempts() {
    in = "\"a\"\n";
    server.close();

    assertEquals(1, batch("--backoff", "1ms", "--max-attempts", "2"));

    assertTrue(said().startsWith("embedctl: standard input:1: no vector: openai at 127.0.0.1: "));
    assertTrue(said().contains("(after 2 attempts)"), this::said);
    assertEquals(1, said().lines().count(), this::said);
  }

  @Test
  void aReaderThatGoesAwayEndsTheRunQuietly() {
    in = "\"a\"\n".repeat(500);
    OutputStream gone =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };

    assertEquals(0, run(gone, served()));

    assertEquals("", said());
  }

  @Test
  void aDiskThatIsFullUnderTheOutputFailsTheRun() {
    in = "\"a\"\n";
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };

    assertEquals(1, run(full, served()));

    assertTrue(said().contains("No space left on device"), this::said);
  }

  @Test
  void aKeyIsNeverShown() {
    env.put("OPENAI_API_KEY", "sk-secret");
    in = "\"a\"\n";

    batch("-v", "--base-url", server.baseUrl() + "/nowhere");

    assertFalse(said().contains("sk-secret"), this::said);
  }

  @Test
  void aMissingKeyIsAUsageErrorThatNamesItsVariable() {
    in = "\"a\"\n";

    assertEquals(2, run("batch", "--provider", "openai"));
    assertEquals(
        "embedctl: the key of openai is missing: set OPENAI_API_KEY in the environment\n", said());

    assertEquals(2, run("batch", "--provider", "openai", "--api-key-env", "MY_KEY"));
    assertTrue(said().contains("MY_KEY"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--nonsense | there is no option --nonsense; see embedctl batch --help",
        "--provider hal | --provider: no provider 'hal' among: local, openai",
        "--chunk-size 99 | --chunk-size 99: give 100 to 500",
        "--chunk-size 501 | --chunk-size 501: give 100 to 500",
        "--concurrency 0 | --concurrency 0: give 1 to 1000",
        "--texts-per-request none | --texts-per-request none: give a number, or auto",
        "--texts-per-request 0 | --texts-per-request 0: give 1 or more",
        "--timeout soon | --timeout soon: not a duration",
        "--timeout 0s | --timeout must be greater than 0",
        "--max-attempts 0 | --max-attempts 0: give 1 to 100",
        "--no-cache --refresh | --no-cache contradicts",
        "--no-cache --cache x | --no-cache contradicts",
        "--refresh --cache-only | --refresh pays for each text",
        "--on-error collect | --on-error collect needs --errors FILE",
        "--on-error never | --on-error never: give fail or collect",
        "--input-format xml | --input-format xml: give jsonl, json, csv, tsv, txt, parquet or files",
        "--input-format jsnol | --input-format jsnol: give jsonl, json, csv, tsv, txt, parquet or files (did you mean jsonl?)",
        "--output-format parqet | --output-format parqet: give jsonl, csv, parquet, arrow or npy (did you mean parquet?)",
        "--input-format parquet | standard input: Parquet cannot be read from a pipe",
        "--output-format xml | --output-format xml: give jsonl, csv, parquet, arrow or npy",
        "--output-format npy | --output-format npy: the header of an array holds its length",
        "-o x.npy --vector-format base64 | --vector-format applies to jsonl and csv only; npy",
        "-o x.parquet --vector-format float | --vector-format applies to jsonl and csv only; parquet",
        "-o x.npy.gz | --output x.npy.gz: npy cannot be compressed as a whole",
        "-o x.xlsx | --output x.xlsx: this format cannot be written",
        "-o x.csv --metadata /a/id | --metadata /a/id: the table already has a column 'id'",
        "--vector-format hex | --vector-format hex: give float, base64 or float16",
        "--template {a | template '{a'",
        "--provider openai --base-url http://u:p@h/ | --base-url must not contain a user, password",
        "--delimiter ab | --delimiter 'ab': give one character",
        "--encoding no-such | --encoding no-such: not known",
        "--quote none --delimiter= | --delimiter",
        "--limit 0 | --limit 0",
        "--skip -1 | --skip -1",
        "a - | INPUT -: standard input cannot be combined with other inputs",
        "no*.jsonl | INPUT no*.jsonl: no file matches",
        "-o nodir/x.jsonl | --output nodir/x.jsonl: there is no folder nodir; make it first",
        "-o pom.xml/x.jsonl | --output pom.xml/x.jsonl: pom.xml is not a folder",
        "-o target | --output target: a folder; name a file in it",
        "-o x.jsonl --metrics nodir/m | --metrics nodir/m: there is no folder nodir",
        "-o x.jsonl --events nodir/e | --events nodir/e: there is no folder nodir",
        "-o x.jsonl --on-error collect --errors nodir/f | --errors nodir/f: there is no folder nodir",
        "--metrics - | --metrics -: standard streams are not supported here",
        "--events - | --events -: standard streams are not supported here",
        "--errors - | --errors -: standard streams are not supported here",
        "--cache - | --cache -: standard streams are not supported here",
        "--metrics= | --metrics '': it is empty",
        "-o= | --output '': it is empty",
        "--model= | --model '': it is empty",
        "--text-field= | --text-field '': it is empty"
      })
  void aWrongCommandLineIsOneLineAndExitCodeTwo(String options, String message) {
    in = "\"a\"\n";

    assertEquals(2, run(("batch " + options).split(" ")));

    assertTrue(said().startsWith("embedctl: " + message), this::said);
    assertEquals(1, said().lines().count(), this::said);
    assertEquals(0, out.size());
  }

  @Test
  void writesAnArrayWithARowForEachTextThatDidNotFail() throws IOException {
    String file = file("in.jsonl", "{\"id\":\"x\",\"text\":\"a\"}\n\" \"\n\"b\"\n");
    Path output = folder.resolve("out.NPY");
    assertEquals(4, batch(file, "--on-error", "collect", "-o", output.toString()));
    in = "\"a\"\n\"b\"\n";
    assertEquals(0, batch());

    List<float[]> rows = NpyArray.read(output).rows();
    assertEquals(2, rows.size());
    for (int i = 0; i < 2; i++) {
      JsonNode embedding = written().get(i).get("embedding");
      for (int j = 0; j < 4; j++) {
        assertEquals(embedding.get(j).floatValue(), rows.get(i)[j]);
      }
    }
    assertEquals(
        List.of("{\"index\":0,\"id\":\"x\"}", "{\"index\":2}"),
        Files.readAllLines(folder.resolve("out.NPY.ids.jsonl")));
  }

  @Test
  void doesNotWriteAnArraysIdsOverItsInput() throws IOException {
    String file = file("out.npy.ids.jsonl", "\"a\"\n");

    assertEquals(2, batch(file, "-o", folder.resolve("out.npy").toString()));

    assertEquals("\"a\"\n", Files.readString(Path.of(file)));
  }

  @Test
  void writesVectorsAsStringsOfBase64() throws IOException {
    in = "\"a\"\n";
    assertEquals(0, batch());
    JsonNode numbers = written().get(0).get("embedding");

    assertEquals(0, batch("--vector-format", "base64"));

    byte[] bytes = Base64.getDecoder().decode(written().get(0).get("embedding").textValue());
    ByteBuffer floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (JsonNode number : numbers) {
      assertEquals(number.floatValue(), floats.getFloat());
    }
    assertEquals(0, floats.remaining());
  }

  @Test
  void doesNotWriteOverItsInput() throws IOException {
    String file = file("in.jsonl", "\"a\"\n");

    assertEquals(2, batch(file, "-o", file));

    assertEquals("\"a\"\n", Files.readString(Path.of(file)));
    assertTrue(said().contains("are one file"), this::said);
  }

  @Test
  void theDefaultModelEmbedsWithoutKeyOrServer() throws IOException {
    in = "\"The cat sits on the mat.\"\n";

    assertEquals(0, run("batch"));

    assertEquals("", said());
    assertEquals(384, written().get(0).get("embedding").size());
  }

  @Test
  void aDefectIsOneLineWithoutAStackTraceUnlessAskedFor() {
    in = "\"a\"\n";
    assertEquals(1, batch("--base-url", "http://127.0.0.1:1", "--max-attempts", "1"));
    assertEquals(1, said().lines().count(), this::said);

    assertEquals(1, batch("-v", "--base-url", "http://127.0.0.1:1", "--max-attempts", "1"));
    assertTrue(said().lines().count() > 5, this::said);
    assertTrue(said().contains("\tat "), this::said);
  }
}
