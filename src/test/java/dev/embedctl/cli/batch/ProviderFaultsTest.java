package dev.embedctl.cli.batch;

import static dev.embedctl.testing.FaultyServer.breaksOff;
import static dev.embedctl.testing.FaultyServer.drips;
import static dev.embedctl.testing.FaultyServer.good;
import static dev.embedctl.testing.FaultyServer.item;
import static dev.embedctl.testing.FaultyServer.items;
import static dev.embedctl.testing.FaultyServer.resets;
import static dev.embedctl.testing.FaultyServer.resetsInTheMiddle;
import static dev.embedctl.testing.FaultyServer.status;
import static dev.embedctl.testing.FaultyServer.staysSilent;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.cli.InProcess;
import dev.embedctl.cli.InProcess.Ended;
import dev.embedctl.model.Vector;
import dev.embedctl.testing.FaultyServer;
import dev.embedctl.testing.FaultyServer.Reply;
import dev.embedctl.testing.FaultyServer.Script;
import dev.embedctl.testing.OpenAiReplies;
import dev.embedctl.testing.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that a provider can do to a run, over real sockets, through the whole command. */
@Timeout(60)
final class ProviderFaultsTest {
  private static final String NAN = "\"" + base64(1f, Float.NaN, 2f, 3f) + "\"";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOO_MANY =
      "{\"error\":{\"message\":\"max_tokens_per_request: 12 tokens\",\"code\":null}}";

  @TempDir private Path folder;

  private static String base64(float... values) {
    return Vectors.base64(Vector.wrap(values));
  }

  private static String inAnHour() {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(
        ZonedDateTime.now(ZoneOffset.UTC).plusHours(1));
  }

  private static String justNow() {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
  }

  /** A fault, and what of it is told when it does not go away. */
  record Fault(String name, Reply reply, String told) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** What heals when it is tried again, each try being one of {@code --max-attempts}. */
  static Stream<Fault> transientFaults() {
    return Stream.of(
        new Fault("408", status(408, "{}"), "HTTP 408"),
        new Fault("409", status(409, "{}"), "HTTP 409"),
        new Fault("500", status(500, "{\"error\":{\"message\":\"oh\"}}"), "HTTP 500: oh"),
        new Fault("502 with an HTML page", status(502, "<html>\n<h1>Bad</h1>"), "HTTP 502: Bad"),
        new Fault("503", status(503, "{}"), "HTTP 503"),
        new Fault("504", status(504, ""), "HTTP 504"),
        new Fault("529", status(529, "{}"), "HTTP 529"),
        new Fault("a reset before the reply", resets(), ""),
        new Fault("a reset in the middle of the body", resetsInTheMiddle(), ""),
        new Fault("a body that breaks off", breaksOff(), ""),
        new Fault("a status that is no one's", status(599, "{}"), "HTTP 599"));
  }

  /** What takes longer than a call may: with fewer texts it may not. */
  static Stream<Fault> timeouts() {
    return Stream.of(
        new Fault("a body that drips for ever", drips(), "no complete reply within 400 ms"),
        new Fault("a reply that never comes", staysSilent(), "no complete reply within 400 ms"));
  }

  /** What may be paid for and is not believed. */
  static Stream<Fault> badReplies() {
    return Stream.of(
        new Fault("truncated JSON", status(200, "{\"data\":[{\"ind"), "the reply cannot be read"),
        new Fault("an empty 200", status(200, ""), "the reply is not a JSON object"),
        new Fault(
            "a 200 that is no JSON", status(200, "<html>"), "the reply is a web page, not JSON"),
        new Fault(
            "a 200 that holds an error",
            status(200, "{\"error\":{\"message\":\"no vectors today\"}}"),
            "HTTP 200: no vectors today"),
        new Fault(
            "too few vectors",
            items(texts -> FaultyServer.goodItems(texts).subList(1, texts.size())),
            "the reply has 2 vectors for 3 texts"),
        new Fault(
            "too many vectors",
            items(texts -> FaultyServer.goodItems(with(texts, "one more"))),
            "the reply has 4 vectors for 3 texts"),
        new Fault("an index twice", items(texts -> indexed(texts, i -> i / 2)), "its indexes"),
        new Fault(
            "an index that is none",
            items(texts -> List.of("{\"index\":\"x\",\"embedding\":[1,2,3,4]}")),
            "item 0 of the reply has an index that is not a number"),
        new Fault("a null vector", oneIs("null"), "is not a vector"),
        new Fault("an empty vector", oneIs("[]"), "is empty"),
        new Fault("a value beyond all floats", oneIs("[1,1e400,1,1]"), "value 1 is Infinity"),
        new Fault("all zeros", oneIs("[0,0,0,0]"), "all values are zero"),
        new Fault("a wrong dimension", oneIs("[1,2,3]"), "has 3 dimensions instead of 4"));
  }

  /** What heals when it is waited for as the provider asks, which is no attempt. */
  static Stream<Fault> waits() {
    return Stream.of(
        new Fault("429", status(429, "{}"), "HTTP 429"),
        new Fault("429, Retry-After: 0", status(429, "{}", "Retry-After: 0"), "HTTP 429"),
        new Fault("429, Retry-After: 0.02", status(429, "{}", "Retry-After: 0.02"), "HTTP 429"),
        new Fault(
            "429, Retry-After: a date", status(429, "{}", "Retry-After: " + justNow()), "HTTP 429"),
        new Fault("429, retry-after-ms: 20", status(429, "{}", "retry-after-ms: 20"), "HTTP 429"),
        new Fault("503, Retry-After: 0", status(503, "{}", "Retry-After: 0"), "HTTP 503"));
  }

  /** What no further call can heal. */
  static Stream<Fault> hopeless() {
    String quota = "{\"error\":{\"message\":\"no money\",\"code\":\"insufficient_quota\"}}";
    String model = "{\"error\":{\"message\":\"no such\",\"code\":\"model_not_found\"}}";
    String dimensions = "{\"error\":{\"message\":\"not so\",\"param\":\"dimensions\"}}";
    return Stream.of(
        new Fault("401", status(401, "{}"), "the key was refused: HTTP 401"),
        new Fault("402", status(402, "{}"), "the account cannot pay: HTTP 402"),
        new Fault("403", status(403, "{}"), "the key was refused: HTTP 403"),
        new Fault("404 for the model", status(404, model), "no such model or address: HTTP 404"),
        new Fault("405", status(405, "{}"), "HTTP 405"),
        new Fault("429 insufficient_quota", status(429, quota), "quota is exhausted: HTTP 429"),
        new Fault("400 for the dimensions", status(400, dimensions), "HTTP 400: not so"),
        new Fault(
            "a redirect",
            status(307, "", "Location: http://elsewhere.test/v1"),
            "redirects calls to http://elsewhere.test/v1"),
        new Fault(
            "429, Retry-After: an hour",
            status(429, "{}", "Retry-After: 3600"),
            "longer than the run waits"),
        new Fault(
            "429, Retry-After: a date in an hour",
            status(429, "{}", "Retry-After: " + inAnHour()),
            "longer than the run waits"));
  }

  /** How one text of many is refused. */
  static Stream<Fault> refusals() {
    return Stream.of(
        new Fault("400", status(400, "{\"error\":{\"message\":\"'$.input' is invalid\"}}"), "400"),
        new Fault("413", status(413, ""), "413"),
        new Fault("422", status(422, "{}"), "422"),
        new Fault(
            "a 500 that means too long",
            status(500, "input (844 tokens) is too large to process"),
            "500"));
  }

  /** The items of a right reply, with other indexes. */
  private static List<String> indexed(List<String> texts, IntUnaryOperator index) {
    return IntStream.range(0, texts.size())
        .mapToObj(
            i ->
                item(
                    index.applyAsInt(i),
                    OpenAiReplies.numbers(Vectors.of(texts.get(i), FaultyServer.DIMENSIONS))))
        .toList();
  }

  private static List<String> with(List<String> texts, String more) {
    List<String> all = new ArrayList<>(texts);
    all.add(more);
    return all;
  }

  /** A reply in which the last vector is that. */
  private static Reply oneIs(String embedding) {
    return items(
        texts -> {
          List<String> items = new ArrayList<>(FaultyServer.goodItems(texts));
          int last = texts.size() - 1;
          items.set(last, item(last, embedding));
          return items;
        });
  }

  private static Script firstCalls(int bad, Reply reply) {
    return (call, texts) -> call <= bad ? reply : good();
  }

  private Ended batch(FaultyServer server, int texts, String... more) throws IOException {
    Files.write(
        folder.resolve("in.jsonl"),
        IntStream.range(0, texts).mapToObj(i -> "\"text " + i + "\"").toList());
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "batch",
                folder.resolve("in.jsonl").toString(),
                "-o",
                folder.resolve("out.jsonl").toString(),
                "--provider=openai",
                "--model=m",
                "--base-url=" + server.baseUrl(),
                "--timeout=400ms",
                "--backoff=1ms",
                "--concurrency=1"));
    arguments.addAll(Arrays.asList(more));
    return new InProcess(folder).run(arguments.toArray(String[]::new));
  }

  private JsonNode metrics() throws IOException {
    return JSON.readTree(folder.resolve("out.jsonl.metrics.json").toFile());
  }

  private void assertWhole(int texts) throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve("out.jsonl"));
    assertEquals(texts, lines.size());
    for (int i = 0; i < texts; i++) {
      assertVector(i, JSON.readTree(lines.get(i)));
    }
  }

  private static void assertVector(int index, JsonNode line) {
    assertEquals(index, line.get("index").intValue());
    Vector expected = Vectors.of("text " + index, FaultyServer.DIMENSIONS);
    for (int d = 0; d < FaultyServer.DIMENSIONS; d++) {
      assertEquals(expected.at(d), line.get("embedding").get(d).floatValue());
    }
  }

  @ParameterizedTest
  @MethodSource("transientFaults")
  void aTransientFaultHeals(Fault fault) throws IOException {
    try (FaultyServer server = new FaultyServer(firstCalls(2, fault.reply()))) {
      assertEquals("", batch(server, 3).err());

      assertEquals(3, server.calls().size());
      assertWhole(3);
      assertEquals(2, metrics().get("retries").intValue());
    }
  }

  @ParameterizedTest
  @MethodSource("timeouts")
  void afterATimeoutHalfTheTextsAreSent(Fault fault) throws IOException {
    try (FaultyServer server = new FaultyServer(firstCalls(1, fault.reply()))) {
      assertEquals("", batch(server, 5).err());

      assertEquals(List.of(5, 2, 2, 1), server.calls().stream().map(List::size).toList());
      assertWhole(5);
    }
  }

  @ParameterizedTest
  @MethodSource("timeouts")
  void aServerThatIsAlwaysTooSlowEndsTheRunWithWhatMayHelp(Fault fault) throws IOException {
    try (FaultyServer server = new FaultyServer((call, texts) -> fault.reply())) {
      Ended ended = batch(server, 3);

      assertEquals(1, ended.code(), ended.err());
      assertEquals(1, ended.err().lines().count(), ended.err());
      for (String part :
          List.of(fault.told(), "--timeout", "--texts-per-request", "--concurrency")) {
        assertTrue(ended.err().contains(part), ended.err());
      }
      assertEquals(List.of(3, 1, 1, 1), server.calls().stream().map(List::size).toList());
    }
  }

  /** It is sent twice; then it is asked whether the server answers anything well. */
  @ParameterizedTest
  @MethodSource("badReplies")
  void aBadReplyHeals(Fault fault) throws IOException {
    try (FaultyServer server = new FaultyServer(firstCalls(2, fault.reply()))) {
      assertEquals(0, batch(server, 3, "--dimensions=4").code());

      assertEquals(List.of(3, 3, 2, 1), server.calls().stream().map(List::size).toList());
      assertWhole(3);
      assertEquals(1, metrics().get("retries").intValue());
    }
  }

  /** Those that are bad in the same way however many texts were asked for. */
  static Stream<Fault> badRepliesToAnyRequest() {
    Set<String> others = Set.of("an index twice", "a wrong dimension");
    return badReplies().filter(fault -> !others.contains(fault.name()));
  }

  @ParameterizedTest
  @MethodSource("badRepliesToAnyRequest")
  void aBadReplyToEveryRequestEndsTheRunInBothModes(Fault fault) throws IOException {
    for (String mode : List.of("fail", "collect")) {
      try (FaultyServer server = new FaultyServer((call, texts) -> fault.reply())) {
        Ended ended = batch(server, 3, "--dimensions=4", "--on-error=" + mode);

        assertEquals(1, ended.code(), ended.err());
        assertEquals(1, ended.err().lines().count(), ended.err());
        assertTrue(ended.err().contains(fault.told()), ended.err());
        assertTrue(ended.err().contains("no text is at fault"), ended.err());
        assertFalse(Files.exists(folder.resolve("out.jsonl")));
        assertEquals("failed", metrics().get("status").textValue());
        assertEquals(List.of(3, 3, 2, 2, 1, 1), server.calls().stream().map(List::size).toList());
      }
    }
  }

  /** Indexes that cannot be right, also where two texts alone have the same or one none. */
  static Stream<Fault> wrongIndexes() {
    return Stream.of(
        new Fault("in pairs", items(texts -> indexed(texts, i -> i / 2)), "0, 0, 1, 1, …"),
        new Fault("in pairs from 7", items(texts -> indexed(texts, i -> 7 + i / 2)), "7, 7, 8, 8"),
        new Fault("from 1", items(texts -> indexed(texts, i -> i + 1)), "1, 2, 3, 4, …"),
        new Fault("every second", items(texts -> indexed(texts, i -> 2 * i)), "0, 2, 4, 6, …"),
        new Fault("below zero", items(texts -> indexed(texts, i -> -i)), "0, -1, -2, -3, …"),
        new Fault(
            "missing at every second",
            items(
                texts ->
                    IntStream.range(0, texts.size())
                        .mapToObj(i -> indexed(texts, j -> j).get(i))
                        .map(item -> item.replaceAll("\"index\":\\d*[02468],", ""))
                        .toList()),
            "none, 1, none, 3"));
  }

  @ParameterizedTest
  @MethodSource("wrongIndexes")
  void indexesThatCannotBeRightEndTheRunAfterAFewCallsInBothModes(Fault fault) throws IOException {
    for (String mode : List.of("fail", "collect")) {
      try (FaultyServer server = new FaultyServer((call, texts) -> fault.reply())) {
        Ended ended = batch(server, 100, "--texts-per-request=50", "--on-error=" + mode);

        assertEquals(1, ended.code(), ended.err());
        assertEquals(1, ended.err().lines().count(), ended.err());
        assertTrue(ended.err().contains("its indexes are invalid"), ended.err());
        assertTrue(ended.err().contains(fault.told()), ended.err());
        assertEquals(List.of(50, 50, 2, 2, 2, 2), server.calls().stream().map(List::size).toList());
        assertEquals("failed", metrics().get("status").textValue());
      }
    }
  }

  /** Servers close connections that are idle, and the next call may be under way already. */
  @Test
  void aConnectionClosedUnderACallCostsThatCallAndNoPause() throws IOException {
    Reply closes = (texts, socket) -> socket.close();
    try (FaultyServer server =
        new FaultyServer((call, texts) -> call == 2 || call == 4 ? closes : good())) {
      // With a pause of a minute the test would time out.
      Ended ended = batch(server, 3, "--concurrency=1", "--texts-per-request=1", "--backoff=1m");

      assertEquals("", ended.err());
      assertWhole(3);
      assertEquals(5, metrics().get("api_calls").intValue());
      assertEquals(2, metrics().get("retries").intValue());
    }
  }

  @ParameterizedTest
  @MethodSource("transientFaults")
  void aFaultThatStaysEndsTheRunAfterThreeCallsAndSaysWhereAndWhy(Fault fault) throws IOException {
    try (FaultyServer server = new FaultyServer((call, texts) -> fault.reply())) {
      Ended ended = batch(server, 3, "--texts-per-request=3", "--dimensions=4");

      assertEquals(1, ended.code(), ended.err());
      assertEquals(1, ended.err().lines().count(), ended.err());
      assertTrue(ended.err().contains("in.jsonl:1: no vector"), ended.err());
      assertTrue(ended.err().contains(fault.told()), ended.err());
      assertTrue(ended.err().contains("run the same command to resume"), ended.err());
      assertFalse(Files.exists(folder.resolve("out.jsonl")));
      assertEquals("failed", metrics().get("status").textValue());
      assertEquals(3, server.calls().stream().filter(texts -> texts.size() == 3).count());
    }
  }

  @ParameterizedTest
  @MethodSource("waits")
  void aWaitThatTheProviderAsksForUsesUpNoAttempt(Fault fault) throws IOException {
    try (FaultyServer server = new FaultyServer(firstCalls(5, fault.reply()))) {
      assertEquals("", batch(server, 3, "--max-attempts=1").err());

      assertEquals(6, server.calls().size());
      assertWhole(3);
    }
  }

  @ParameterizedTest
  @MethodSource("waits")
  void patienceEndsAtTheLongestWait(Fault fault) throws IOException {
    try (FaultyServer server = new FaultyServer((call, texts) -> fault.reply())) {
      Ended ended = batch(server, 3, "--max-wait=300ms", "--backoff=100ms", "--on-error=collect");

      assertEquals(1, ended.code(), ended.err());
      assertEquals(1, ended.err().lines().count(), ended.err());
      assertTrue(ended.err().contains(fault.told()), ended.err());
      assertTrue(ended.err().contains("longer than the run waits"), ended.err());
    }
  }

  @ParameterizedTest
  @MethodSource("hopeless")
  void whatIsHopelessEndsTheRunAtOnceInBothModes(Fault fault) throws IOException {
    for (String mode : List.of("fail", "collect")) {
      try (FaultyServer server = new FaultyServer((call, texts) -> fault.reply())) {
        Ended ended = batch(server, 30, "--texts-per-request=3", "--on-error=" + mode);

        assertEquals(1, ended.code(), ended.err());
        assertEquals(1, ended.err().lines().count(), ended.err());
        assertTrue(ended.err().contains(fault.told()), ended.err());
        assertEquals(1, server.calls().size());
        assertFalse(Files.exists(folder.resolve("out.jsonl")));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aRefusedTextFailsAloneAtOnceAndItsNeighboursAreKept(Fault fault) throws IOException {
    try (FaultyServer server =
        new FaultyServer((call, texts) -> texts.contains("text 11") ? fault.reply() : good())) {
      // With a pause of a minute the test would time out: halving does not wait.
      Ended ended = batch(server, 16, "--on-error=collect", "--backoff=1m");

      assertEquals(4, ended.code(), ended.err());
      int calls = fault.told().equals("500") ? 9 : 10;
      assertEquals(
          calls, server.calls().size(), "1 + 2 log2 16, and a probe where it is not clear");
      List<String> lines = Files.readAllLines(folder.resolve("out.jsonl"));
      assertEquals(15, lines.size());
      for (int i = 0; i < 15; i++) {
        assertVector(i < 11 ? i : i + 1, JSON.readTree(lines.get(i)));
      }
      JsonNode failed = JSON.readTree(folder.resolve("out.jsonl.errors.jsonl").toFile());
      assertEquals(11, failed.get("index").intValue());
      assertEquals(12, failed.get("line").intValue());
      assertEquals("refused", failed.get("error").get("code").textValue());
      assertEquals(1, failed.get("error").get("attempts").intValue());
      assertTrue(failed.get("error").get("message").textValue().contains(fault.told()));
    }
  }

  @Test
  void aRefusedTextEndsARunInFailModeAndWhatWasAnsweredBeforeIsKept() throws IOException {
    try (FaultyServer server =
        new FaultyServer((call, texts) -> texts.contains("text 11") ? status(400, "{}") : good())) {
      Ended ended = batch(server, 16);

      assertEquals(1, ended.code());
      assertTrue(ended.err().contains("in.jsonl:12: no vector: "), ended.err());
      assertEquals(4, batch(server, 16, "--cache-only", "--on-error=collect").code());
      assertTrue(metrics().get("cache_hits").intValue() >= 8, "the first half was paid for");
    }
  }

  @ParameterizedTest
  @MethodSource("alwaysWrong")
  void aTextThatIsAlwaysAnsweredWronglyFailsAlone(Fault fault) throws IOException {
    try (FaultyServer server =
        new FaultyServer((call, texts) -> texts.contains("text 1") ? fault.reply() : good())) {
      Ended ended = batch(server, 4, "--on-error=collect", "--dimensions=4");

      assertEquals(4, ended.code(), ended.err());
      assertEquals(3, Files.readAllLines(folder.resolve("out.jsonl")).size());
      JsonNode failed = JSON.readTree(folder.resolve("out.jsonl.errors.jsonl").toFile());
      assertEquals(1, failed.get("index").intValue());
      assertEquals("provider_failed", failed.get("error").get("code").textValue());
      assertEquals(3, failed.get("error").get("attempts").intValue());
    }
  }

  /** What a server may do to one text whenever it sees it. */
  static Stream<Fault> alwaysWrong() {
    return Stream.of(
        new Fault("NaN", everyOneIs(NAN), ""),
        new Fault("all zeros", everyOneIs("[0,0,0,0]"), ""),
        new Fault("null", everyOneIs("null"), ""),
        new Fault("an empty 200", status(200, ""), ""));
  }

  private static Reply everyOneIs(String embedding) {
    return items(
        texts -> IntStream.range(0, texts.size()).mapToObj(i -> item(i, embedding)).toList());
  }

  @Test
  void tooManyTokensForOneRequestAreHalvedUntilTheyFit() throws IOException {
    for (int refusal : List.of(400, 413)) {
      try (FaultyServer server =
          new FaultyServer(
              (call, texts) -> texts.size() > 4 ? status(refusal, TOO_MANY) : good())) {
        assertEquals(
            "",
            batch(server, 16, "--backoff=1m", "--cache=" + folder.resolve("c" + refusal)).err());

        assertEquals(7, server.calls().size(), "16, 8, 4, 4, 8, 4, 4");
        assertWhole(16);
      }
    }
  }

  @Test
  void aServerThatIsNotThereIsTriedThreeTimes() throws IOException {
    FaultyServer gone = new FaultyServer((call, texts) -> good());
    gone.close();

    Ended ended = batch(gone, 3);

    assertEquals(1, ended.code());
    assertTrue(ended.err().contains("no connection: check that the server runs"), ended.err());
    assertEquals(3, metrics().get("api_calls").intValue());
  }

  @Test
  void aServerThatStillLoadsItsModelIsWaitedFor() throws IOException {
    String loading = "{\"error\":{\"code\":503,\"message\":\"Loading model\"}}";
    try (FaultyServer server = new FaultyServer(firstCalls(2, status(503, loading)))) {
      assertEquals("", batch(server, 3, "--max-attempts=1").err());

      assertWhole(3);
    }
  }

  @Test
  void noTextIsEverWrittenOrCachedWithAVectorThatWasRefused() throws IOException {
    try (FaultyServer server = new FaultyServer(firstCalls(1, oneIs("[0,0,0,0]")))) {
      assertEquals(0, batch(server, 3).code());
      assertWhole(3);
      assertEquals(0, batch(server, 3).code());
      assertWhole(3);
      assertEquals(2, server.calls().size(), "the second run made no call");
    }
  }

  @Test
  void aBudgetOfTokensEndsTheRunBeforeItGoesOver() throws IOException {
    // Its tokenizer is unknown, so a text of 6 bytes is taken for up to 8 tokens; 7 are counted.
    try (FaultyServer server = new FaultyServer((call, texts) -> good())) {
      Ended ended = batch(server, 9, "--texts-per-request=1", "--max-tokens=40");

      assertEquals(1, ended.code());
      assertTrue(
          ended
              .err()
              .contains(
                  "--max-tokens 40 ends the run: 35 tokens are spent, and the next text could take"
                      + " up to 8 more"),
          ended.err());
      assertEquals(5, server.calls().size());
      assertEquals(35, metrics().get("tokens").intValue());
    }
  }

  @Test
  void aBudgetOfDollarsIsTokensAtTheModelsPrice() throws IOException {
    Path catalog = folder.resolve("config/embedctl/catalog.json");
    Files.createDirectories(catalog.getParent());
    Files.writeString(catalog, "{\"openai\":{\"models\":{\"m\":{\"usd_per_million_tokens\":2}}}}");
    try (FaultyServer server = new FaultyServer((call, texts) -> good())) {
      Ended ended = batch(server, 9, "--texts-per-request=1", "--max-cost=0.00008");

      assertEquals(1, ended.code());
      assertTrue(
          ended.err().contains("--max-cost 0.00008 (40 tokens) ends the run: 35 tokens are spent"),
          ended.err());
      assertEquals(5, server.calls().size());
      assertEquals(0.00007, metrics().get("estimated_cost_usd").doubleValue(), 1e-12);
    }
  }

  @Test
  void moreErrorsThanAllowedEndACollectRun() throws IOException {
    try (FaultyServer server =
        new FaultyServer((call, texts) -> texts.contains("text 0") ? good() : status(400, "{}"))) {
      Ended ended =
          batch(server, 20, "--texts-per-request=1", "--on-error=collect", "--max-errors=4");

      assertEquals(1, ended.code());
      assertTrue(ended.err().contains("5 of the first 6 texts failed"), ended.err());
      assertEquals(6, server.calls().stream().distinct().count());
    }
  }

  @Test
  void limitsThatCannotBeMeantAreRefused() throws IOException {
    try (FaultyServer server = new FaultyServer((call, texts) -> good())) {
      for (String option :
          List.of(
              "--rpm=0",
              "--tpm=0",
              "--max-wait=0s",
              "--max-errors=3",
              "--max-errors=x",
              "--max-cost=0",
              "--max-cost=1",
              "--max-tokens=0")) {
        Ended ended = batch(server, 1, option);
        assertEquals(2, ended.code(), option + ": " + ended.err());
        assertTrue(ended.err().contains(option.replaceAll("=.*", "")), ended.err());
      }
      assertEquals(0, server.calls().size());
    }
  }
}
