package dev.embedctl.cli.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.cli.InProcess;
import dev.embedctl.cli.InProcess.Ended;
import dev.embedctl.model.Vector;
import dev.embedctl.testing.RowServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs that share their calls out over several servers. */
@Timeout(60)
final class SeveralServersRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MODEL = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
  private static final String OTHER = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
  private static final List<String> TEXTS =
      IntStream.range(0, 250).mapToObj(i -> "text number " + i).toList();

  @TempDir private Path folder;
  private final List<RowServer> servers = new ArrayList<>();

  @AfterEach
  void close() {
    servers.forEach(RowServer::close);
  }

  private RowServer server(String model) throws IOException {
    RowServer server = new RowServer(model);
    servers.add(server);
    return server;
  }

  private Ended batch(List<String> options) throws IOException {
    return batch(new InProcess(folder), options);
  }

  private Ended batch(InProcess program, List<String> options) throws IOException {
    List<String> lines = TEXTS.stream().map(text -> '"' + text + '"').toList();
    Path in = Files.write(folder.resolve("in.jsonl"), lines);
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "batch",
                in.toString(),
                "-o" + output(),
                "--backoff=1ms",
                "--concurrency=4",
                "--texts-per-request=5"));
    arguments.addAll(options);
    return program.run(arguments.toArray(String[]::new));
  }

  private List<String> openai() {
    return Stream.concat(
            Stream.of("--provider=openai", "--model=m"),
            servers.stream().map(server -> "--base-url=" + server.url() + "/v1"))
        .toList();
  }

  private List<String> tei() {
    return Stream.concat(
            Stream.of("--provider=tei"),
            servers.stream().map(server -> "--base-url=" + server.url()))
        .toList();
  }

  private Path output() {
    return folder.resolve("out.jsonl");
  }

  private void assertRight(Ended ended) throws IOException {
    assertEquals(0, ended.code(), ended.err());
    List<String> lines = Files.readAllLines(output());
    assertEquals(TEXTS.size(), lines.size());
    for (int i = 0; i < TEXTS.size(); i++) {
      Vector expected = RowServer.vector(MODEL, TEXTS.get(i));
      JsonNode line = JSON.readTree(lines.get(i));
      JsonNode vector = line.has("embedding") ? line.get("embedding") : line.get("vector");
      for (int j = 0; j < RowServer.DIMENSIONS; j++) {
        assertEquals(expected.at(j), (float) vector.get(j).asDouble(), "text " + i);
      }
    }
  }

  private JsonNode metrics() throws IOException {
    return JSON.readTree(Files.readString(folder.resolve("out.jsonl.metrics.json")));
  }

  /** The texts whose vectors were sent more than once. */
  private Map<String, Long> sentAgain() {
    Map<String, Long> sent = new TreeMap<>();
    servers.stream()
        .flatMap(server -> server.answered().stream())
        .flatMap(Collection::stream)
        .forEach(text -> sent.merge(text, 1L, Long::sum));
    assertEquals(TEXTS.size(), sent.size(), "each text was sent");
    sent.values().removeIf(times -> times == 1);
    return sent;
  }

  @Test
  void callsAreSharedAndNoTextIsSentTwiceButForTheComparison() throws Exception {
    RowServer one = server(MODEL);
    RowServer other = server(MODEL);
    CountDownLatch both = new CountDownLatch(2);
    for (RowServer each : servers) {
      each.withScript(
          call -> {
            if (call == 4) { // neither goes on before the other one has got its share
              both.countDown();
              awaits(both);
            }
            return Optional.empty();
          });
    }

    assertRight(batch(openai()));
    assertTrue(one.calls() >= 4 && other.calls() >= 4);
    assertTrue(one.mostInFlight() + other.mostInFlight() <= 2 * 4);
    assertTrue(sentAgain().size() <= 2, () -> "compared texts: " + sentAgain());
    assertEquals(one.calls() + other.calls(), metrics().get("api_calls").asInt());
  }

  private static void awaits(CountDownLatch latch) {
    try {
      assertTrue(latch.await(30, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aServerThatIsDownFromTheBeginningCostsNothing() throws Exception {
    server(MODEL);
    server(MODEL);
    RowServer down = server(MODEL);
    down.close();

    Ended ended = batch(Stream.concat(openai().stream(), Stream.of("--max-attempts=1")).toList());
    assertRight(ended);
    assertTrue(ended.err().contains(down.url() + "/v1 failed and gets no calls"), ended.err());
    assertEquals(1, ended.err().lines().count(), ended.err());
    assertTrue(sentAgain().size() <= 2);
  }

  @Test
  void theFirstServerMayBeTheOneThatIsDown() throws Exception {
    server(MODEL).close();
    server(MODEL);

    assertRight(batch(Stream.concat(openai().stream(), Stream.of("--max-attempts=1")).toList()));
  }

  @Test
  void aServerThatDiesInTheMiddleLosesNoText() throws Exception {
    RowServer dying = server(MODEL);
    server(MODEL);
    dying.withScript(call -> call == 6 ? Optional.of(0) : Optional.empty());

    Ended ended = batch(openai());
    assertRight(ended);
    sentAgain();
    assertEquals(0, metrics().get("errors").asInt());
  }

  @Test
  void aServerThatAsksForALongWaitDoesNotHoldUpTheOthers() throws Exception {
    RowServer busy = server(MODEL);
    server(MODEL);
    busy.withScript(call -> call > 3 ? Optional.of(429) : Optional.empty());

    assertRight(batch(openai()));
    assertTrue(busy.calls() <= 3 + 4, "a wait of an hour: " + busy.calls());
  }

  @Test
  void aServerWithAnotherModelEndsTheRunAndNothingIsKept() throws Exception {
    RowServer one = server(MODEL);
    RowServer other = server(OTHER);

    Ended ended = batch(openai());
    assertEquals(1, ended.code(), ended.err());
    assertTrue(ended.err().contains(one.url() + "/v1"), ended.err());
    assertTrue(ended.err().contains(other.url() + "/v1"), ended.err());
    assertTrue(ended.err().contains("(cosine "), ended.err());

    servers.remove(other);
    other.close();
    int before = one.answered().size();
    assertRight(batch(openai()));
    assertEquals(50, one.answered().size() - before, "no vector of the first run was used");
  }

  @Test
  void aServerThatComesUpLaterWithAnotherModelEndsTheRunAndPaidVectorsStay() throws Exception {
    RowServer one = server(MODEL).withScript(call -> busyAfter(10, call));
    RowServer later =
        server(OTHER).withScript(call -> call == 1 ? Optional.of(500) : Optional.empty());

    Ended ended = batch(Stream.concat(openai().stream(), Stream.of("--max-wait=2h")).toList());
    assertEquals(1, ended.code(), ended.err());
    assertTrue(ended.err().contains("are those of " + one.url() + "/v1"), ended.err());
    assertEquals(10, one.answered().size());

    servers.remove(later);
    later.close();
    one.withScript(call -> Optional.empty());
    assertRight(batch(openai()));
    assertEquals(Map.of(), sentAgain(), "nothing was forgotten");
  }

  private static Optional<Integer> busyAfter(int calls, int call) {
    return call > calls ? Optional.of(429) : Optional.empty();
  }

  @Test
  void serversThatStateDifferentModelsGetNoText() throws Exception {
    RowServer one = server(MODEL);
    RowServer other = server(OTHER);

    Ended ended = batch(tei());
    assertEquals(2, ended.code(), ended.err());
    assertTrue(
        ended.err().startsWith("embedctl: --base-url: " + one.url() + " has the model m"),
        ended.err());
    assertTrue(ended.err().contains(other.url() + " has the model m"), ended.err());
    assertEquals(0, one.calls() + other.calls());
  }

  @Test
  void aServerThatStatesItsModelLaterIsComparedAfterItsFirstReply() throws Exception {
    server(MODEL);
    RowServer other = server(OTHER).withFailedQuestions(1);

    Ended ended = batch(tei());
    assertEquals(1, ended.code(), ended.err());
    assertTrue(ended.err().contains("tei at " + other.url().substring(7)), ended.err());
    servers.remove(other);
    other.close();
    assertRight(batch(tei()));
  }

  @Test
  void serversThatStateOneModelShareItsVectors() throws Exception {
    server(MODEL);
    server(MODEL);

    assertRight(batch(tei()));
    Files.delete(output());
    servers.get(1).close();
    int calls = servers.get(0).calls();
    assertRight(batch(tei()));
    assertEquals(calls, servers.get(0).calls(), "all are in the cache");
  }

  @Test
  void whereAllServersAreDownTheRunEndsAsWithOne() throws Exception {
    server(MODEL).close();
    server(MODEL).close();

    Ended ended = batch(Stream.concat(openai().stream(), Stream.of("--max-attempts=2")).toList());
    assertEquals(1, ended.code(), ended.err());
    assertTrue(ended.err().contains("no vector"), ended.err());
    assertTrue(
        servers.stream()
            .anyMatch(
                server ->
                    ended.err().contains("openai at " + server.url().substring(7) + ": no conn")),
        ended.err());
  }

  @Test
  void addressesMayBeLinesOfAFileOrAVariable() throws Exception {
    RowServer one = server(MODEL);
    RowServer other = server(MODEL);
    Path file = folder.resolve("two.properties");
    Files.writeString(file, "base-url = " + one.url() + "/v1\nbase-url = " + other.url() + "/v1\n");

    assertRight(batch(List.of("--provider=openai", "--model=m", "--config=" + file)));
    assertTrue(one.calls() > 0 && other.calls() > 0);
    int before = other.calls();
    InProcess program =
        new InProcess(folder).with("EMBEDCTL_BASE_URL", one.url() + "/v1\n" + other.url() + "/v1");
    Files.delete(output());
    assertRight(batch(program, List.of("--provider=openai", "--model=m", "--refresh")));
    assertTrue(other.calls() > before);
    Ended shown = program.run("batch", "--show-config");
    assertTrue(
        shown.out().contains("base-url = " + one.url() + "/v1\nbase-url = " + other.url() + "/v1"),
        shown.out());
  }

  @Test
  void severalAddressesAreRefusedWhereTheyCannotWork() throws Exception {
    server(MODEL);
    server(MODEL);

    Ended async = batch(Stream.concat(openai().stream(), Stream.of("--lane=async")).toList());
    assertEquals(2, async.code(), async.err());
    assertTrue(async.err().contains("one --base-url"), async.err());
    Ended bedrock =
        batch(
            new InProcess(folder)
                .with("AWS_BEARER_TOKEN_BEDROCK", "key")
                .with("AWS_REGION", "eu-west-1"),
            Stream.concat(Stream.of("--provider=bedrock"), openai().stream().skip(2)).toList());
    assertEquals(2, bedrock.code(), bedrock.err());
    assertTrue(bedrock.err().contains("one address"), bedrock.err());
    Ended twice = batch(Stream.concat(openai().stream(), openai().stream().skip(2)).toList());
    assertEquals(2, twice.code(), twice.err());
    assertTrue(twice.err().contains("given twice"), twice.err());
  }

  @Test
  void aDryRunAsksNobody() throws Exception {
    server(MODEL);
    server(MODEL);

    Ended ended =
        batch(Stream.concat(tei().stream(), Stream.of("--dry-run", "--model=m")).toList());
    assertEquals(0, ended.code(), ended.err());
    assertEquals(0, servers.stream().mapToInt(RowServer::questions).sum());
  }

  @Test
  void doctorExaminesEachServer() throws Exception {
    RowServer one = server(MODEL);
    RowServer down = server(MODEL);
    down.close();

    List<String> arguments = new ArrayList<>(List.of("doctor", "--json"));
    arguments.addAll(openai());
    Ended ended = new InProcess(folder).run(arguments.toArray(String[]::new));
    assertEquals(1, ended.code(), ended.err());
    JsonNode reports = JSON.readTree(ended.out());
    assertEquals(2, reports.size());
    assertTrue(reports.get(0).get("usable").asBoolean(), ended.out());
    assertEquals(one.url() + "/v1", reports.get(0).get("base_url").asText());
    assertEquals(down.url() + "/v1", reports.get(1).get("base_url").asText());
  }
}
