package dev.embedctl.cli;

import static dev.embedctl.testing.FaultyServer.good;
import static dev.embedctl.testing.FaultyServer.goodWith;
import static dev.embedctl.testing.FaultyServer.item;
import static dev.embedctl.testing.FaultyServer.items;
import static dev.embedctl.testing.FaultyServer.resets;
import static dev.embedctl.testing.FaultyServer.status;
import static dev.embedctl.testing.FaultyServer.staysSilent;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.cli.InProcess.Ended;
import dev.embedctl.model.Vector;
import dev.embedctl.testing.FaultyServer;
import dev.embedctl.testing.FaultyServer.Reply;
import dev.embedctl.testing.FaultyServer.Script;
import dev.embedctl.testing.OpenAiReplies;
import dev.embedctl.testing.OpenAiServer;
import dev.embedctl.testing.Vectors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code embedctl doctor} in this process, against servers of every kind of health. */
@Timeout(60)
final class DoctorCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String KEY = "sk-S3CRETS3CRETS3CRET";

  @TempDir private Path folder;

  private Ended doctor(String baseUrl, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of("doctor", "--provider=openai", "--base-url=" + baseUrl, "--model=m"));
    all.addAll(Arrays.asList(more));
    return new InProcess(folder).with("OPENAI_API_KEY", KEY).run(all.toArray(String[]::new));
  }

  /** The report on a server that answers so. */
  private JsonNode report(Script script, String... more) throws IOException {
    try (FaultyServer server = new FaultyServer(script)) {
      Ended ended =
          doctor(
              server.baseUrl(),
              Stream.concat(Stream.of("--json"), Stream.of(more)).toArray(String[]::new));
      JsonNode report = JSON.readTree(ended.out());
      assertEquals(report.get("usable").booleanValue() ? 0 : 1, ended.code(), ended.err());
      return report;
    }
  }

  /** The report on a server whose vectors are made from a text and the call that it is in. */
  private JsonNode reportOn(Made made) throws IOException {
    return report((call, texts) -> items(each -> itemsOf(each, call, made)));
  }

  /** Makes the vector of a text. */
  @FunctionalInterface
  private interface Made {
    Vector of(List<String> texts, int position, int call);
  }

  private static List<String> itemsOf(List<String> texts, int call, Made made) {
    return IntStream.range(0, texts.size())
        .mapToObj(i -> item(i, OpenAiReplies.numbers(made.of(texts, i, call))))
        .toList();
  }

  private static Vector of(String text) {
    return Vectors.of(text, FaultyServer.DIMENSIONS);
  }

  /** The vector with its first value moved. */
  private static Vector moved(Vector vector, double by) {
    float[] values = vector.toArray();
    values[0] += (float) by;
    return Vector.wrap(values);
  }

  private static JsonNode finding(JsonNode report, String check) {
    for (JsonNode finding : report.get("findings")) {
      if (finding.get("check").textValue().equals(check)) {
        return finding;
      }
    }
    throw new AssertionError("no " + check + " in " + report);
  }

  private static void assertFound(String verdict, String found, JsonNode report, String check) {
    JsonNode finding = finding(report, check);
    assertEquals(verdict, finding.get("verdict").textValue(), finding.toString());
    assertTrue(finding.get("found").textValue().contains(found), finding.toString());
    assertEquals(!verdict.equals("ok"), finding.has("advice"), finding.toString());
  }

  @Test
  void aGoodServerIsToldCheckByCheck() throws IOException {
    JsonNode report = report((call, texts) -> good());

    assertFound("ok", "the server accepts the key in OPENAI_API_KEY", report, "key");
    assertFound("ok", "m answers", report, "model");
    assertFound("ok", "4", report, "dimensions");
    assertEquals(4, finding(report, "dimensions").at("/figures/dimensions").intValue());
    assertFound("ok", "the same vector, bit for bit", report, "same text");
    assertFound("ok", "vectors come in the order of the texts", report, "order");
    assertFound("ok", "do not change a vector", report, "neighbours");
    assertFound("ok", "base64", report, "encoding");
    assertFound("ok", "7 counted by the server", report, "tokens");
    assertFound("ok", "its headers state none", report, "rate limit");
    assertTrue(finding(report, "latency").at("/figures/median_ms").doubleValue() > 0);
    assertFalse(report.has("reason"));
  }

  @Test
  void sendsWhatItSaidThatItWouldBeforeItDid() throws IOException {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    AtomicReference<String> saidBefore = new AtomicReference<>("");
    Script script =
        (call, texts) -> {
          saidBefore.compareAndSet("", err.toString(StandardCharsets.UTF_8));
          return good();
        };
    try (FaultyServer server = new FaultyServer(script)) {
      InProcess.run(
          "",
          new ByteArrayOutputStream(),
          err,
          Map.of("OPENAI_API_KEY", KEY),
          InProcess.home(),
          "doctor",
          "--provider=openai",
          "--model=text-embedding-3-small",
          "--base-url=" + server.baseUrl(),
          "--config=/dev/null");

      assertEquals(
          "embedctl: sends 4 calls with 6 short texts, about 58 tokens, to openai at "
              + server.baseUrl()
              + " for text-embedding-3-small; the cost is unknown\n",
          saidBefore.get());
      List<List<String>> calls = server.calls();
      assertEquals(List.of(3, 1, 1, 1), calls.stream().map(List::size).toList());
      assertEquals(calls.get(0).get(0), calls.get(0).get(1));
      assertEquals(List.of(calls.get(0).get(0)), calls.get(3));
    }
  }

  @Test
  void saysWhatTheTextsCostWhereThePriceIsKnown() throws IOException {
    try (OpenAiServer server = new OpenAiServer(4, Duration.ZERO)) {
      Path config = Files.createDirectories(folder.resolve("config/embedctl"));
      Files.writeString(
          config.resolve("catalog.json"),
          "{\"ours\":{\"wire\":\"openai\",\"base_url\":\""
              + server.baseUrl()
              + "\",\"default_model\":\"x\",\"models\":{\"x\":{\"usd_per_million_tokens\":0.02}}}}");

      Ended ended = new InProcess(folder).run("doctor", "--provider=ours");

      assertEquals(0, ended.code(), ended.err());
      assertTrue(ended.err().endsWith("for x; they cost about $0.0000014\n"), ended.err());
      assertTrue(ended.out().contains("the server needs no key"), ended.out());
    }
  }

  @Test
  void whatItPrintsForTheConfigIsWhatARunTakes() throws IOException {
    try (FaultyServer server = new FaultyServer((call, texts) -> good())) {
      Ended ended =
          doctor(
              server.baseUrl(), "--dimensions=4", "--timeout=1m", "--api-key-env=OPENAI_API_KEY");
      assertEquals(0, ended.code(), ended.err());

      String lines = ended.out().split("config.properties:\n\n|\n\nor type:\n\n", -1)[1];
      assertEquals(
          "provider = openai\nmodel = m\ndimensions = 4\nbase-url = "
              + server.baseUrl()
              + "\napi-key-env = OPENAI_API_KEY\ntimeout = 60000ms",
          lines);
      String config = Files.writeString(folder.resolve("c"), lines).toString();
      String input = Files.writeString(folder.resolve("in.txt"), "a\n").toString();
      InProcess program = new InProcess(folder).with("OPENAI_API_KEY", KEY);
      assertEquals(0, program.run("batch", input, "--config", config).code());
      String typed = ended.lines().getLast();
      assertTrue(typed.startsWith("embedctl batch INPUT -o OUTPUT --provider openai"), typed);
      String[] arguments =
          typed
              .replace("embedctl ", "")
              .replace("INPUT", input)
              .replace("OUTPUT", folder.resolve("out.jsonl").toString())
              .split(" ");
      assertEquals(0, program.run(arguments).code());
      assertTrue(Files.exists(folder.resolve("out.jsonl")));
    }
  }

  @Test
  void settingsOfAFileCount() throws IOException {
    try (FaultyServer server = new FaultyServer((call, texts) -> good())) {
      String config =
          Files.writeString(
                  folder.resolve("c"),
                  "work.provider = openai\nwork.base-url = "
                      + server.baseUrl()
                      + "\nwork.model = of the file\nconcurrency = 3\n")
              .toString();

      Ended ended = new InProcess(folder).run("doctor", "--config", config, "--profile", "work");

      assertEquals(0, ended.code(), ended.err());
      assertTrue(ended.out().contains("model = of the file\n"), ended.out());
      assertTrue(ended.lines().getLast().contains("--model 'of the file'"), ended.out());
    }
  }

  @Test
  void nothingIsWritten() throws IOException {
    try (FaultyServer server = new FaultyServer((call, texts) -> good())) {
      assertEquals(0, doctor(server.baseUrl()).code());
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(), files.toList());
    }
  }

  @Test
  void theLocalModelIsExaminedToo() throws IOException {
    Ended ended = new InProcess(folder).run("doctor", "--json");

    assertEquals(0, ended.code(), ended.err());
    JsonNode report = JSON.readTree(ended.out());
    assertFound("ok", "384", report, "dimensions");
    assertFound("ok", "1", report, "length");
    assertFound("ok", "bit for bit", report, "same text");
    assertEquals(256, finding(report, "takes").at("/figures/tokens_per_text").intValue());
    assertTrue(ended.err().contains("nothing is sent"), ended.err());
  }

  @Test
  void base64ThatIsIgnoredIsToldAndIsNoTrouble() throws IOException {
    JsonNode report = reportOn((texts, i, call) -> of(texts.get(i)));

    assertFound("ok", "numbers: it ignores base64", report, "encoding");
    assertFound("ok", "it ignores encoding_format, which is left out", report, "learned");
    assertTrue(report.get("usable").booleanValue());
  }

  @Test
  void aWordThatIsRefusedIsLeftOutInOneCallMore() throws IOException {
    Script script =
        (call, texts) ->
            call == 1 ? status(400, "{\"message\":\"encoding_format is not supported\"}") : good();
    try (FaultyServer server = new FaultyServer(script)) {
      Ended ended = doctor(server.baseUrl(), "-v");

      assertEquals(0, ended.code(), ended.err());
      assertEquals(5, server.calls().size());
      assertTrue(ended.out().contains("it does not know encoding_format"), ended.out());
      assertTrue(ended.err().contains("it does not know encoding_format"), ended.err());
    }
  }

  @Test
  void vectorsOfLengthOneAreToldFromOthers() throws IOException {
    Made unit =
        (texts, i, call) -> {
          float[] values = of(texts.get(i)).toArray();
          double length =
              Math.sqrt(IntStream.range(0, 4).mapToDouble(k -> values[k] * values[k]).sum());
          for (int k = 0; k < 4; k++) {
            values[k] = (float) (values[k] / length);
          }
          return Vector.wrap(values);
        };

    assertFound("ok", "1: the dot product is the cosine", reportOn(unit), "length");
    assertFound("warn", "not 1", reportOn((texts, i, call) -> of(texts.get(i))), "length");
  }

  @Test
  void base64OfDoublesIsFoundOutByTheLengthOfItsVectors() throws IOException {
    JsonNode report =
        report(
            (call, texts) ->
                items(each -> itemsWith(each, text -> "\"" + doubles(of(text)) + "\"")));

    assertFound("fail", "which no model produces", report, "answer");
    assertFound("ok", "its base64 does not contain float32 values", report, "learned");
  }

  private static List<String> itemsWith(List<String> texts, Function<String, String> embedding) {
    return IntStream.range(0, texts.size())
        .mapToObj(i -> item(i, embedding.apply(texts.get(i))))
        .toList();
  }

  private static String doubles(Vector vector) {
    ByteBuffer bytes = ByteBuffer.allocate(vector.dimensions() * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : vector.toArray()) {
      bytes.putDouble(value);
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  @Test
  void aServerThatGivesATextAnotherVectorEachTimeCannotBeUsed() throws IOException {
    assertFound(
        "fail",
        "gets a different vector each time",
        reportOn((texts, i, call) -> of(call + texts.get(i) + i)),
        "same text");
  }

  @Test
  void vectorsThatDifferALittleFromCallToCallCanBeUsed() throws IOException {
    JsonNode report = reportOn((texts, i, call) -> moved(of(texts.get(i)), 1e-3 * call));

    assertFound("warn", "vectors of the same text differ by", report, "same text");
    assertFound("ok", "do not change", report, "neighbours");
    assertTrue(report.get("usable").booleanValue());
  }

  @Test
  void differencesOfFloat32RoundingAreNone() throws IOException {
    JsonNode report = reportOn((texts, i, call) -> moved(of(texts.get(i)), 1e-7 * call));

    assertFound("ok", "always has the same vector", report, "same text");
  }

  @Test
  void vectorsThatTheirNeighboursChangeALittleCanBeUsed() throws IOException {
    JsonNode report = reportOn((texts, i, call) -> moved(of(texts.get(i)), 1e-3 * texts.size()));

    assertFound("ok", "bit for bit", report, "same text");
    assertFound("warn", "the other texts of a request change a vector by", report, "neighbours");
    assertTrue(report.get("usable").booleanValue());
  }

  @Test
  void vectorsThatTheirNeighboursChangeMuchCannotBeUsed() throws IOException {
    assertFound(
        "fail",
        "the other texts of a request change a vector (cosine",
        reportOn((texts, i, call) -> moved(of(texts.get(i)), 0.5 * (texts.size() - 1))),
        "neighbours");
  }

  @ParameterizedTest
  @ValueSource(strings = {"210", "021"})
  void vectorsInTheWrongOrderCannotBeUsed(String order) throws IOException {
    JsonNode report =
        reportOn(
            (texts, i, call) ->
                of(texts.get(texts.size() == 1 ? i : Character.digit(order.charAt(i), 10))));

    assertFound("fail", "a vector belongs to another text", report, "order");
    assertTrue(
        report.get("reason").textValue().contains("set --texts-per-request 1"), report.toString());
  }

  @Test
  void aServerThatGivesEveryTextTheSameVectorCannotBeUsed() throws IOException {
    assertFound(
        "fail",
        "different texts have the same vector",
        reportOn((texts, i, call) -> of("whatever")),
        "answer");
  }

  @Test
  void limitsThatHeadersTellAreToldAndAreNoSettings() throws IOException {
    String[] headers = {
      "x-ratelimit-limit-requests: 3000",
      "x-ratelimit-remaining-requests: 2999",
      "x-ratelimit-reset-requests: 20ms",
      "x-ratelimit-limit-tokens: 1000000",
      "x-ratelimit-remaining-tokens: 999940",
      "x-ratelimit-reset-tokens: 1m30s"
    };
    try (FaultyServer server = new FaultyServer((call, texts) -> goodWith(headers))) {
      Ended ended = doctor(server.baseUrl());

      assertTrue(
          ended
              .out()
              .contains(
                  "2,999 of 3,000 requests left, reset in 20 ms; 999,940 of 1,000,000"
                      + " tokens left, reset in 90 s"),
          ended.out());
      assertTrue(ended.out().contains("\n# rpm = 3000\n# tpm = 1000000\n"), ended.out());
      assertFalse(ended.out().contains("\nrpm"), ended.out());
    }
  }

  @Test
  void anotherModelThanWasAskedForIsTold() throws IOException {
    String reply =
        "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":1,\"embedding\":[1,2]},"
            + "{\"index\":2,\"embedding\":[2,1]}],\"model\":\"m\"}";
    try (FaultyServer server = new FaultyServer((call, texts) -> status(200, reply))) {
      Ended ended = doctor(server.baseUrl(), "--model=bge-m3");

      assertEquals(1, ended.code());
      assertTrue(ended.err().contains("bge-m3 was requested, but m answers"), ended.err());
    }
  }

  @Test
  void otherDimensionsThanTheCatalogKnowsAreTold() throws IOException {
    assertFound(
        "warn",
        "4, but text-embedding-3-small has 1536",
        report((call, texts) -> good(), "--model=text-embedding-3-small"),
        "dimensions");
  }

  @Test
  void aServerThatTakesOneTextIsAskedForOneAtATime() throws IOException {
    JsonNode report =
        report(
            (call, texts) ->
                texts.size() > 1
                    ? status(
                        400,
                        "{\"message\":\"batch size is invalid, it should not be larger"
                            + " than 1.\"}")
                    : good());

    assertTrue(report.get("usable").booleanValue(), report.toString());
    assertFound("ok", "1 text, 300,000 tokens a request", report, "takes");
    assertEquals("1", report.at("/config/texts-per-request").textValue());
    assertFound("ok", "each text is sent alone", report, "order");
  }

  @Test
  void aLaterCallThatIsPutOffDoesNotMakeItUseless() throws IOException {
    JsonNode report =
        report((call, texts) -> call == 3 ? status(429, "{}", "Retry-After: 20") : good());

    assertTrue(report.get("usable").booleanValue());
    JsonNode finding = finding(report, "model");
    assertEquals("ok", finding.get("verdict").textValue());
    assertTrue(report.toString().contains("a later call failed: openai at 127.0.0.1: HTTP 429"));
    assertTrue(report.toString().contains("a run would retry that call, in 20 s"));
  }

  @Test
  void aLaterCallThatIsWrongDoes() throws IOException {
    JsonNode report =
        report((call, texts) -> call == 3 ? items(t -> List.of(item(0, "[1,2]"))) : good());

    assertTrue(
        report.get("reason").textValue().contains("has 2 dimensions instead of 4"),
        report.toString());
  }

  /** What makes a server useless, and what is said of it in one line. */
  record Trouble(String name, Reply reply, String told) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Trouble> troubles() {
    return Stream.of(
        new Trouble(
            "401",
            status(401, "{\"error\":{\"message\":\"Incorrect API key: " + KEY + "\"}}"),
            "the key was refused: HTTP 401: Incorrect API key: *** (key from OPENAI_API_KEY)"),
        new Trouble(
            "404",
            status(404, "{\"error\":{\"message\":\"no model m\"}}"),
            "no model m (key from OPENAI_API_KEY); check the spelling of the model's name"),
        new Trouble(
            "429 with a wait",
            status(429, "{}", "Retry-After: 20"),
            "HTTP 429: {}; try again in 20 s"),
        new Trouble("429", status(429, "{}"), "HTTP 429: {}; try again in a minute"),
        new Trouble(
            "loading",
            status(503, "{\"error\":{\"message\":\"Loading model\"}}"),
            "HTTP 503: Loading model; try again in 1 s"),
        new Trouble("500", status(500, "{}"), "HTTP 500: {}; try again later, or check"),
        new Trouble(
            "400", status(400, "{\"message\":\"no\"}"), "openai at 127.0.0.1: HTTP 400: no"),
        new Trouble(
            "a page",
            status(200, "<html>"),
            "check that the address is that of this provider's API"),
        new Trouble(
            "a redirect",
            status(302, "", "Location: /x"),
            "the address redirects calls to http://127.0.0.1:"),
        new Trouble("a reset", resets(), "whether it needs http or https"),
        new Trouble(
            "zeros", items(texts -> itemsWith(texts, text -> "[0,0,0,0]")), "all values are zero"));
  }

  @ParameterizedTest
  @MethodSource("troubles")
  void aServerThatCannotBeUsedIsToldInOneLineAfterOneCall(Trouble trouble) throws IOException {
    try (FaultyServer server = new FaultyServer((call, texts) -> trouble.reply())) {
      Ended ended = doctor(server.baseUrl());

      assertEquals(1, ended.code());
      assertEquals(2, ended.err().lines().count(), ended.err());
      assertTrue(ended.err().lines().toList().get(1).contains(trouble.told()), ended.err());
      assertEquals(1, server.calls().size());
      assertTrue(ended.out().startsWith("fail  "), ended.out());
      assertTrue(
          ended.out().endsWith("the provider cannot be used with these settings\n"), ended.out());
      assertFalse((ended.out() + ended.err()).contains(KEY));
    }
  }

  @Test
  void aServerThatStaysSilentIsToldAfterTheTimeout() throws IOException {
    try (FaultyServer server = new FaultyServer((call, texts) -> staysSilent())) {
      Ended ended = doctor(server.baseUrl(), "--timeout=300ms");

      assertEquals(1, ended.code());
      assertTrue(
          ended.err().contains("no complete reply within 300 ms; increase --timeout"), ended.err());
      assertEquals(1, server.calls().size());
    }
  }

  @Test
  void aStackTraceComesWithVerboseOnly() throws IOException {
    try (FaultyServer server = new FaultyServer((call, texts) -> status(401, KEY))) {
      Ended ended = doctor(server.baseUrl(), "-v");

      assertEquals(1, ended.code());
      assertTrue(ended.err().contains("\tat dev.embedctl"), ended.err());
      assertFalse((ended.out() + ended.err()).contains(KEY), ended.err());
    }
  }

  @Test
  void aServerThatWantsAKeyAndGotNoneSaysWhereToPutIt() throws IOException {
    try (FaultyServer server = new FaultyServer((call, texts) -> status(401, "{}"))) {
      Ended ended =
          new InProcess(folder).run("doctor", "--provider=openai", "--base-url", server.baseUrl());

      assertEquals(1, ended.code());
      assertTrue(
          ended
              .err()
              .endsWith(
                  "(no key given: OPENAI_API_KEY is empty or not set); put its key into OPENAI_API_KEY;"
                      + " --api-key-env names another variable\n"),
          ended.err());
    }
  }

  @Test
  void anAddressWithoutItsPathIsSuspected() throws IOException {
    for (Reply reply : List.of(status(404, "<html>"), status(200, "<html>"), status(405, ""))) {
      try (FaultyServer server = new FaultyServer((call, texts) -> reply)) {
        Ended ended = doctor(server.baseUrl().replace("/v1", "/"));

        assertEquals(1, ended.code());
        assertTrue(
            ended
                .err()
                .contains("(and so did " + server.baseUrl().replace("/v1", "/embeddings") + ")"),
            ended.err());
      }
    }
  }

  @Test
  void dimensionsThatItDoesNotGiveAreTold() throws IOException {
    JsonNode report = report((call, texts) -> good(), "--dimensions=3");

    assertTrue(
        report
            .get("reason")
            .textValue()
            .contains("4 dimensions instead of the 3 that were requested"),
        report.toString());
  }

  @Test
  void whereNobodyListensIsTold() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }

    Ended ended = doctor("http://127.0.0.1:" + port + "/v1");

    assertEquals(1, ended.code());
    assertTrue(ended.err().contains("no connection: check that the server runs"), ended.err());
    assertTrue(ended.out().startsWith("fail  connection"), ended.out());
  }

  @Test
  void whatCannotBeAskedForSaysSoAndSendsNothing() {
    Ended overHttp = doctor("http://192.0.2.1/v1");
    Ended withoutKey = new InProcess(folder).run("doctor", "--provider=openai");
    Ended misspelt = new InProcess(folder).run("doctor", "--provider=opnai");
    Ended never = new InProcess(folder).run("doctor", "--timeout=0s");

    for (Ended ended : List.of(overHttp, withoutKey, misspelt, never)) {
      assertEquals(2, ended.code());
      assertEquals("", ended.out());
      assertEquals(1, ended.err().lines().count(), ended.err());
    }
    assertTrue(overHttp.err().contains("the key would cross the network unencrypted"));
    assertTrue(withoutKey.err().contains("set OPENAI_API_KEY"));
    assertTrue(misspelt.err().contains("did you mean 'openai'?"));
    assertTrue(never.err().contains("--timeout must be greater than 0"));
  }

  @Test
  void whatAServerCallsItsModelIsNotLetLooseOnATerminal() throws IOException {
    String reply =
        "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":1,\"embedding\":[1,2]},"
            + "{\"index\":2,\"embedding\":[2,1]}],\"model\":\"\\u001b[31mred\\nx\"}";
    String alone =
        "{\"data\":[{\"index\":0,\"embedding\":[1,2]}],\"model\":\"\\u001b[31mred\\nx\"}";
    String other = alone.replace("1,2", "2,1");
    Script script = (call, texts) -> status(200, List.of(reply, alone, other, alone).get(call - 1));
    try (FaultyServer server = new FaultyServer(script)) {
      Ended ended = doctor(server.baseUrl(), "--model=bge");

      assertEquals(1, ended.code());
      assertTrue(ended.err().contains("but \uFFFD[31mred x answers"), ended.err());
      assertEquals(Optional.empty(), ended.lines().stream().filter(l -> l.equals("x")).findAny());
    }
  }
}
