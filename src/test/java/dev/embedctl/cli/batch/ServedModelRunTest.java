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
import dev.embedctl.testing.RecordingServer;
import dev.embedctl.testing.RecordingServer.Reply;
import dev.embedctl.testing.RecordingServer.Request;
import dev.embedctl.testing.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs against servers that say which model they have, and may change it behind its name. */
@Timeout(60)
final class ServedModelRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DIMENSIONS = 16;
  private static final List<String> TEXTS =
      List.of("alpha", "beta", "gamma", "delta", "epsilon", "zeta");

  @TempDir private Path folder;
  private RecordingServer server;
  private volatile String model = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
  private volatile int swapAfter = Integer.MAX_VALUE;
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private volatile Reply failure = new Reply(503, "");
  private volatile int failAfter = Integer.MAX_VALUE;
  private volatile boolean lists = true;

  /** A kind of server, with its only model {@code m}. */
  enum Api {
    TEI("/info", "{\"model_id\":\"m\",\"model_sha\":\"%s\",\"max_client_batch_size\":32}"),
    OLLAMA("/api/tags", "{\"models\":[{\"name\":\"m:latest\",\"digest\":\"%s\",\"size\":1}]}"),
    VLLM("/v1/models", "{\"object\":\"list\",\"data\":[{\"id\":\"m\",\"root\":\"%s\"}]}");

    private final String path;
    private final String list;

    Api(String path, String list) {
      this.path = path;
      this.list = list;
    }

    List<String> arguments(String url) {
      return List.of(
          "--provider=" + name().toLowerCase(java.util.Locale.ROOT),
          "--base-url=" + url + (this == VLLM ? "/v1" : ""));
    }
  }

  @BeforeEach
  void open() throws IOException {
    server = new RecordingServer("Authorization", this::answer);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private Reply answer(Request request) {
    try {
      if (request.method().equals("GET")) {
        if (calls.get() >= failAfter && failures.getAndDecrement() > 0) {
          return failure;
        }
        for (Api api : Api.values()) {
          if (lists && request.path().equals(api.path)) {
            return Reply.ok(api.list.formatted(model));
          }
        }
        return new Reply(404, "");
      }
      if (calls.incrementAndGet() > swapAfter) {
        model = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
      }
      return Reply.ok(vectors(request));
    } catch (IOException e) {
      return new Reply(400, e.getMessage());
    }
  }

  private String vectors(Request request) throws IOException {
    JsonNode body = JSON.readTree(request.body());
    ObjectNode reply = JSON.createObjectNode();
    ArrayNode plain = JSON.createArrayNode();
    ArrayNode data = reply.putArray("data");
    for (JsonNode text : body.has("inputs") ? body.get("inputs") : body.get("input")) {
      Vector vector = Vectors.of(model + text.textValue(), DIMENSIONS).ofUnitLength();
      ArrayNode numbers = plain.addArray();
      for (int i = 0; i < DIMENSIONS; i++) {
        numbers.add(vector.at(i));
      }
      data.addObject().put("index", data.size() - 1).set("embedding", numbers);
    }
    reply.set("embeddings", plain);
    return (request.path().equals("/embed") ? plain : reply).toString();
  }

  private Ended batch(Api api, String... more) throws IOException {
    List<String> lines = TEXTS.stream().map(text -> '"' + text + '"').toList();
    Path in = Files.write(folder.resolve("in.jsonl"), lines);
    List<String> arguments =
        new ArrayList<>(
            List.of("batch", in.toString(), "-o", output().toString(), "--backoff=1ms"));
    arguments.addAll(api.arguments(server.url()));
    arguments.addAll(List.of(more));
    return new InProcess(folder).run(arguments.toArray(String[]::new));
  }

  private Path output() {
    return folder.resolve("out.jsonl");
  }

  private void assertRight(Ended ended, String of) throws IOException {
    assertEquals(0, ended.code(), ended.err());
    List<String> lines = Files.readAllLines(output());
    for (int i = 0; i < TEXTS.size(); i++) {
      Vector expected = Vectors.of(of + TEXTS.get(i), DIMENSIONS).ofUnitLength();
      JsonNode embedding = JSON.readTree(lines.get(i)).get("embedding");
      assertEquals(expected.at(0), embedding.get(0).floatValue(), 1e-6);
    }
  }

  private long embeddingCalls() {
    return server.requests().stream().filter(each -> each.method().equals("POST")).count();
  }

  private long questions() {
    return server.requests().size() - embeddingCalls();
  }

  @ParameterizedTest
  @EnumSource(Api.class)
  void aServersOnlyModelNeedsNoName(Api api) throws IOException {
    String first = model;
    assertRight(batch(api), first);
    long paid = embeddingCalls();

    assertRight(batch(api, "--model=m"), first);
    assertEquals(
        api == Api.OLLAMA ? 2 * paid : paid,
        embeddingCalls(),
        "the name that the server gives is the one that is typed");
  }

  @ParameterizedTest
  @EnumSource(Api.class)
  void aWarmRunUsesNoVectorOfAnotherModelOfTheSameName(Api api) throws IOException {
    String first = model;
    assertRight(batch(api, "--model=m"), first);
    model = "cccccccccccccccccccccccccccccccccccccccc";

    Ended ended = batch(api, "--model=m");

    assertRight(ended, model);
    assertEquals(1, ended.err().lines().count(), ended.err());
    assertTrue(
        ended.err().contains("cccccccccccc, and was ")
            && ended.err().contains("aaaaaaaaaaaa in an earlier run, so no vector of that run is"),
        ended.err());
    long paid = embeddingCalls();
    model = first;
    assertRight(batch(api, "--model=m"), first);
    assertEquals(paid, embeddingCalls(), "the first model's vectors are still there");
  }

  @ParameterizedTest
  @EnumSource(Api.class)
  void aColdRunEndsWhereTheServerChangesItsModel(Api api) throws IOException {
    swapAfter = 2;
    String[] small = {"--model=m", "--texts-per-request=1", "--concurrency=1"};
    String first = model;

    Ended ended = batch(api, small);

    assertEquals(1, ended.code(), ended.err());
    assertEquals(1, ended.err().lines().count(), ended.err());
    assertTrue(ended.err().contains("aaaaaaaaaaaa when the run began, and is "), ended.err());
    assertFalse(Files.exists(output()));
    swapAfter = Integer.MAX_VALUE;
    model = first;
    long before = embeddingCalls();
    assertRight(batch(api, small), first);
    assertTrue(embeddingCalls() - before <= TEXTS.size() - 1, "no vector of the other is kept");
  }

  @ParameterizedTest
  @EnumSource(Api.class)
  void aRunThatSendsNothingTakesTheModelOfTheLastRun(Api api) throws IOException {
    String first = model;
    assertRight(batch(api, "--model=m"), first);
    int asked = server.requests().size();

    assertRight(batch(api, "--model=m", "--cache-only"), first);
    Ended dry = batch(api, "--model=m", "--dry-run");
    assertEquals(0, dry.code(), dry.err());
    assertEquals(TEXTS.size(), JSON.readTree(dry.out()).get("cache_hits").intValue(), dry.out());
    assertEquals(asked, server.requests().size(), "no call and no question");
  }

  @Test
  void aServerThatIsDownServesWhatIsCached() throws IOException {
    String first = model;
    assertRight(batch(Api.TEI, "--model=m"), first);
    server.close();

    assertRight(batch(Api.TEI, "--model=m"), first);
    assertRight(batch(Api.TEI), first);
  }

  @ParameterizedTest
  @EnumSource(Api.class)
  void aServerThatListsNothingKeepsItsKeys(Api api) throws IOException {
    lists = false;
    if (api != Api.VLLM) { // whose default has other dimensions
      assertEquals(2, batch(api).code());
    }
    assertRight(batch(api, "--model=m"), model);
    long paid = embeddingCalls();
    assertRight(batch(api, "--model=m"), model);

    assertEquals(paid, embeddingCalls());
    String caches = new InProcess(folder).run("cache", "stats", "--json").out();
    assertFalse(caches.contains("served"), caches);
  }

  @Test
  void aServerWithSeveralModelsNeedsAName() throws IOException {
    server.close();
    server =
        new RecordingServer(
            "Authorization",
            request ->
                Reply.ok(
                    "{\"models\":[{\"name\":\"m:latest\",\"digest\":\"1\"},{\"name\":\"n:2\"}]}"));

    Ended ended = batch(Api.OLLAMA);

    assertEquals(2, ended.code());
    assertEquals(
        "embedctl: --provider ollama needs --model: its server has m:latest, n:2\n", ended.err());
  }

  @Test
  void theServerIsAskedOnceForRepliesThatComeTogether() throws IOException {
    assertRight(batch(Api.TEI, "--model=m", "--texts-per-request=1", "--concurrency=1"), model);

    // Once at the beginning, once for its limits, and once after each reply.
    assertEquals(2 + embeddingCalls(), questions());
  }

  @ParameterizedTest
  @EnumSource(Api.class)
  void aPaidReplyIsKeptIfTheQuestionAfterItFailsForAWhile(Api api) throws IOException {
    failAfter = 1;
    failures.set(2);

    assertRight(batch(api, "--model=m"), model);

    assertEquals(1, embeddingCalls());
    assertTrue(failures.get() < 0, "the question failed twice");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void textsAreNotHalvedIfTheServerNamesItsModelNoMore(boolean fails) throws IOException {
    failAfter = 1;
    failures.set(Integer.MAX_VALUE);
    failure = new Reply(fails ? 503 : 404, "");

    Ended ended = batch(Api.TEI, "--model=m", "--max-attempts=1");

    assertEquals(1, ended.code(), ended.err());
    assertEquals(1, ended.err().lines().count(), ended.err());
    assertTrue(
        ended.err().contains(fails ? "503 for /info" : "lists no models at /info any more"),
        ended.err());
    assertEquals(1, embeddingCalls());
  }

  @Test
  void aServerThatIsStartingIsAskedAgainSoThatTheKeyHoldsItsModel() throws IOException {
    failAfter = 0;
    failures.set(2);

    assertRight(batch(Api.TEI, "--model=m"), model);

    String caches = new InProcess(folder).run("cache", "stats", "--json").out();
    assertTrue(caches.contains("served"), caches);
  }

  @ParameterizedTest
  @EnumSource(Api.class)
  void aServerThatListsItsModelsNoMoreServesWhatIsCached(Api api) throws IOException {
    String first = model;
    assertRight(batch(api, "--model=m"), first);
    long paid = embeddingCalls();
    lists = false;

    Ended ended = batch(api, "--model=m", "-v");

    assertRight(ended, first);
    assertEquals(paid, embeddingCalls());
    assertTrue(
        ended.err().contains("lists no models; the model of the last run counts"), ended.err());
  }

  @ParameterizedTest
  @EnumSource(Api.class)
  void anAllowedNameOfTheServerKeepsItsModelInTheKeyAndIsWatched(Api api) throws IOException {
    String[] alias = {
      "--model=alias", "--allow-model=m", "--texts-per-request=1", "--concurrency=1"
    };
    String first = model;
    assertRight(batch(api, alias), first);
    model = "cccccccccccccccccccccccccccccccccccccccc";
    Ended other = batch(api, alias);
    assertRight(other, model);
    assertTrue(other.err().contains("the model alias is "), other.err());

    new InProcess(folder).run("cache", "clear", "--yes");
    swapAfter = calls.get() + 2;
    Files.delete(output());
    Ended swapped = batch(api, alias);

    assertEquals(1, swapped.code(), swapped.err());
    assertTrue(swapped.err().contains("when the run began, and is "), swapped.err());
  }

  @Test
  void aServerOfAnyKindIsAskedOnlyIfNoModelIsNamed() {
    String[] embed = {
      "embed", "one", "--provider=openai", "--base-url=" + server.url() + "/v1", "--model=m"
    };

    assertEquals(0, new InProcess(folder).run(embed).code());
    assertEquals(0, questions());

    embed[4] = "--no-cache";
    assertEquals(0, new InProcess(folder).run(embed).code());
    assertTrue(questions() > 0, "the server's only model is asked for");
  }

  @Test
  void aHostedServiceIsNotAsked() {
    Ended ended =
        new InProcess(folder)
            .with("OPENAI_API_KEY", "sk-x")
            .with("HTTPS_PROXY", server.url())
            .run("embed", "one", "--provider=openai", "--max-attempts=1");

    assertEquals(1, ended.code());
    assertTrue(
        server.requests().stream().noneMatch(request -> request.method().equals("GET")),
        server.requests()::toString);
  }
}
