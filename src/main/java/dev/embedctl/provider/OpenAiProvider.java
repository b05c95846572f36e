package dev.embedctl.provider;

import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** Makes the provider {@code openai}: OpenAI itself, or any server that speaks its API. */
public final class OpenAiProvider {
  /** Its name on the command line. */
  public static final String NAME = "openai";

  /** Where OpenAI itself is. */
  public static final URI BASE_URL = URI.create("https://api.openai.com/v1");

  /** The model where none is asked for. */
  public static final String DEFAULT_MODEL = "text-embedding-3-small";

  /** The environment variable that holds its key. */
  public static final String KEY_VARIABLE = "OPENAI_API_KEY";

  private static final int TEXTS_PER_REQUEST = 2048;
  private static final int TOKENS_PER_REQUEST = 300_000;

  /** The JDK's list of the kinds of passwords that it does not send to a proxy that tunnels. */
  private static final String TUNNELS_WITHOUT = "jdk.http.auth.tunneling.disabledSchemes";

  private OpenAiProvider() {}

  /**
   * What is asked for.
   *
   * @param spec the spec; its endpoint is empty for OpenAI itself
   * @param baseUrl where the API is
   * @param key the key, where there is one
   * @param proxies which proxy the calls go through
   * @param plainKeys whether a key may go over plain HTTP to another machine
   * @param timeout of one call, from connect to last byte
   */
  public record Settings(
      EmbeddingSpec spec,
      URI baseUrl,
      Optional<ApiKey> key,
      Proxies proxies,
      PlainKeys plainKeys,
      Duration timeout) {}

  /** Whether a key may go over plain HTTP to another machine. */
  public enum PlainKeys {
    REFUSED,
    ALLOWED
  }

  /**
   * The provider.
   *
   * @param model what is known of the model
   * @throws EmbedctlException.Usage where what is asked for cannot be
   */
  public static EmbeddingProvider open(Settings settings, CatalogModel model, Clock clock) {
    check(settings, model);
    Optional<HttpProxy> proxy = settings.proxies().toward(settings.baseUrl());
    checkThatNobodyHearsTheKey(settings, proxy);
    letPasswordsThroughTunnels();
    return new HttpProvider(
        () -> client(settings, proxy),
        new OpenAiFormat(clock),
        settings.spec(),
        new ProviderLimits(
            TEXTS_PER_REQUEST, model.tokensPerText(), OptionalInt.of(TOKENS_PER_REQUEST)),
        settings.baseUrl(),
        settings.key(),
        proxy,
        settings.timeout());
  }

  private static void check(Settings settings, CatalogModel model) {
    EmbeddingSpec spec = settings.spec();
    if (spec.inputType().isPresent()) {
      throw new EmbedctlException.Usage(
          "--input-type: " + NAME + " knows no input types; leave it out");
    }
    if (spec.oversize() == Oversize.TRUNCATE && model.tokensPerText().isEmpty()) {
      throw new EmbedctlException.Usage(
          "--oversize truncate: the tokenizer of model "
              + spec.model()
              + " is not known here, so its texts cannot be cut; use --oversize error");
    }
    if (spec.dimensions().isPresent() && !model.shortens().orElse(true)) {
      throw new EmbedctlException.Usage(
          "--dimensions: "
              + spec.model()
              + " always gives "
              + (model.dimensions().isPresent() ? model.dimensions().getAsInt() : "its own")
              + "; leave it out or take another --model");
    }
    String scheme = String.valueOf(settings.baseUrl().getScheme());
    if (!(scheme.equals("https") || scheme.equals("http"))
        || settings.baseUrl().getHost() == null) {
      throw new EmbedctlException.Usage(
          "--base-url " + settings.baseUrl() + ": not an http or https address with a host");
    }
  }

  private static void checkThatNobodyHearsTheKey(Settings settings, Optional<HttpProxy> proxy) {
    // A name that leads here on this machine may lead elsewhere on the proxy's. It is looked up
    // last, and where nothing depends on it not at all.
    if (settings.key().isPresent()
        && settings.baseUrl().getScheme().equals("http")
        && settings.plainKeys() == PlainKeys.REFUSED
        && !(proxy.isEmpty() && isLoopback(settings.baseUrl().getHost()))) {
      throw new EmbedctlException.Usage(
          "--base-url "
              + settings.baseUrl()
              + ": the key would cross the network unencrypted; use https, unset "
              + settings.key().get().variable()
              + ", or say --allow-insecure");
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false; // whatever it is, it is not this machine
    }
  }

  /**
   * The JDK would send no password to a proxy that tunnels. It reads this once, when the first
   * request or client is built; a password is sent only where the user gave one for that proxy.
   */
  static void letPasswordsThroughTunnels() {
    if (System.getProperty(TUNNELS_WITHOUT) == null) {
      System.setProperty(TUNNELS_WITHOUT, "");
    }
  }

  /**
   * HTTP/1.1 always: over plain HTTP the client would ask every time for an upgrade that some
   * servers mishandle, and some tens of calls at once gain nothing from HTTP/2. Redirects are never
   * followed: a key goes where it was sent and nowhere else.
   */
  private static HttpClient client(Settings settings, Optional<HttpProxy> proxy) {
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.timeout())
            .proxy(proxy.map(HttpProxy::selector).orElse(HttpClient.Builder.NO_PROXY))
            .executor(Executors.newVirtualThreadPerTaskExecutor());
    if (settings.baseUrl().getScheme().equals("http")) {
      client.sslContext(trustingNobody());
    }
    return client.build();
  }

  /** Never used for a plain address; given so that the client does not load the JDK's roots. */
  private static SSLContext trustingNobody() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[0], null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }
}
