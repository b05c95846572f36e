package dev.embedctl.provider.remote;

import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Parameter;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ServedModel;
import dev.embedctl.provider.catalog.CatalogModel;
import dev.embedctl.provider.catalog.CatalogProvider;
import dev.embedctl.provider.remote.api.AzureOpenAi;
import dev.embedctl.provider.remote.api.Bedrock;
import dev.embedctl.provider.remote.api.Cohere;
import dev.embedctl.provider.remote.api.Gemini;
import dev.embedctl.provider.remote.api.Jina;
import dev.embedctl.provider.remote.api.ListedModels;
import dev.embedctl.provider.remote.api.Mistral;
import dev.embedctl.provider.remote.api.Ollama;
import dev.embedctl.provider.remote.api.OpenAi;
import dev.embedctl.provider.remote.api.Tei;
import dev.embedctl.provider.remote.api.Vertex;
import dev.embedctl.provider.remote.api.Voyage;
import dev.embedctl.provider.remote.api.WireFormat;
import dev.embedctl.provider.remote.auth.ApiKey;
import dev.embedctl.provider.remote.auth.Authorization;
import dev.embedctl.provider.tls.Certificates;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Opens providers on the network; the catalog contains their API and their limits. */
public final class RemoteProvider {
  /** The longest wait for a server's description of itself, which takes it no work. */
  private static final Duration LONGEST_QUESTION = Duration.ofSeconds(5);

  private RemoteProvider() {}

  /**
   * The settings of a provider.
   *
   * @param spec the spec; its endpoint is empty for the provider's own address
   * @param baseUrl the address of the API
   * @param server the server in messages
   * @param key the key, if there is one
   * @param keyVariable the environment variable for the key
   * @param authorization what authorises calls instead of a key
   * @param extras further headers and parameters, if there are some
   * @param served the model that the server says it has, if it says so
   * @param proxies the proxies of the environment
   * @param certificates the trusted certificates, and the client's own
   * @param plainKeys whether a key may be sent over plain HTTP to another machine
   * @param timeout the time of one call, from connecting to the last byte
   * @param prefix what is sent before each text; empty for what the model wants
   * @param allowedModels other names under which the model may answer
   * @param normalization how vectors are scaled; some APIs need more than requested
   * @param listener receives events about the server
   */
  public record Settings(
      EmbeddingSpec spec,
      URI baseUrl,
      String server,
      Optional<ApiKey> key,
      Optional<String> keyVariable,
      Optional<Authorization> authorization,
      Optional<RequestExtras> extras,
      Optional<ServedModel> served,
      Proxies proxies,
      Certificates certificates,
      PlainKeys plainKeys,
      Duration timeout,
      Optional<String> prefix,
      Set<String> allowedModels,
      Normalization normalization,
      ServerListener listener) {

    /** Settings with the JDK's certificates and without normalization. */
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
          String.valueOf(baseUrl.getHost()),
          key,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          proxies,
          Certificates.of(Map.of()),
          plainKeys,
          timeout,
          Optional.empty(),
          Set.of(),
          Normalization.NONE,
          listener);
    }
  }

  /** Whether a key may be sent over plain HTTP to another machine. */
  public enum PlainKeys {
    REFUSED,
    ALLOWED
  }

  /**
   * Opens a provider.
   *
   * @param known the catalog's entry for the provider, at least with its API
   * @param model the catalog's entry for the model
   * @throws EmbedctlException.Usage if the settings are not possible for this provider
   */
  public static EmbeddingProvider open(
      Settings settings, CatalogProvider known, CatalogModel model, Clock clock) {
    Server server = server(settings, known, model, clock);
    HttpCalls calls = calls(settings, server.authorization(), server.proxy(), server.messages());
    EmbeddingProvider provider =
        new HttpProvider(
            calls,
            server.format(),
            server.spec(),
            server.prefix(),
            server.normalization(),
            server.expectations(),
            known.limits(model),
            model.textLimit(),
            settings.baseUrl(),
            known.baseUrl().map(URI::getPath),
            server.proxy(),
            server.messages(),
            settings.listener());
    return settings
        .served()
        .filter(stated -> stated.identity().isPresent())
        .<EmbeddingProvider>map(
            stated ->
                new WatchedProvider(
                    provider,
                    question(settings, known, calls, server.messages()).orElseThrow(),
                    stated.as(server.spec().model(), settings.allowedModels()),
                    server.messages()))
        .orElse(provider);
  }

  /** The properties of a server that its calls and its jobs have in common. */
  record Server(
      WireFormat format,
      EmbeddingSpec spec,
      String prefix,
      Normalization normalization,
      Belief.Expectations expectations,
      Authorization authorization,
      Supplier<HttpClient> client,
      Optional<HttpProxy> proxy,
      FailureMessages messages) {}

  /** Checks settings, and completes them. */
  static Server server(Settings settings, CatalogProvider known, CatalogModel model, Clock clock) {
    WireFormat format = format(known, settings.spec(), clock);
    SentPrefix prefix =
        SentPrefix.of(settings.spec(), settings.prefix(), format, model, settings.listener());
    format.check(prefix.spec());
    Normalization normalization = normalization(format, settings);
    EmbeddingSpec spec = prefix.spec().at(revision(normalization, settings.served(), prefix));
    check(settings, model, format);
    Optional<HttpProxy> proxy = settings.proxies().toward(settings.baseUrl());
    checkThatTheKeyIsEncrypted(settings, proxy);
    Authorization authorization = authorization(settings, format);
    return new Server(
        format,
        spec,
        prefix.text(),
        normalization,
        expectations(format, spec, settings.allowedModels(), known, model),
        authorization,
        () -> Clients.to(settings.baseUrl(), proxy, settings.certificates(), settings.timeout()),
        proxy,
        messages(settings, authorization, proxy));
  }

  /**
   * The models that a server says it has; empty if it lists none, or is of an API whose servers do
   * not. It costs nothing and sends no text.
   *
   * @throws ProviderException if the server gives no reply in a few seconds
   */
  public static List<ServedModel> served(Settings settings, CatalogProvider known, Clock clock)
      throws ProviderException, InterruptedException {
    if (ListedModels.of(known.wire().orElseThrow()).isEmpty()) {
      return List.of();
    }
    checkAddress(settings.baseUrl());
    Optional<HttpProxy> proxy = settings.proxies().toward(settings.baseUrl());
    checkThatTheKeyIsEncrypted(settings, proxy);
    Authorization authorization = authorization(settings, format(known, settings.spec(), clock));
    FailureMessages messages = messages(settings, authorization, proxy);
    try (HttpCalls calls = calls(settings, authorization, proxy, messages)) {
      return question(settings, known, calls, messages).orElseThrow().ask();
    }
  }

  private static Optional<ModelQuestion> question(
      Settings settings, CatalogProvider known, HttpCalls calls, FailureMessages messages) {
    return ListedModels.of(known.wire().orElseThrow())
        .map(
            list ->
                new ModelQuestion(
                    calls,
                    list,
                    settings.baseUrl(),
                    known.baseUrl().map(URI::getPath),
                    messages,
                    settings.listener()));
  }

  private static Authorization authorization(Settings settings, WireFormat format) {
    return settings
        .authorization()
        .orElseGet(
            () ->
                new KeyAuthorization(
                    settings.key(),
                    settings.keyVariable(),
                    settings.extras().isEmpty()
                        ? Optional.empty()
                        : settings.extras().get().authorization(),
                    format::headers));
  }

  private static FailureMessages messages(
      Settings settings, Authorization authorization, Optional<HttpProxy> proxy) {
    return new FailureMessages(
        settings.spec().provider(), settings.server(), authorization, settings.extras(), proxy);
  }

  private static HttpCalls calls(
      Settings settings,
      Authorization authorization,
      Optional<HttpProxy> proxy,
      FailureMessages messages) {
    return new HttpCalls(
        () -> Clients.to(settings.baseUrl(), proxy, settings.certificates(), settings.timeout()),
        authorization,
        settings.extras(),
        proxy,
        settings.certificates(),
        messages,
        settings.timeout(),
        settings.timeout().compareTo(LONGEST_QUESTION) < 0 ? settings.timeout() : LONGEST_QUESTION);
  }

  private static WireFormat format(CatalogProvider known, EmbeddingSpec spec, Clock clock) {
    return switch (known.wire().orElseThrow()) {
      case OPENAI -> OpenAi.format(clock);
      case AZURE_OPENAI -> AzureOpenAi.format(known.apiVersion(), clock);
      case VOYAGE -> Voyage.format(clock);
      case MISTRAL -> Mistral.format(clock);
      case JINA -> Jina.format(clock);
      case GEMINI -> Gemini.format(clock);
      case VERTEX -> Vertex.format(clock);
      case COHERE -> Cohere.format(clock);
      case OLLAMA -> Ollama.format(clock);
      case TEI -> Tei.format(clock);
      case BEDROCK -> Bedrock.format(spec, clock);
    };
  }

  /** The normalization that the API needs or that is requested; none if the API does it. */
  private static Normalization normalization(WireFormat format, Settings settings) {
    return switch (format.normalization(settings.spec())) {
      case UNIT_LENGTH -> Normalization.UNIT_LENGTH;
      case NONE -> format.givesUnitLength() ? Normalization.NONE : settings.normalization();
    };
  }

  /** The properties of the model in the catalog, which apply wherever it runs. */
  private static Belief.Expectations expectations(
      WireFormat format,
      EmbeddingSpec spec,
      Set<String> allowed,
      CatalogProvider known,
      CatalogModel model) {
    return new Belief.Expectations(
        spec.dimensions().isPresent() ? spec.dimensions() : known.dimensions(spec.model()),
        model.unitLength().orElse(false),
        format.namesModels(),
        allowed);
  }

  /** Describes the changes to texts and vectors here; a change needs another cache key. */
  private static String revision(
      Normalization normalization, Optional<ServedModel> served, SentPrefix prefix) {
    String unit =
        switch (normalization) {
          case NONE -> "";
          case UNIT_LENGTH -> "unit length";
        };
    return beside(beside(unit, served.map(ServedModel::revision).orElse("")), prefix.revision());
  }

  private static String beside(String one, String other) {
    return one.isEmpty() || other.isEmpty() ? one + other : one + " " + other;
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
              + " is unknown, so its texts cannot be cut; use "
              + Parameter.OVERSIZE
              + " error");
    }
    if (spec.oversize() == Oversize.AVERAGE && model.textLimit().isEmpty()) {
      throw new EmbedctlException.Usage(
          Parameter.OVERSIZE
              + " average: the longest text of model "
              + spec.model()
              + " is unknown; use "
              + Parameter.OVERSIZE
              + " error, or set tokens_per_text in"
              + " the catalog file");
    }
    if (spec.dimensions().isPresent() && !model.shortens().orElse(true)) {
      throw new EmbedctlException.Usage(
          Parameter.DIMENSIONS
              + ": "
              + spec.model()
              + " always has "
              + (model.dimensions().isPresent() ? model.dimensions().getAsInt() : "its own")
              + "; omit it or use another "
              + Parameter.MODEL);
    }
    checkAddress(settings.baseUrl());
  }

  private static void checkAddress(URI baseUrl) {
    String scheme = String.valueOf(baseUrl.getScheme());
    if (!(scheme.equals("https") || scheme.equals("http")) || baseUrl.getHost() == null) {
      throw new EmbedctlException.Usage(
          Parameter.BASE_URL + " " + baseUrl + ": not an http or https address with a host");
    }
  }

  private static void checkThatTheKeyIsEncrypted(Settings settings, Optional<HttpProxy> proxy) {
    // A name of this machine may be another machine for the proxy. The name is resolved last, and
    // only if the result matters.
    Optional<String> secret = secret(settings);
    if (secret.isPresent()
        && settings.baseUrl().getScheme().equals("http")
        && settings.plainKeys() == PlainKeys.REFUSED
        && !(proxy.isEmpty() && isLoopback(settings.baseUrl().getHost()))) {
      throw new EmbedctlException.Usage(
          Parameter.BASE_URL
              + " "
              + settings.baseUrl()
              + ": "
              + secret.get()
              + " would cross the network unencrypted; use https, "
              + settings
                  .key()
                  .map(key -> "unset " + key.variable() + ", ")
                  .or(
                      () ->
                          settings.extras().flatMap(RequestExtras::secret).map(any -> "omit it, "))
                  .orElse("")
              + "or set "
              + Parameter.ALLOW_INSECURE);
    }
  }

  /** What must not be sent unencrypted, for a message. */
  private static Optional<String> secret(Settings settings) {
    if (settings.key().isPresent()) {
      return Optional.of("the key");
    }
    Optional<String> extra =
        settings.extras().isEmpty() ? Optional.empty() : settings.extras().get().secret();
    return extra.isEmpty() && settings.authorization().isPresent() ? Optional.of("a token") : extra;
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false; // an unknown name is not this machine
    }
  }
}
