package dev.embedctl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.cli.InProcess.Ended;
import dev.embedctl.testing.OpenAiServer;
import dev.embedctl.testing.RecordingServer;
import dev.embedctl.testing.RecordingServer.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code search} in what {@code batch} wrote. */
final class SearchCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int RECORDS = 120;
  private static final int DIMENSIONS = 64;

  @TempDir private Path folder;
  private OpenAiServer server;
  private Path input;

  @BeforeEach
  void prepare() throws IOException {
    server = new OpenAiServer(DIMENSIONS, Duration.ZERO);
    List<String> records = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      // The last two are equal.
      records.add("{\"id\":\"r%d\",\"text\":\"text %d\"}".formatted(i, Math.min(i, 118)));
    }
    input = Files.write(folder.resolve("in.jsonl"), records);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Ended run(String... arguments) {
    return new InProcess(folder).run(arguments);
  }

  private Path batch(String name, String... more) {
    Path output = folder.resolve(name);
    Ended ended =
        run(
            Stream.concat(
                    Stream.of("batch", input.toString(), "-o", output.toString()),
                    Stream.concat(
                        Stream.of(
                            "--provider=openai", "--model=m", "--base-url=" + server.baseUrl()),
                        Stream.of(more)))
                .toArray(String[]::new));
    assertEquals(0, ended.code(), ended.err());
    return output;
  }

  private Ended search(Path output, String... more) {
    return run(
        Stream.concat(Stream.of("search", output.toString()), Stream.of(more))
            .toArray(String[]::new));
  }

  private static List<JsonNode> objects(Ended ended) throws IOException {
    assertEquals("", ended.err());
    assertEquals(0, ended.code());
    List<JsonNode> objects = new ArrayList<>();
    for (String line : ended.lines()) {
      objects.add(JSON.readTree(line));
    }
    return objects;
  }

  private static void assertRefused(Ended ended, int code, String message) {
    assertEquals("embedctl: " + message + "\n", ended.err());
    assertEquals("", ended.out());
    assertEquals(code, ended.code());
  }

  @ParameterizedTest
  @CsvSource({
    "out.jsonl, float",
    "out.jsonl, base64",
    "out.jsonl, float16",
    "out.jsonl.gz, float",
    "out.jsonl.zst, base64",
    "out.csv, float",
    "out.csv.gz, float16",
    "out.npy, ",
    "out.parquet, ",
    "out.arrow, "
  })
  void theTextItselfIsTheNearestInEachFormatThatBatchWrites(String name, String format)
      throws IOException {
    Path output =
        format == null
            ? batch(name, "--metadata=text")
            : batch(name, "--metadata=text", "--vector-format=" + format);

    List<JsonNode> hits = objects(search(output, "text 17", "-k3", "--json"));

    assertEquals(3, hits.size());
    JsonNode first = hits.getFirst();
    assertEquals(1, first.get("rank").intValue());
    assertEquals(1, first.get("score").doubleValue(), 1e-5);
    assertEquals(17, first.get("index").intValue());
    assertEquals("r17", first.get("id").textValue());
    assertEquals("text 17", first.get("text").textValue());
    assertEquals(JSON.readTree("{\"text\":\"text 17\"}"), first.get("metadata"));
    assertTrue(hits.get(1).get("score").doubleValue() < 0.9, hits.toString());
  }

  @Test
  void theQueryIsAskedOfTheOutputsProviderAndOnlyOnce() {
    Path output = batch("out.jsonl");
    int calls = server.calls();

    assertEquals(0, search(output, "a question").code());
    assertEquals(0, search(output, "a question", "-k2").code());
    assertEquals(0, search(output, "text 5").code());

    assertEquals(calls + 1, server.calls());
    assertEquals(1, server.asked().get("a question"));
  }

  @Test
  void withoutTheCacheTheQueryIsAskedEachTime() {
    Path output = batch("out.jsonl");

    assertEquals(0, search(output, "a question", "--no-cache").code());
    assertEquals(0, search(output, "a question", "--no-cache").code());

    assertEquals(2, server.asked().get("a question"));
  }

  @Test
  void aTableHasRankScoreIdAndTheTextOfTheInput() {
    Path output = batch("out.npy");

    Ended ended = search(output, "text 118", "-k2", "--input", input.toString());

    assertEquals("", ended.err());
    assertEquals("1  1.0000  r118  text 118\n2  1.0000  r119  text 118\n", ended.out());
  }

  @Test
  void theTextsOfSeveralInputsAreShownInTheOrderOfTheRun() throws IOException {
    Path other = Files.writeString(folder.resolve("other.csv"), "id;text\no1;a new text\n");
    Path output = folder.resolve("out.npy");
    String[] inputs = {input.toString(), other.toString()};
    Ended batch =
        run(
            "batch",
            inputs[0],
            inputs[1],
            "-o" + output,
            "--delimiter=;",
            "--provider=openai",
            "--model=m",
            "--base-url=" + server.baseUrl());
    assertEquals(0, batch.code(), batch.err());

    Ended ended =
        search(
            output,
            "a new text",
            "-k1",
            "--input",
            inputs[0],
            "--input",
            inputs[1],
            "--delimiter=;");

    assertEquals("", ended.err());
    assertEquals("1  1.0000  o1  a new text\n", ended.out());
  }

  @Test
  void thePiecesOfASplitOutputAreShownAsItsMetricsSay() throws IOException {
    Files.writeString(
        input,
        "{\"id\":\"a\",\"text\":\"%s\"}\n{\"id\":\"b\",\"text\":\"short\"}\n"
            .formatted("One sentence stands here. Another one follows it. And this is the last."));
    Path output = batch("out.jsonl", "--split=8,2");
    assertTrue(Files.readAllLines(output).size() > 3, "the first text has several pieces");

    Ended ended = search(output, "short", "-k1", "--input", input.toString());

    assertEquals("", ended.err());
    assertEquals("1  1.0000  b  short\n", ended.out());
    Files.delete(folder.resolve("out.jsonl.metrics.json"));
    assertEquals(
        "1  1.0000  b  short\n",
        search(
                output,
                "short",
                "-k1",
                "--input=" + input,
                "--split=8,2",
                "--provider=openai",
                "--model=m",
                "--base-url=" + server.baseUrl())
            .out());
  }

  @Test
  void theInputIsNotStandardInput() {
    assertRefused(
        search(batch("out.jsonl"), "a text", "--input=-"),
        2,
        "--input -: the texts cannot come from standard input; name a file");
  }

  @Test
  void theNeighboursOfARowNeedNeitherProviderNorMetrics() throws IOException {
    Path output = batch("out.npy");
    Files.delete(folder.resolve("out.npy.metrics.json"));
    server.close();

    List<JsonNode> hits = objects(search(output, "--by-id=r119", "-k1", "--json"));

    assertEquals("r118", hits.getFirst().get("id").textValue());
    assertRefused(
        search(output, "--by-id=r120"), 2, "--by-id r120: no row of " + output + " has this id");
  }

  @Test
  void rowsWithoutIdsAreNamedByTheirIndexes() throws IOException {
    Files.writeString(input, "\"a text\"\n\"another\"\n\"a text\"\n");
    Path output = batch("out.jsonl");

    assertEquals("1  1.0000  2\n", search(output, "--by-id=0", "-k1").out());
    assertEquals("1.0000  0  2\n", search(output, "--pairs=0.98").out());
  }

  @Test
  void pairsAreTheNearDuplicates() throws IOException {
    Path output = batch("out.parquet");

    List<JsonNode> pairs = objects(search(output, "--pairs=0.98", "--json"));

    assertEquals(
        List.of(
            JSON.readTree(
                "{\"score\":1.000000,\"first\":{\"index\":118,\"id\":\"r118\"},"
                    + "\"second\":{\"index\":119,\"id\":\"r119\"}}")),
        pairs);
  }

  @Test
  void aModelThatTellsQueriesFromDocumentsIsAskedForAQuery() throws IOException {
    String vector = "[0.5,0.25,0.125]";
    try (RecordingServer voyage =
        new RecordingServer(
            "Authorization",
            request ->
                Reply.ok(
                    "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,"
                        + "\"embedding\":"
                        + vector
                        + "}],\"usage\":{\"total_tokens\":1}}"))) {
      Files.writeString(input, "{\"text\":\"a text\"}\n");
      Path output = folder.resolve("out.jsonl");
      Ended batch =
          run(
              "batch",
              input.toString(),
              "-o" + output,
              "--provider=voyage",
              "--model=m",
              "--base-url=" + voyage.url(),
              "--vector-format=float",
              "--input-type=document");
      assertEquals(0, batch.code(), batch.err());

      assertEquals(0, search(output, "a text").code());

      List<String> types =
          voyage.requests().stream()
              .map(request -> request.body().replaceFirst(".*\"input_type\":\"(\\w+)\".*", "$1"))
              .toList();
      assertEquals(List.of("document", "query"), types);
    }
  }

  @Test
  void withoutMetricsTheProviderMustBeNamed() throws IOException {
    Path output = batch("out.jsonl");
    Path metrics = folder.resolve("out.jsonl.metrics.json");
    Path moved = Files.move(metrics, folder.resolve("moved.json"));

    assertRefused(
        search(output, "text 1"),
        2,
        metrics
            + ": no such file, so the provider of "
            + output
            + " is unknown; give the run's --provider and --model, and its --base-url,"
            + " --dimensions and --input-type if it had them");
    assertEquals(0, search(output, "text 1", "--metrics", moved.toString()).code());
    assertEquals(
        0,
        search(output, "text 1", "--provider=openai", "--model=m", "--base-url=" + server.baseUrl())
            .code());
  }

  @Test
  void anotherModelThanTheOutputsIsUsedAsTypedAndSaid() {
    Path output = batch("out.jsonl");

    Ended ended = search(output, "a text", "--model=n", "--base-url=" + server.baseUrl());

    assertEquals(
        "embedctl: "
            + output
            + " was made with openai m, and the query is embedded with openai n: only vectors of"
            + " one model can be compared",
        ended.err().lines().findFirst().orElseThrow());
  }

  @Test
  void aQueryOfOtherDimensionsIsRefused() throws IOException {
    Path output = batch("out.jsonl");
    try (OpenAiServer other = new OpenAiServer(3, Duration.ZERO)) {
      assertRefused(
          search(output, "a text", "--base-url=" + other.baseUrl()),
          3,
          output + ":1: 64 dimensions, but the query has 3: it was made with another model");
    }
  }

  @Test
  void anOutputThatIsNotFinishedIsRefused() throws IOException {
    Files.writeString(folder.resolve("out.jsonl.part"), "");

    assertRefused(
        search(folder.resolve("out.jsonl"), "a text"),
        3,
        folder.resolve("out.jsonl")
            + ": not finished: out.jsonl.part belongs to a run that is active or was stopped; run"
            + " the same batch command again");
    assertRefused(
        search(folder.resolve("other.jsonl"), "a text"),
        3,
        folder.resolve("other.jsonl") + ": no such file");
  }

  @Test
  void anOutputWithoutRowsIsRefused() throws IOException {
    Files.writeString(input, "");
    Path output = batch("out.jsonl");

    String message = output + ": no rows to search; the run had no texts";
    assertRefused(search(output, "a text"), 3, message);
    assertRefused(search(output, "--pairs=0.9"), 3, message);
  }

  @Test
  void anInputThatEndsBeforeARecordIsNotTheOutputs() throws IOException {
    Path output = batch("out.jsonl");
    Path other = Files.writeString(folder.resolve("other.jsonl"), "{\"text\":\"a text\"}\n");

    assertRefused(
        search(output, "text 50", "-k1", "--input", other.toString()),
        3,
        other + ": no record 50, counted from 0: it is not the input of this output");
  }

  @Test
  void oneThingIsWantedAtATime() {
    Path output = batch("out.jsonl");
    assertRefused(
        search(folder, "a text"), 2, "OUTPUT " + folder + ": a folder; name a file in it");
    String message = "give one of QUERY, --by-id ID and --pairs COSINE";

    assertRefused(search(output), 2, message);
    assertRefused(search(output, "a text", "--by-id=r1"), 2, message);
    assertRefused(search(output, "--pairs=0.9", "--by-id=r1"), 2, message);
    assertRefused(
        search(output, "--pairs=2"), 2, "--pairs 2.0: give a number from -1 to 1, such as 0.98");
    assertRefused(search(output, "a text", "-k0"), 2, "-k 0: give 1 to 10000");
    assertRefused(search(output, " "), 2, "QUERY is blank; give a text");
  }
}
