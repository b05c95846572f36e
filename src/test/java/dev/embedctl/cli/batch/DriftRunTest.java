package dev.embedctl.cli.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.embedctl.cli.InProcess;
import dev.embedctl.cli.InProcess.Ended;
import dev.embedctl.model.Vector;
import dev.embedctl.testing.ReplyServer;
import dev.embedctl.testing.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose server names nothing, and has another model than when the cache was filled. */
@Timeout(60)
final class DriftRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DIMENSIONS = 16;
  private static final List<String> OLD = List.of("alpha", "beta", "gamma");
  private static final List<String> ALL = List.of("alpha", "beta", "gamma", "delta", "epsilon");

  @TempDir private Path folder;
  private ReplyServer server;
  private volatile String model = "first ";

  @BeforeEach
  void open() throws IOException {
    server = new ReplyServer((request, call) -> JSON.writeValueAsBytes(reply(request)));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private ObjectNode reply(JsonNode request) {
    ObjectNode reply = JSON.createObjectNode();
    ArrayNode data = reply.putArray("data");
    for (String text : ReplyServer.input(request)) {
      Vector vector = Vectors.of(model + text, DIMENSIONS).ofUnitLength();
      ArrayNode numbers = JSON.createArrayNode();
      for (int i = 0; i < DIMENSIONS; i++) {
        numbers.add(vector.at(i));
      }
      data.addObject().put("index", data.size() - 1).set("embedding", numbers);
    }
    return reply;
  }

  private Ended batch(List<String> texts, String... more) throws IOException {
    List<String> lines = texts.stream().map(text -> '"' + text + '"').toList();
    Path in = Files.write(folder.resolve("in.jsonl"), lines);
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "batch",
                in.toString(),
                "-o" + output(),
                "--provider=openai",
                "--model=m",
                "--base-url=" + server.address() + "/v1"));
    arguments.addAll(List.of(more));
    return new InProcess(folder).run(arguments.toArray(String[]::new));
  }

  private Path output() {
    return folder.resolve("out.jsonl");
  }

  private static void assertRight(Ended ended) {
    assertEquals(0, ended.code(), ended.err());
    assertEquals("", ended.err());
  }

  private List<String> sent() {
    return server.requests().stream().flatMap(each -> ReplyServer.input(each).stream()).toList();
  }

  private static List<String> fresh(List<String> texts) {
    return texts.stream().filter(text -> !OLD.contains(text)).sorted().toList();
  }

  /** Embeds texts, and makes their vectors two days old. */
  private void fillCache() throws IOException {
    assertRight(batch(OLD));
    Path export = folder.resolve("export.jsonl");
    InProcess program = new InProcess(folder);
    Ended exported = program.run("cache", "export");
    assertEquals(0, exported.code(), exported.err());
    long then = Instant.now().minus(Duration.ofDays(2)).getEpochSecond();
    List<String> aged =
        exported.lines().stream()
            .map(line -> line.replaceAll("\"created\":\\d+", "\"created\":" + then))
            .toList();
    Files.write(export, aged);
    assertEquals(0, program.run("cache", "clear", "--yes").code());
    Ended imported = program.run("cache", "import", export.toString());
    assertEquals(0, imported.code(), imported.err());
    Files.delete(output());
    server.answerWith((request, call) -> JSON.writeValueAsBytes(reply(request)));
  }

  @Test
  void aWarmRunComparesOneOldTextAndGoesOn() throws IOException {
    fillCache();

    assertRight(batch(ALL, "--texts-per-request=1", "--concurrency=1"));

    assertEquals(List.of("delta", "epsilon"), fresh(sent()));
    assertEquals(3, sent().size(), "one old text");
    assertEquals(
        3,
        JSON.readTree(folder.resolve("out.jsonl.metrics.json").toFile())
            .get("api_calls")
            .intValue());
  }

  @Test
  void aWarmRunEndsBeforeItMixesTwoModels() throws IOException {
    fillCache();
    model = "second ";

    Ended ended = batch(ALL);

    assertEquals(1, ended.code());
    assertEquals(1, ended.err().lines().count(), ended.err());
    assertTrue(
        ended.err().contains("openai: m makes another vector of a text than in an earlier run")
            && ended.err().contains("less than --min-cosine 0.999"),
        ended.err());
    assertFalse(Files.exists(output()));
    model = "first ";
    int before = sent().size();
    assertRight(batch(ALL));
    List<String> again = sent().subList(before, sent().size());
    assertEquals(List.of("delta", "epsilon"), fresh(again), "nothing of the second was kept");
    assertEquals(3, again.size(), "one old text");
  }

  @Test
  void aPaidReplyIsKeptIfTheBudgetEndsBeforeTheComparison() throws IOException {
    fillCache();

    assertRight(batch(ALL.subList(0, 4), "--max-tokens=10"));

    assertEquals(List.of("delta"), sent());
  }

  @Test
  void vectorsThatCameBeforeTheFirstOldOneAreForgotten() throws IOException {
    fillCache();
    model = "second ";
    List<String> fresh = IntStream.range(0, 100).mapToObj(i -> "new " + i).toList();
    List<String> texts = Stream.of(fresh, OLD).flatMap(List::stream).toList();

    Ended ended = batch(texts, "--chunk-size=100", "--concurrency=1");

    assertEquals(1, ended.code(), ended.err());
    assertTrue(ended.err().contains("makes another vector"), ended.err());
    assertFalse(Files.exists(output()));
    model = "first ";
    int before = sent().size();
    assertRight(batch(texts, "--chunk-size=100"));
    assertEquals(100 + 1, sent().size() - before, "all new texts are sent again, and one old one");
  }

  @Test
  void vectorsThatNothingOldIsComparedWithAreKept() throws IOException {
    fillCache();
    List<String> fresh = List.of("one", "two");

    assertRight(batch(fresh));
    assertRight(batch(fresh));

    assertEquals(fresh, sent());
  }

  @Test
  void aYoungCacheAndARunThatSendsNothingCompareNothing() throws IOException {
    assertRight(batch(OLD));
    assertRight(batch(ALL));
    assertEquals(ALL, sent().stream().sorted((a, b) -> ALL.indexOf(a) - ALL.indexOf(b)).toList());

    fillCache();
    model = "second ";
    assertRight(batch(OLD));
    assertEquals(List.of(), sent());
  }

  @Test
  void aLowerLimitAllowsTheDifferenceAndRefreshComparesNothing() throws IOException {
    fillCache();
    model = "second ";
    assertRight(batch(ALL, "--min-cosine=-1"));
    assertEquals(3, sent().size());

    fillCache();
    assertRight(batch(ALL, "--refresh"));
    assertEquals(ALL.size(), sent().size());
    assertEquals(2, batch(ALL, "--min-cosine=2").code());
  }
}
