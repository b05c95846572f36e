package dev.embedctl.cli.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.embedctl.cli.InProcess;
import dev.embedctl.testing.ForwardProxy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * However a verbose run fails, neither the key nor a proxy's password stands in anything that it
 * leaves: what it said, stack traces and all, and every file.
 */
@Timeout(60)
final class SecretsStayTest {
  private static final String KEY = "sk-S3CRET/key+with=odd~characters&0123456789";
  private static final String PASSWORD = "hush:p@ss/word";
  private static final String PROXY_USER = "user:" + percent(PASSWORD);

  /** Each form, and the beginning, since a message may be cut. */
  private static final List<String> SECRETS =
      List.of(
          KEY,
          "sk-S3CRET",
          percent(KEY),
          base64(KEY),
          base64(KEY).substring(0, 12),
          PASSWORD,
          "p@ss",
          percent(PASSWORD),
          base64("user:" + PASSWORD));

  @TempDir private Path folder;
  private HttpServer server;
  private String input = "\"a\"\n\"b\"\n";
  private volatile Reply reply = new Reply(500, "", "");
  private final Map<String, String> env = new TreeMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** What the server answers. */
  private record Reply(int status, String location, String body) {}

  private static String percent(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String base64(String text) {
    return Base64.getEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    env.put("OPENAI_API_KEY", KEY);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      assertEquals("Bearer " + KEY, exchange.getRequestHeaders().getFirst("Authorization"));
      if (!reply.location().isEmpty()) {
        exchange.getResponseHeaders().add("Location", reply.location());
      }
      byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(reply.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String baseUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  /** A verbose run that writes all that it can. */
  private int run(String baseUrl, String... more) throws IOException {
    Path file = Files.writeString(folder.resolve("input.jsonl"), input);
    List<String> arguments = new ArrayList<>(List.of("batch", file.toString(), "-v"));
    for (String name : List.of("output", "metrics", "events", "errors", "cache")) {
      arguments.addAll(List.of("--" + name, folder.resolve(name).toString()));
    }
    arguments.addAll(List.of("--provider", "openai", "--base-url", baseUrl));
    arguments.addAll(List.of("--backoff", "1ms", "--max-wait", "300ms"));
    arguments.addAll(List.of("--output-format", "jsonl"));
    arguments.addAll(List.of(more));
    return InProcess.run("", out, err, env, InProcess.home(), arguments.toArray(String[]::new));
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private void assertNothingTellsASecret() throws IOException {
    assertFree("standard output", out.toString(StandardCharsets.ISO_8859_1));
    assertFree("standard error", said());
    for (Path file : files()) {
      assertFree(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
    }
  }

  private static void assertFree(String where, String text) {
    for (String secret : SECRETS) {
      assertFalse(text.contains(secret), () -> where + " tells " + secret + ":\n" + text);
    }
  }

  /** {@code KEY}, {@code PERCENT}, {@code BASE64} stand for the key, {@code 270x} for a filler. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401 |               | {\"error\":{\"message\":\"Incorrect API key provided: KEY\"}} | 401",
        "401 |               | {\"error\":{\"message\":\"270x KEY\"}}                        | 401",
        "401 |               | 1990x KEY                                                  | 401",
        "403 |               | {\"error\":\"BASE64 and PERCENT\"}                           | 403",
        "302 | /v2?key=KEY   | <a href='/v2?key=KEY'>moved</a>                           | redirects",
        "307 | /v2?k=PERCENT | moved                                                     | redirects",
        "308 | /v2?k=BASE64  | moved                                                     | redirects",
        "500 |               | <html><pre>Authorization: Bearer KEY</pre></html>         | 500",
        "429 |               | {\"error\":{\"message\":\"slow down, KEY\"}}                  | 429",
        "200 |               | {\"data\":[{\"index\":KEY}]}                                 | cannot be read",
      })
  void whatAServerRepeatsIsNotRepeatedByUs(int status, String location, String body, String told)
      throws IOException {
    reply = new Reply(status, location == null ? "" : filled(location), filled(body));

    assertEquals(1, run(baseUrl()));

    assertTrue(said().contains(told), this::said);
    assertTrue(said().contains("\tat dev.embedctl."), "with a stack trace");
    assertNothingTellsASecret();
  }

  private static String filled(String text) {
    String filled =
        text.replace("KEY", KEY).replace("PERCENT", percent(KEY)).replace("BASE64", base64(KEY));
    for (int filler : new int[] {1990, 270}) {
      filled = filled.replace(filler + "x", "x".repeat(filler));
    }
    return filled;
  }

  /** The JDK quotes such a line in its exception, which -v shows as the cause. */
  @Test
  void aStatusLineThatRepeatsTheKeyIsNotRepeatedByUs() throws IOException {
    try (ForwardProxy broken = ForwardProxy.answering(KEY)) {
      assertEquals(1, run("http://127.0.0.1:" + broken.port() + "/v1"));
    }

    assertTrue(said().contains("***"), this::said);
    assertNothingTellsASecret();
  }

  @Test
  void aFailedTextsMessageTellsNoKeyEither() throws IOException {
    reply = new Reply(400, "", "{\"error\":{\"message\":\"too long a text for " + KEY + "\"}}");
    input = "{\"text\":\"" + "word ".repeat(500) + "\"}\n"; // a short one is the server's fault

    assertEquals(4, run(baseUrl(), "--on-error", "collect"));

    assertTrue(Files.readString(folder.resolve("errors")).contains("too long a text for ***"));
    assertNothingTellsASecret();
  }

  @Test
  void aServerThatIsNotThereIsToldWithoutTheKey() throws IOException {
    String gone = baseUrl();
    server.stop(0);

    assertEquals(1, run(gone));

    assertTrue(said().contains("no connection"), this::said);
    assertNothingTellsASecret();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://user:SECRET@127.0.0.1/v1",
        "http://SECRET@127.0.0.1/v1",
        "http://user:SECRET@not a host/v1",
        "http://user:SECRET@not_a_host/v1",
        "user:SECRET@127.0.0.1/v1",
        "//user:SECRET@127.0.0.1/v1",
        "mailto:SECRET@127.0.0.1",
        "https://127.0.0.1/v1?key=SECRET",
        "https://127.0.0.1/v 1?key=SECRET",
        "https://127.0.0.1/v1#SECRET",
      })
  void aSecretInTheAddressIsRefusedAndNotRepeated(String baseUrl) throws IOException {
    assertEquals(2, run(baseUrl.replace("SECRET", "sk-S3CRET")));

    assertTrue(said().startsWith("embedctl: --base-url "), this::said);
    assertNothingTellsASecret();
  }

  @Test
  void aKeyGivenInPlaceOfItsVariablesNameIsNotRepeated() throws IOException {
    assertEquals(2, run(baseUrl(), "--api-key-env", KEY));

    assertTrue(said().contains("--api-key-env is the name of"), this::said);
    assertNothingTellsASecret();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\t", " ", "\u0000", "\u007f", "\u00e4", "\u20ac"})
  void aKeyThatNoHeaderCanCarryIsAUsageErrorThatDoesNotRepeatIt(String odd) throws IOException {
    env.put("OPENAI_API_KEY", KEY + odd + KEY);

    assertEquals(2, run(baseUrl()));

    assertTrue(said().contains("the key in OPENAI_API_KEY contains"), this::said);
    assertNothingTellsASecret();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "407 Proxy Authentication Required",
        "502 Bad Gateway",
        "403 Forbidden",
        "302 Found\r\nLocation: http://elsewhere.test/",
      })
  void whatAProxyRepeatsIsNotRepeatedByUs(String status) throws IOException {
    try (ForwardProxy proxy = ForwardProxy.answering(status)) {
      for (String scheme : List.of("http", "https")) {
        env.put(scheme + "_proxy", "http://" + PROXY_USER + "@127.0.0.1:" + proxy.port());

        assertEquals(1, run(scheme + "://api.example.test/v1", "--allow-insecure"), this::said);

        assertTrue(said().contains("through the proxy 127.0.0.1:" + proxy.port()), this::said);
        assertNothingTellsASecret();
      }
      assertTrue(proxy.heads().size() >= 2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://user:PASSWORD@", "http://user:PASSWORD@p q:1", "socks5://user:PASSWORD@p"})
  void aProxysAddressThatIsWrongIsAUsageErrorThatDoesNotRepeatIt(String address)
      throws IOException {
    env.put("HTTPS_PROXY", address.replace("PASSWORD", percent(PASSWORD)));

    assertEquals(2, run("https://api.example.test/v1"));

    assertTrue(said().startsWith("embedctl: HTTPS_PROXY "), this::said);
    assertNothingTellsASecret();
  }

  @Test
  void filesThatHoldTextsOrVectorsOrTheCachesKeysAreTheUsersAlone() throws IOException {
    reply =
        new Reply(
            200,
            "",
            "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":1,\"embedding\":[3,4]}]}");
    assertEquals(0, run(baseUrl(), "--model=m"));
    input = "\"a\"\n\"c\"\n";
    assertEquals(4, run(baseUrl(), "--model=m", "--cache-only", "--on-error", "collect"));

    Set<String> written = Set.of("output", "metrics", "errors");
    for (Path file : files()) {
      boolean ofTheCache = file.startsWith(folder.resolve("cache"));
      if (ofTheCache || written.contains(file.getFileName().toString())) {
        assertEquals("rw-------", permissions(file), file::toString);
      }
      for (Path up = file.getParent(); ofTheCache && !up.equals(folder); up = up.getParent()) {
        assertEquals("rwx------", permissions(up), up.toString());
      }
    }
    assertTrue(files().contains(folder.resolve("errors")));
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
