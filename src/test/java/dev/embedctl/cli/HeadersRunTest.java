package dev.embedctl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.embedctl.cli.InProcess.Ended;
import dev.embedctl.model.Vector;
import dev.embedctl.testing.OpenAiReplies;
import dev.embedctl.testing.OpenAiReplies.Form;
import dev.embedctl.testing.ReplyServer;
import dev.embedctl.testing.Vectors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands with headers and parameters that a gateway requires. */
@Timeout(60)
final class HeadersRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SECRET = "gate-S3CRET/token+1";

  @TempDir private Path folder;
  private HttpServer server;
  private final List<Headers> headers = new CopyOnWriteArrayList<>();
  private final List<String> addresses = new CopyOnWriteArrayList<>();
  private volatile int status = 200;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  /** A failed reply contains all that the server got, as careless gateways do. */
  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      headers.add(exchange.getRequestHeaders());
      addresses.add(exchange.getRequestURI().toString());
      byte[] request = exchange.getRequestBody().readAllBytes();
      String body =
          status == 200
              ? vectors(request)
              : "{\"error\":{\"message\":\"no "
                  + exchange.getRequestURI()
                  + " with "
                  + exchange.getRequestHeaders().entrySet()
                  + "\"}}";
      byte[] reply = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, reply.length);
      exchange.getResponseBody().write(reply);
    }
  }

  private static String vectors(byte[] request) throws IOException {
    List<Vector> vectors =
        ReplyServer.input(JSON.readTree(request)).stream()
            .map(text -> Vectors.of(text, 4))
            .toList();
    return OpenAiReplies.of(vectors, Form.NUMBERS);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  private InProcess program() {
    return new InProcess(folder).with("GATE", SECRET);
  }

  private Ended batch(InProcess program, String... more) throws IOException {
    Path input = Files.writeString(folder.resolve("input.jsonl"), "\"a\"\n\"b\"\n");
    List<String> all = new ArrayList<>(List.of("batch", input.toString(), "-v"));
    all.addAll(List.of("-o", folder.resolve("output.jsonl").toString()));
    all.addAll(List.of("--events", folder.resolve("events").toString()));
    all.addAll(List.of("--cache", folder.resolve("cache").toString()));
    all.addAll(List.of("--backoff=1ms", "--provider=openai", "--model=m", "--base-url=" + url()));
    all.addAll(List.of(more));
    return program.run(all.toArray(String[]::new));
  }

  private String header(String name) {
    return headers.getLast().getFirst(name);
  }

  private void assertNothingContainsTheSecret(Ended... ended) throws IOException {
    List<String> texts = new ArrayList<>();
    for (Ended each : ended) {
      texts.add(each.out());
      texts.add(each.err());
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        texts.add(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    for (String text : texts) {
      assertFalse(text.contains("S3CRET"), text);
      assertFalse(text.contains("research-4711"), text);
    }
  }

  @Test
  void theyAreInEachCall() throws IOException {
    Ended ended =
        batch(
            program(),
            "--header=X-Gateway: id-$GATE",
            "--header=X-Team: research-4711",
            "--query=api-version=2026-01-01",
            "--query=key=$GATE");

    assertEquals(0, ended.code(), ended.err());
    assertEquals("id-" + SECRET, header("X-Gateway"));
    assertEquals("research-4711", header("X-Team"));
    assertEquals(
        "/v1/embeddings?api-version=2026-01-01&key=gate-S3CRET%2Ftoken%2B1", addresses.getLast());
    assertNothingContainsTheSecret(ended);
  }

  @Test
  void anAuthorizationReplacesTheProvidersKey() throws IOException {
    Ended ended =
        batch(program().with("OPENAI_API_KEY", "sk-own"), "--header=authorization: Bearer $GATE");

    assertEquals(0, ended.code(), ended.err());
    assertEquals(List.of("Bearer " + SECRET), headers.getLast().get("Authorization"));
  }

  @Test
  void aKeyThatAnOptionNamesIsSentBesideAHeaderOfAnotherName() throws IOException {
    Ended ended =
        batch(
            program().with("MY_KEY", "sk-own"),
            "--header=x-api-key: $GATE",
            "--api-key-env=MY_KEY");

    assertEquals(0, ended.code(), ended.err());
    assertEquals("Bearer sk-own", header("Authorization"));
    assertEquals(SECRET, header("x-api-key"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"api-key: $GATE", "Authorization: Bearer $GATE"})
  void noKeyIsDemandedIfAHeaderAuthorisesCalls(String header) {
    String[] embed = {
      "embed", "a", "--no-cache", "--provider=azure-openai", "--model=m", "--base-url=" + url()
    };
    assertEquals(2, program().run(embed).code());

    List<String> all = new ArrayList<>(List.of(embed));
    all.add("--header=" + header);
    Ended ended = program().run(all.toArray(String[]::new));

    assertEquals(0, ended.code(), ended.err());
    assertTrue(header(header.substring(0, header.indexOf(':'))).endsWith(SECRET));
  }

  @Test
  void severalMayStandInAFileAndInAVariable() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("own.properties"),
            "header = X-One: 1\nheader = X-Two: $GATE\nquery = a=1\nquery = b=$GATE\n");

    assertEquals(0, batch(program(), "--config=" + config).code());
    assertEquals(List.of("1", SECRET), List.of(header("X-One"), header("X-Two")));
    assertTrue(addresses.getLast().startsWith("/v1/embeddings?a=1&b=gate-"));

    InProcess withVariable = program().with("EMBEDCTL_HEADER", "X-Three: 3\nX-Four: $GATE");
    assertEquals(0, batch(withVariable, "--refresh").code());
    assertEquals(List.of("3", SECRET), List.of(header("X-Three"), header("X-Four")));

    assertEquals(
        0, batch(withVariable, "--config=" + config, "--header=X-Five: 5", "--refresh").code());
    assertEquals("5", header("X-Five"));
    assertFalse(headers.getLast().containsKey("X-One"), "the command line has precedence");
  }

  @Test
  void theShownSettingsContainOnlyNamesOfVariables() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("own.properties"),
            "header = X-One: $GATE\nheader = X-Two: Bearer ${GATE}\nquery = tier=research-4711\n");
    Ended shown =
        program()
            .run("batch", "in.jsonl", "--show-config", "--provider=openai", "--config=" + config);

    assertTrue(
        shown.out().contains("\nheader = X-One: $GATE\nheader = X-Two: Bearer ${GATE}\n"),
        shown.out());
    assertTrue(shown.out().contains(": not shown, it may hold a secret\n# query =\n"), shown.out());
    Ended typed =
        program().run("batch", "in.jsonl", "--show-config", "--header=X-One: research-4711");
    assertTrue(typed.out().contains("not shown, it may hold a secret\n# header =\n"), typed.out());
    assertFalse(shown.out().concat(typed.out()).contains("research"), shown.out());
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 404, 429, 500})
  void whatAServerRepeatsOfThemIsNotRepeatedByUs(int refusal) throws IOException {
    status = refusal;
    String[] extras = {
      "--header=X-Gateway: id-$GATE",
      "--header=Authorization: Bearer $GATE",
      "--header=X-Team: research-4711",
      "--query=key=$GATE",
      "--max-wait=300ms",
    };

    Ended ended = batch(program(), extras);
    Ended doctor =
        program()
            .run(
                "doctor",
                "-v",
                "--provider=openai",
                "--model=m",
                "--base-url=" + url(),
                extras[0],
                extras[1],
                extras[2],
                extras[3]);

    assertEquals(1, ended.code(), ended.err());
    assertEquals(1, doctor.code(), doctor.err());
    assertTrue(ended.err().contains("***"), ended.err());
    assertNothingContainsTheSecret(ended, doctor);
  }

  @Test
  void aRejectedHeaderIsNamed() throws IOException {
    status = 401;

    Ended ended = batch(program(), "--header=Authorization: Bearer $GATE");

    assertTrue(ended.err().contains("(with your header Authorization)"), ended.err());
  }

  @Test
  void theDoctorPrescribesThemWithoutValues() throws IOException {
    Ended doctor =
        program()
            .run(
                "doctor",
                "--provider=openai",
                "--model=m",
                "--base-url=" + url(),
                "--header=Authorization: Bearer $GATE",
                "--header=X-Gateway: $GATE",
                "--header=X-Team: research-4711",
                "--query=tier=research-4711");

    assertEquals(0, doctor.code(), doctor.err());
    assertTrue(doctor.out().contains("the server accepts your header Authorization"), doctor.out());
    assertTrue(
        doctor
            .out()
            .contains("\nheader = Authorization: Bearer $GATE\nheader = X-Gateway: $GATE\n"),
        doctor.out());
    assertTrue(
        doctor
            .out()
            .contains(" --header 'Authorization: Bearer $GATE' --header 'X-Gateway: $GATE'"),
        doctor.out());
    assertNothingContainsTheSecret(doctor);
  }

  @Test
  void aSecretDoesNotCrossTheNetworkUnencrypted() {
    Ended ended =
        program()
            .run(
                "embed",
                "a",
                "--provider=openai",
                "--model=m",
                "--base-url=http://192.0.2.1/v1",
                "--header=X-Gateway: $GATE");

    assertEquals(2, ended.code());
    assertEquals(
        "embedctl: --base-url http://192.0.2.1/v1: the header X-Gateway would cross the network"
            + " unencrypted; use https, omit it, or set --allow-insecure\n",
        ended.err());
  }

  @Test
  void aSecretIsNotSentToAnAddressThatOnlyTheMetricsFileNames() throws IOException {
    assertEquals(0, batch(program()).code());
    int calls = addresses.size();

    Ended ended =
        program()
            .run(
                "search",
                folder.resolve("output.jsonl").toString(),
                "a",
                "--header=X-Gateway: $GATE");

    assertEquals(2, ended.code(), ended.err());
    assertTrue(
        ended.err().contains("which would get the text and the header X-Gateway"), ended.err());
    assertEquals(calls, addresses.size());
  }

  private Ended embed(InProcess program, String... more) {
    List<String> all = new ArrayList<>(List.of("embed", "a", "--no-cache", "--model=m"));
    all.addAll(List.of(more));
    return program.run(all.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource({
    "openai,       OPENAI_BASE_URL,       /v1,   /v1/embeddings",
    "azure-openai, AZURE_OPENAI_ENDPOINT, '',    /openai/deployments/m/embeddings?api-version=2024-02-01",
  })
  void theProvidersOwnVariableNamesTheAddressWhereNoOptionDoes(
      String provider, String variable, String path, String called) {
    InProcess program =
        program().with("AZURE_OPENAI_API_KEY", "k").with(variable, url().replace("/v1", "") + path);

    Ended ended = embed(program, "--provider=" + provider, "-v");

    assertEquals(0, ended.code(), ended.err());
    assertEquals(called, addresses.getLast());
    assertTrue(ended.err().contains("the base URL is from " + variable + "\n"), ended.err());
    Ended other = embed(program, "--provider=" + provider, "--base-url=http://127.0.0.1:1/v1");
    assertEquals(1, other.code(), other.err());
  }

  @Test
  void ollamasVariableNamesItsAddressInAnyOfItsForms() {
    Ended ended =
        embed(
            program().with("OLLAMA_HOST", "0.0.0.0:" + server.getAddress().getPort()),
            "--provider=ollama");

    assertTrue(addresses.contains("/api/embed"), ended.err());
  }

  @Test
  void theShownSettingsSayFromWhichVariableTheAddressIs() {
    InProcess program =
        program()
            .with("OPENAI_BASE_URL", "https://host.test/v1")
            .with("OPENAI_ORG_ID", "org-research-4711");

    Ended shown = embed(program, "--provider=openai", "--show-config");
    assertTrue(
        shown.out().contains("\n# OPENAI_BASE_URL\nbase-url = https://host.test/v1\n"),
        shown.out());
    assertTrue(
        shown.out().contains("\n# the header OpenAI-Organization is from OPENAI_ORG_ID\n"),
        shown.out());
    assertFalse(shown.out().contains("4711"), shown.out());
    for (String[] other :
        List.of(
            new String[] {"--provider=voyage"},
            new String[] {"--provider=openai", "--base-url="},
            new String[] {"--provider=openai", "--base-url=https://other.test"})) {
      List<String> all = new ArrayList<>(List.of(other));
      all.add("--show-config");
      String out = embed(program, all.toArray(String[]::new)).out();
      assertFalse(out.contains("OPENAI_BASE_URL"), out);
    }
  }

  @Test
  void anAddressInAVariableThatIsNoneIsAnErrorThatNamesTheVariable() {
    Ended ended = embed(program().with("OPENAI_BASE_URL", "ftp://host"), "--provider=openai");

    assertEquals(2, ended.code(), ended.err());
    assertTrue(
        ended.err().startsWith("embedctl: OPENAI_BASE_URL: --base-url ftp://host: "), ended.err());
  }

  @Test
  void anAccountAtOpenAiIsInTheHeadersOfEachCall() {
    InProcess program =
        program().with("OPENAI_ORG_ID", "org-1").with("OPENAI_PROJECT_ID", "proj$1");

    Ended ended = embed(program, "--provider=openai", "--base-url=" + url(), "-v");
    assertEquals(0, ended.code(), ended.err());
    assertEquals(
        List.of("org-1", "proj$1"),
        List.of(header("OpenAI-Organization"), header("OpenAI-Project")));
    assertTrue(ended.err().contains("OpenAI-Project is from OPENAI_PROJECT_ID"), ended.err());

    embed(
        program, "--provider=openai", "--base-url=" + url(), "--header=openai-organization: other");
    assertEquals(
        List.of("other", "proj$1"),
        List.of(header("OpenAI-Organization"), header("OpenAI-Project")));
  }

  @Test
  void anAddressInTheEnvironmentIsTrustedWhereAMetricsFileNamesItToo() throws IOException {
    InProcess program = program().with("OPENAI_API_KEY", "sk-own");
    assertEquals(0, batch(program).code());
    String output = folder.resolve("output.jsonl").toString();

    assertEquals(2, program.run("search", output, "a").code());
    Ended ended = program.with("OPENAI_BASE_URL", url()).run("search", output, "a");
    assertEquals(0, ended.code(), ended.err());
  }
}
