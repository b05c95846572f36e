package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.catalog.CatalogModel;
import dev.embedctl.provider.catalog.ProviderCatalog;
import dev.embedctl.provider.remote.RemoteProvider.PlainKeys;
import dev.embedctl.provider.remote.auth.ApiKey;
import dev.embedctl.testing.ForwardProxy;
import dev.embedctl.testing.OpenAiServer;
import dev.embedctl.testing.Vectors;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which way a call takes, and what a proxy on it hears and says. */
@Timeout(30)
final class ProxiesTest {
  private static final String PASSWORD = "hush:p@ss";
  private static final String IN_A_URL = "user:hush%3Ap%40ss@";
  private static final String DIRECT = "direct";
  private static final String HTTP_TARGET = "http://api.example.test/v1";
  private static final String HTTPS_TARGET = "https://api.example.test/v1";

  private static Map<String, String> env(String variables) {
    Map<String, String> env = new TreeMap<>();
    for (String variable : variables.strip().split(";\\s*", -1)) {
      String[] parts = variable.split("=", 2);
      env.put(parts[0].strip(), parts[1].strip());
    }
    return env;
  }

  private static String way(Map<String, String> env, String target) {
    return new Proxies(env).toward(URI.create(target)).map(HttpProxy::toString).orElse(DIRECT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HTTPS_PROXY=http://p:1                           | https://a.test     | p:1",
        "https_proxy=http://p:1                           | https://a.test     | p:1",
        "HTTPS_PROXY=http://p:1; https_proxy=http://q:2   | https://a.test     | q:2",
        "HTTPS_PROXY=http://p:1; https_proxy=             | https://a.test     | p:1",
        "HTTPS_PROXY=http://p:1                           | http://a.test      | direct",
        "HTTP_PROXY=http://p:1                            | http://a.test      | p:1",
        "http_proxy=http://p:1                            | http://a.test      | p:1",
        "HTTP_PROXY=http://p:1                            | https://a.test     | direct",
        "HTTP_PROXY=http://p:1; REQUEST_METHOD=POST       | http://a.test      | direct",
        "http_proxy=http://p:1; REQUEST_METHOD=POST       | http://a.test      | p:1",
        "ALL_PROXY=http://p:1                             | https://a.test     | p:1",
        "all_proxy=http://p:1                             | http://a.test      | p:1",
        "ALL_PROXY=http://p:1; HTTPS_PROXY=http://q:2     | https://a.test     | q:2",
        "HTTPS_PROXY=p:1                                  | https://a.test     | p:1",
        "HTTPS_PROXY=p                                    | https://a.test     | p:80",
        "HTTPS_PROXY=HTTP://p:1/                          | https://a.test     | p:1",
        "HTTPS_PROXY=http://u:w@p:1                       | https://a.test     | p:1",
        "HTTPS_PROXY=http://[::1]:1                       | https://a.test     | [::1]:1",
        "HTTPS_PROXY= ' '                                 | https://a.test     | direct",
        "UNRELATED=http://p:1                             | https://a.test     | direct",
      })
  void theVariableOfTheTargetsSchemeNamesTheProxy(String variables, String target, String way) {
    assertEquals(way, way(env(variables.replace("' '", " ")), target));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:8000",
        "http://LOCALHOST",
        "http://model.localhost",
        "http://127.0.0.1:8000",
        "http://127.9.9.9",
        "http://[::1]:8000",
      })
  void thisMachineIsNeverCalledThroughAProxy(String target) {
    assertEquals(DIRECT, way(env("HTTP_PROXY=http://p:1; ALL_PROXY=http://p:1"), target));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*                    | https://a.test            | direct",
        "a.test               | https://a.test            | direct",
        "A.Test               | https://a.TEST            | direct",
        "a.test.              | https://a.test            | direct",
        "a.test               | https://b.a.test          | direct",
        ".a.test              | https://b.a.test          | direct",
        ".a.test              | https://a.test            | direct",
        "*.a.test             | https://b.a.test          | direct",
        "a.test               | https://ba.test           | p:1",
        "a.test               | https://a.test.evil       | p:1",
        "b.a.test             | https://a.test            | p:1",
        "x.test, a.test       | https://a.test            | direct",
        "x.test a.test        | https://a.test            | direct",
        "x.test,,             | https://a.test            | p:1",
        "a.test:443           | https://a.test            | direct",
        "a.test:443           | https://a.test:8443       | p:1",
        "a.test:8443          | https://a.test:8443       | direct",
        "a.test:8443          | https://a.test            | p:1",
        "10.1.2.3             | https://10.1.2.3          | direct",
        "10.1.2.3             | https://10.1.2.4          | p:1",
        "10.1.2.3:443         | https://10.1.2.3          | direct",
        "10.0.0.0/8           | https://10.255.2.3        | direct",
        "10.0.0.0/8           | https://11.0.0.1          | p:1",
        "10.1.2.128/25        | https://10.1.2.200        | direct",
        "10.1.2.128/25        | https://10.1.2.100        | p:1",
        "200.0.0.0/7          | https://201.1.1.1         | direct",
        "0.0.0.0/0            | https://10.1.2.3          | direct",
        "0.0.0.0/0            | https://a.test            | p:1",
        "10.0.0.0/x           | https://10.1.2.3          | p:1",
        "fd00::1              | https://[fd00::1]         | direct",
        "fd00::1              | https://[fd00:0::1]:8443  | direct",
        "[fd00::1]:443        | https://[fd00::1]         | direct",
        "[fd00::1]:443        | https://[fd00::1]:8443    | p:1",
        "fd00::/8             | https://[fd12::1]         | direct",
        "fd00::/8             | https://[fe12::1]         | p:1",
        "fd00::/8             | https://10.1.2.3          | p:1",
      })
  void noProxyExceptsTargets(String exceptions, String target, String way) {
    assertEquals(way, way(Map.of("HTTPS_PROXY", "http://p:1", "NO_PROXY", exceptions), target));
    assertEquals(way, way(Map.of("https_proxy", "http://p:1", "no_proxy", exceptions), target));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://user:hush@",
        "http://user:hush@ho st:1",
        "http://user:hush@p:port",
        "http://user:hush@p:99999",
        "http://user:hush@p:0",
        "http://user:hush@p_q:1",
        "http://user:hu@sh@p:1",
        "http://user:12#hush@p:1",
        "http://user:12/hush@p:1",
        "http://user:12?hush@p:1",
        "http://user:hu%sh@p:1",
        "https://user:hush@p:1",
        "socks5://user:hush@p:1",
        "user:hush@p:1:2",
        "://user:hush@p:1",
      })
  void anAddressThatIsNoProxysIsAUsageErrorThatDoesNotRepeatIt(String address) {
    Usage failure =
        assertThrows(Usage.class, () -> way(Map.of("HTTPS_PROXY", address), HTTPS_TARGET));

    assertTrue(failure.getMessage().startsWith("HTTPS_PROXY "), failure.getMessage());
    assertFalse(failure.getMessage().matches(".*(hush|12|sh@p).*"), failure.getMessage());
  }

  @Test
  void aProxyThatTheTargetDoesNotNeedMayBeOfAnyKind() {
    Map<String, String> env = Map.of("ALL_PROXY", "socks5://p:1", "NO_PROXY", "a.test");

    assertEquals(DIRECT, way(env, "https://a.test"));
    assertThrows(Usage.class, () -> way(env, "https://b.test"));
  }

  private static EmbeddingProvider open(
      Map<String, String> env, String baseUrl, PlainKeys plainKeys) {
    EmbeddingSpec spec =
        new EmbeddingSpec(
            "openai", "", "m", OptionalInt.empty(), Optional.empty(), Oversize.ERROR, "");
    return RemoteProvider.open(
        new RemoteProvider.Settings(
            spec,
            URI.create(baseUrl),
            Optional.of(new ApiKey("OPENAI_API_KEY", "sk-secret")),
            new Proxies(env),
            plainKeys,
            Duration.ofSeconds(10),
            sentence -> {}),
        ProviderCatalog.builtIn().provider("openai"),
        CatalogModel.UNKNOWN,
        Clock.systemUTC());
  }

  private static Map<String, String> through(int port) {
    String proxy = "http://" + IN_A_URL + "127.0.0.1:" + port;
    return Map.of("HTTP_PROXY", proxy, "HTTPS_PROXY", proxy);
  }

  @Test
  void aCallOverHttpReachesAServerThatOnlyTheProxyCanFind() throws Exception {
    try (OpenAiServer server = new OpenAiServer(4, Duration.ZERO);
        ForwardProxy proxy = ForwardProxy.to(URI.create(server.baseUrl()).getPort());
        EmbeddingProvider provider = open(through(proxy.port()), HTTP_TARGET, PlainKeys.ALLOWED)) {
      List<Vector> vectors = provider.embed(List.of("a", "b")).vectors();

      assertEquals(List.of(Vectors.of("a", 4), Vectors.of("b", 4)), vectors);
      assertEquals(1, proxy.heads().size(), "the password was not waited for to be asked for");
      String head = proxy.heads().get(0);
      assertTrue(head.startsWith("POST http://api.example.test/v1/embeddings HTTP/1.1\r\n"), head);
      assertEquals(
          Base64.getEncoder().encodeToString(("user:" + PASSWORD).getBytes(StandardCharsets.UTF_8)),
          header(head, "Proxy-Authorization: Basic "));
      assertEquals("sk-secret", header(head, "Authorization: Bearer "));
    }
  }

  private static String header(String head, String beginning) {
    return head.lines()
        .filter(line -> line.startsWith(beginning))
        .map(line -> line.substring(beginning.length()))
        .findFirst()
        .orElse("none");
  }

  @Test
  void aTargetThatNoProxyExceptsIsCalledDirectly() throws Exception {
    try (OpenAiServer server = new OpenAiServer(4, Duration.ZERO);
        ForwardProxy proxy = ForwardProxy.answering("502 Bad Gateway")) {
      // The machine's own address that is not loopback would do too, where it has one.
      try (EmbeddingProvider provider =
          open(through(proxy.port()), server.baseUrl(), PlainKeys.REFUSED)) {
        assertEquals(1, provider.embed(List.of("a")).vectors().size());
      }

      assertEquals(List.of(), proxy.heads());
    }
  }

  /** The proxy of a name that leads to loopback here may hear the key, and send it anywhere. */
  @Test
  void aKeyDoesNotReachAProxyUnencryptedUnlessAllowed() {
    assertThrows(Usage.class, () -> open(through(1), HTTP_TARGET, PlainKeys.REFUSED));
    open(through(1), HTTP_TARGET, PlainKeys.ALLOWED).close();
    open(through(1), HTTPS_TARGET, PlainKeys.REFUSED).close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http  | 407 Proxy Authentication Required | the proxy rejected the credentials in",
        "https | 407 Proxy Authentication Required | the proxy rejected the credentials in",
        "http  | 502 Bad Gateway                   | HTTP 502",
        "https | 502 Bad Gateway                   | 502",
        "https | 403 Forbidden                     | 403",
      })
  void whatAProxyRefusesIsToldWithItsAddressAndWithoutItsPassword(
      String scheme, String status, String reason) throws Exception {
    try (ForwardProxy proxy = ForwardProxy.answering(status);
        EmbeddingProvider provider =
            open(through(proxy.port()), scheme + "://api.example.test/v1", PlainKeys.ALLOWED)) {
      ProviderException failure =
          assertThrows(ProviderException.class, () -> provider.embed(List.of("a")));

      assertTold(failure, "through the proxy 127.0.0.1:" + proxy.port() + ": ", reason);
      assertEquals(status.startsWith("407"), failure instanceof Hopeless);
      String head = proxy.heads().get(0);
      assertFalse(header(head, "Proxy-Authorization: Basic ").equals("none"), head);
      if (scheme.equals("https")) {
        assertTrue(head.startsWith("CONNECT api.example.test:443 "), head);
        assertEquals("none", header(head, "Authorization: Bearer "), "the proxy hears no key");
      }
    }
  }

  private static void assertTold(Throwable failure, String... parts) {
    for (String part : parts) {
      assertTrue(failure.getMessage().contains(part), failure.getMessage());
    }
    String password =
        Base64.getEncoder().encodeToString(("user:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    for (String secret : List.of(PASSWORD, IN_A_URL, password, "sk-secret")) {
      assertFalse(failure.getMessage().contains(secret), failure.getMessage());
    }
  }

  @Test
  void aProxyThatIsNotThereIsToldWithItsAddress() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    try (EmbeddingProvider provider = open(through(port), HTTPS_TARGET, PlainKeys.REFUSED)) {
      Transient failure = assertThrows(Transient.class, () -> provider.embed(List.of("a")));

      assertTold(failure, "127.0.0.1:" + port, "no connection to the proxy", "HTTPS_PROXY");
    }
  }
}
