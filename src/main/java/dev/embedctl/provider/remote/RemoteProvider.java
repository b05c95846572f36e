package dev.embedctl.provider.remote;

import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Parameter;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.catalog.CatalogModel;
import dev.embedctl.provider.catalog.CatalogProvider;
import dev.embedctl.provider.remote.api.ApiKey;
import dev.embedctl.provider.remote.api.AzureOpenAi;
import dev.embedctl.provider.remote.api.Cohere;
import dev.embedctl.provider.remote.api.Gemini;
import dev.embedctl.provider.remote.api.Jina;
import dev.embedctl.provider.remote.api.Mistral;
import dev.embedctl.provider.remote.api.Ollama;
import dev.embedctl.provider.remote.api.OpenAi;
import dev.embedctl.provider.remote.api.Tei;
import dev.embedctl.provider.remote.api.Voyage;
import dev.embedctl.provider.remote.api.WireFormat;
import dev.embedctl.provider.tls.TrustedCertificates;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** Makes providers on the network: the catalog says which API they speak and what they take. */
public final class RemoteProvider {
  private RemoteProvider() {}

  /**
   * What is asked for.
   *
   * @param spec the spec; its endpoint is empty where the provider itself is asked, and its
   *     revision is what the provider says
   * @param baseUrl where the API is
   * @param key the key, where there is one
   * @param keyVariable the environment variable in which it was looked for
   * @param proxies which proxy the calls go through
   * @param certificates which certificates of servers are trusted
   * @param plainKeys whether a key may go over plain HTTP to another machine
   * @param timeout of one call, from connect to last byte
   * @param normalization what is made of the vectors' lengths; the API may want more of it
   * @param listener hears of the server
   */
  public record Settings(
      EmbeddingSpec spec,
      URI baseUrl,
      Optional<ApiKey> key,
      Optional<String> keyVariable,
      Proxies proxies,
      TrustedCertificates certificates,
      PlainKeys plainKeys,
      Duration timeout,
      Normalization normalization,
      ServerListener listener) {

    /** With the certificates that the JDK trusts, and vectors as they come. */
    public Settings(
        EmbeddingSpec spec,
        URI baseUrl,
        Optional<ApiKey> key,
        Proxies proxies,
        PlainKeys plainKeys,
        Duration timeout,
        ServerListener listener) {
      this(
          spec,
          baseUrl,
          key,
          Optional.empty(),
          proxies,
          new TrustedCertificates(Map.of()),
          plainKeys,
          timeout,
          Normalization.NONE,
          listener);
    }
  }

  /** Whether a key may go over plain HTTP to another machine. */
  public enum PlainKeys {
    REFUSED,
    ALLOWED
  }

  /**
   * The provider.
   *
   * @param known what is known of the provider, its wire at least
   * @param model what is known of the model
   * @throws EmbedctlException.Usage where what is asked for cannot be
   */
  public static EmbeddingProvider open(
      Settings settings, CatalogProvider known, CatalogModel model, Clock clock) {
    WireFormat format = format(known, clock);
    format.check(settings.spec());
    Normalization normalization = normalization(format, settings);
    EmbeddingSpec spec = settings.spec().at(revision(format, normalization, settings.spec()));
    check(settings, model, format);
    Optional<HttpProxy> proxy = settings.proxies().toward(settings.baseUrl());
    checkThatNobodyHearsTheKey(settings, proxy);
    FailureMessages told =
        new FailureMessages(
            spec.provider(),
            settings.baseUrl().getHost(),
            settings.key(),
            settings.keyVariable(),
            proxy);
    return new HttpProvider(
        new HttpCalls(
            () -> client(settings, proxy),
            settings.key().map(format::headers).orElse(Map.of()),
            proxy,
            told,
            settings.timeout()),
        format,
        spec,
        normalization,
        expectations(format, spec, known, model),
        known.limits(model),
        model.textLimit(),
        settings.baseUrl(),
        known.baseUrl().map(URI::getPath),
        proxy,
        told,
        settings.listener());
  }

  private static WireFormat format(CatalogProvider known, Clock clock) {
    return switch (known.wire().orElseThrow()) {
      case OPENAI -> OpenAi.format(clock);
      case AZURE_OPENAI -> AzureOpenAi.format(known.apiVersion(), clock);
      case VOYAGE -> Voyage.format(clock);
      case MISTRAL -> Mistral.format(clock);
      case JINA -> Jina.format(clock);
      case GEMINI -> Gemini.format(clock);
      case COHERE -> Cohere.format(clock);
      case OLLAMA -> Ollama.format(clock);
      case TEI -> Tei.format(clock);
    };
  }

  /** What the API's vectors need, or what is asked for; those that it makes so already keep. */
  private static Normalization normalization(WireFormat format, Settings settings) {
    return switch (format.normalization(settings.spec())) {
      case UNIT_LENGTH -> Normalization.UNIT_LENGTH;
      case NONE -> format.givesUnitLength() ? Normalization.NONE : settings.normalization();
    };
  }

  /** The catalog knows a model wherever it runs. */
  private static Belief.Expectations expectations(
      WireFormat format, EmbeddingSpec spec, CatalogProvider known, CatalogModel model) {
    return new Belief.Expectations(
        spec.dimensions().isPresent() ? spec.dimensions() : known.dimensions(spec.model()),
        model.unitLength().orElse(false),
        format.namesModels());
  }

  /** What is done to texts and vectors here: whoever changes it gives vectors another key. */
  private static String revision(
      WireFormat format, Normalization normalization, EmbeddingSpec spec) {
    String unit =
        switch (normalization) {
          case NONE -> "";
          case UNIT_LENGTH -> "unit length";
        };
    String prefix = format.prefix(spec);
    return unit.isEmpty() || prefix.isEmpty() ? unit + prefix : unit + " " + prefix;
  }

  private static void check(Settings settings, CatalogModel model, WireFormat format) {
    EmbeddingSpec spec = settings.spec();
    if (spec.oversize() == Oversize.TRUNCATE
        && model.longestText().isEmpty()
        && !format.truncates()) {
      throw new EmbedctlException.Usage(
          Parameter.OVERSIZE
              + " truncate: the tokenizer of model "
              + spec.model()
              + " is not known here, so its texts cannot be cut; use "
              + Parameter.OVERSIZE
              + " error");
    }
    if (spec.oversize() == Oversize.AVERAGE && model.textLimit().isEmpty()) {
      throw new EmbedctlException.Usage(
          Parameter.OVERSIZE
              + " average: how many tokens a text of model "
              + spec.model()
              + " may have is not known here; use "
              + Parameter.OVERSIZE
              + " error, or name tokens_per_text in"
              + " the catalog file");
    }
    if (spec.dimensions().isPresent() && !model.shortens().orElse(true)) {
      throw new EmbedctlException.Usage(
          Parameter.DIMENSIONS
              + ": "
              + spec.model()
              + " always gives "
              + (model.dimensions().isPresent() ? model.dimensions().getAsInt() : "its own")
              + "; leave it out or take another "
              + Parameter.MODEL);
    }
    String scheme = String.valueOf(settings.baseUrl().getScheme());
    if (!(scheme.equals("https") || scheme.equals("http"))
        || settings.baseUrl().getHost() == null) {
      throw new EmbedctlException.Usage(
          Parameter.BASE_URL
              + " "
              + settings.baseUrl()
              + ": not an http or https address with a host");
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
          Parameter.BASE_URL
              + " "
              + settings.baseUrl()
              + ": the key would cross the network unencrypted; use https, unset "
              + settings.key().get().variable()
              + ", or say "
              + Parameter.ALLOW_INSECURE);
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
    return client
        .sslContext(
            settings.baseUrl().getScheme().equals("http")
                ? trustingNobody()
                : settings.certificates().context(settings.baseUrl().getHost()))
        .build();
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
