package dev.embedctl.provider;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.NameHint;
import dev.embedctl.model.Parameter;
import dev.embedctl.provider.catalog.CatalogModel;
import dev.embedctl.provider.catalog.CatalogProvider;
import dev.embedctl.provider.catalog.ProviderCatalog;
import dev.embedctl.provider.catalog.Wire;
import dev.embedctl.provider.jobs.BatchApi;
import dev.embedctl.provider.local.LocalModelProvider;
import dev.embedctl.provider.remote.HttpIssuers;
import dev.embedctl.provider.remote.Proxies;
import dev.embedctl.provider.remote.RemoteBatches;
import dev.embedctl.provider.remote.RemoteProvider;
import dev.embedctl.provider.remote.RequestExtras;
import dev.embedctl.provider.remote.ServerListener;
import dev.embedctl.provider.remote.api.ListedModels;
import dev.embedctl.provider.remote.auth.ApiKey;
import dev.embedctl.provider.remote.auth.Authorization;
import dev.embedctl.provider.remote.aws.Aws;
import dev.embedctl.provider.remote.token.GoogleCredentials;
import dev.embedctl.provider.tls.Certificates;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The settings of a provider on the network: its address, key and model. */
final class RemotePlan {
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final ProviderSettings settings;
  private final Naming naming;
  private final ProviderCatalog catalog;
  private final CatalogProvider known;
  private final Map<String, String> env;
  private final Optional<RequestExtras> extras;
  private Optional<CloudAccess> cloud = Optional.empty();
  private Optional<Authorization> ofCloud = Optional.empty();

  /** How messages name the server. */
  enum Naming {
    HOST,
    /** Several servers may be on one host. */
    HOST_AND_PORT;

    private String of(URI baseUrl) {
      return switch (this) {
        case HOST -> String.valueOf(baseUrl.getHost());
        case HOST_AND_PORT -> String.valueOf(baseUrl.getAuthority());
      };
    }
  }

  /**
   * Completes settings by the catalog and the environment.
   *
   * @param naming how messages name the server
   * @throws Usage if there is no such provider, or a header or parameter cannot be sent
   */
  RemotePlan(
      ProviderSettings settings, Naming naming, ProviderCatalog catalog, Map<String, String> env) {
    this.settings = settings;
    this.naming = naming;
    this.catalog = catalog;
    this.known = known(settings.name(), catalog);
    this.env = env;
    this.extras = extras(settings, env);
  }

  private static CatalogProvider known(String name, ProviderCatalog catalog) {
    List<String> names = catalog.names();
    if (!names.contains(name)) {
      List<String> all = new ArrayList<>(names);
      all.add(0, LocalModelProvider.NAME);
      throw new Usage(
          Parameter.PROVIDER
              + ": no provider '"
              + name
              + "'"
              + NameHint.among(name, all)
              + " (for any OpenAI-compatible server use openai with "
              + Parameter.BASE_URL
              + ")");
    }
    return catalog.provider(name);
  }

  /** The catalog's entry for the provider. */
  CatalogProvider known() {
    return known;
  }

  private static Optional<RequestExtras> extras(
      ProviderSettings settings, Map<String, String> env) {
    List<OpenAiAccount> account = account(settings, env);
    if (account.isEmpty() && settings.gateway().isEmpty()) {
      return Optional.empty();
    }
    return settings
        .gateway()
        .orElse(Gateway.NONE)
        .with(account.stream().map(each -> each.typed(env)).toList())
        .extras(env);
  }

  private static List<OpenAiAccount> account(ProviderSettings settings, Map<String, String> env) {
    return env.containsKey(OpenAiAccount.ORGANIZATION_VARIABLE)
            || env.containsKey(OpenAiAccount.PROJECT_VARIABLE)
        ? OpenAiAccount.in(settings.name(), env)
        : List.of();
  }

  /** The header that authorises calls in place of the provider's own key, if there is one. */
  Optional<String> authorization() {
    return extras.isEmpty() || settings.keyVariable().isPresent()
        ? Optional.empty()
        : extras.get().authorization();
  }

  /** The key in the environment, if there is one and no header replaces it. */
  Optional<ApiKey> key() {
    if (settings.keyVariable().isPresent()
        && !VARIABLE.matcher(settings.keyVariable().get()).matches()) {
      throw new Usage(
          Parameter.API_KEY_ENV
              + " is the name of an environment variable, not a key: put the key into"
              + " the environment and give the name of its variable");
    }
    if (authorization().isPresent()) {
      return Optional.empty();
    }
    return keyVariable()
        .flatMap(
            name -> Optional.ofNullable(env.get(name)).flatMap(value -> ApiKey.in(name, value)));
  }

  private Optional<String> keyVariable() {
    return settings.keyVariable().or(known::keyVariable);
  }

  /** Whether calls without a key are signed with the machine's credentials for AWS. */
  private boolean isOfAws() {
    return known.wire().orElseThrow() == Wire.BEDROCK;
  }

  /** The credentials of a cloud, if the provider takes them and there is neither key nor header. */
  private Optional<CloudAccess> cloud() {
    Wire wire = known.wire().orElseThrow();
    if (cloud.isEmpty()
        && wire.cloud().isPresent()
        && settings.keyVariable().isEmpty()
        && authorization().isEmpty()
        && key().isEmpty()) {
      cloud = Optional.of(CloudAccess.of(wire, env));
    }
    return cloud;
  }

  /**
   * What authorises calls with these credentials; the same for all calls of this plan. The
   * certificates for the provider are not used for the issuers of credentials.
   */
  private Optional<Authorization> ofCloud() {
    Optional<CloudAccess> access = cloud();
    if (ofCloud.isEmpty() && access.isPresent()) {
      ofCloud =
          Optional.of(
              access
                  .get()
                  .authorization(
                      calledAddress(),
                      new HttpIssuers(new Proxies(env), Certificates.of(env)),
                      Clock.systemUTC()));
    }
    return ofCloud;
  }

  /** Whether calls can be authorised by a key or by credentials in the environment. */
  boolean hasKey() {
    return key().isPresent() || (cloud().isPresent() && cloud().get().areSet());
  }

  /** A server at another address than the provider's own may work without a key. */
  boolean needsKey() {
    boolean elsewhere = settings.baseUrl().isPresent() && known.baseUrl().isPresent();
    return settings.keyVariable().isPresent()
        || (known.keyVariable().isPresent()
            && !elsewhere
            && authorization().isEmpty()
            && !isOfAws());
  }

  /**
   * This plan, if its key is not missing.
   *
   * @throws Usage if the provider needs a key and there is none, nor credentials instead of it
   */
  RemotePlan withItsKey() {
    if (cloud().isPresent()) {
      Authorization instead = ofCloud().orElseThrow();
      if (cloud().get().areOfTheMachine()) {
        CloudAccess.check(settings.name(), instead, calledAddress());
      }
    } else if (key().isEmpty() && needsKey()) {
      throw new Usage(
          "the key of "
              + settings.name()
              + " is missing: set "
              + keyVariable().orElseThrow()
              + " in the environment");
    }
    return this;
  }

  /** The address of the provider, if it is known. */
  Optional<URI> address() {
    Optional<URI> named = namedAddress();
    return named.isPresent() && needsProject(named.get())
        ? Optional.of(ofProject(named.get()).baseUrl())
        : named;
  }

  /** The address that calls go to. */
  URI calledAddress() {
    return address().orElseThrow(() -> needs(Parameter.BASE_URL, "its address is unknown"));
  }

  private Optional<URI> namedAddress() {
    return typed()
        .map(ServerAddress::baseUrl)
        .or(() -> isOfAws() ? Optional.of(new Aws(env).bedrock()) : known.baseUrl());
  }

  /** Whether an address is only complete with a project. */
  private boolean needsProject(URI named) {
    return known.wire().orElseThrow() == Wire.VERTEX && !VertexAddress.isOfAProject(named);
  }

  private VertexAddress ofProject(URI named) {
    return VertexAddress.of(named, GoogleCredentials.in(env).project(), env);
  }

  private Optional<ServerAddress> typed() {
    return settings.baseUrl().map(url -> ServerAddress.of(url, known.wire().orElseThrow()));
  }

  /**
   * Refuses an address that only a file names, because anybody may have written the file: it may be
   * the provider's own, or the one in the environment, or on this machine if no key is sent to it.
   *
   * @throws Usage if it is another
   */
  void checkNamedBy(Path file) {
    if (typed().isEmpty()) {
      return;
    }
    ServerAddress named = typed().get();
    boolean own =
        Stream.concat(
                    known.baseUrl().map(URI::toString).stream(),
                    NamedAddress.in(settings.name(), env).map(NamedAddress::url).stream())
                .map(url -> ServerAddress.of(url, known.wire().orElseThrow()))
                .anyMatch(address -> address.baseUrl().equals(named.baseUrl()))
            || (isOfAws() && Aws.isOwn(named.baseUrl()));
    Optional<String> secret =
        key()
            .map(sent -> "the key in " + sent.variable())
            .or(() -> extras.flatMap(RequestExtras::secret))
            .or(
                () ->
                    cloud().isPresent() && !isOfAws() ? Optional.of("a token") : Optional.empty());
    if (own || (secret.isEmpty() && named.isLoopback())) {
      return;
    }
    throw new Usage(
        file
            + ": names the address "
            + named.baseUrl()
            + ", which would get the text"
            + secret.map(sent -> " and " + sent).orElse("")
            + "; pass "
            + Parameter.BASE_URL
            + " "
            + named.baseUrl()
            + " if it is trusted");
  }

  private Optional<String> requestedModel(Optional<String> ofAddress) {
    if (settings.model().isPresent()
        && ofAddress.isPresent()
        && !settings.model().get().equals(ofAddress.get())) {
      throw new Usage(
          Parameter.BASE_URL
              + " names the deployment "
              + ofAddress.get()
              + ", and "
              + Parameter.MODEL
              + " "
              + settings.model().get()
              + "; give one of them");
    }
    return settings.model().or(() -> ofAddress);
  }

  private Usage needs(Parameter missing, String why) {
    return new Usage(Parameter.PROVIDER + " " + settings.name() + " needs " + missing + ": " + why);
  }

  /**
   * The model that all servers of a run have.
   *
   * @param name the name under which it is requested
   * @param served the model as a server states it, if one does
   */
  record Chosen(String name, Optional<ServedModel> served) {}

  /** Asks servers for their models. */
  @FunctionalInterface
  interface Asked {
    List<ServedModel> listed(ModelChoice choice) throws ProviderException, InterruptedException;
  }

  /**
   * Chooses the model.
   *
   * @param listener receives events about the server
   * @param memory remembers the models of servers
   * @param asking whether the server may be asked for its models
   * @param question how it is asked
   */
  Chosen choose(ServerListener listener, ServedMemory memory, Asking asking, Asked question) {
    URI baseUrl = calledAddress();
    Optional<String> requested = requested();
    Optional<ModelChoice> choice =
        listsItsModels(baseUrl)
            ? Optional.of(
                new ModelChoice(
                    settings.name() + " at " + naming.of(baseUrl),
                    requested,
                    settings.allowedModels(),
                    listener))
            : Optional.empty();
    Optional<ServedModel> served =
        choice.isPresent()
            ? served(requested, choice.get(), memory, asking, question)
            : Optional.empty();
    String model =
        requested
            .or(() -> served.map(ServedModel::name))
            .or(known::defaultModel)
            .orElseThrow(
                () ->
                    needs(
                        Parameter.MODEL,
                        choice
                            .flatMap(ModelChoice::several)
                            .map(names -> "its server has " + names)
                            .orElse("it has no default")));
    return new Chosen(model, served);
  }

  private Optional<String> requested() {
    return requestedModel(typed().flatMap(ServerAddress::model));
  }

  /**
   * Opens the provider.
   *
   * @param listener receives events about the server
   */
  EmbeddingProvider open(Chosen chosen, ServerListener listener) {
    return opened(chosen, listener, RemoteProvider::open);
  }

  /**
   * Opens the provider's API for jobs, of the same model; empty if it has none.
   *
   * @param listener receives events about the server
   */
  Optional<BatchApi> openBatches(Chosen chosen, ServerListener listener) {
    return opened(chosen, listener, RemoteBatches::open);
  }

  /** Opens something at the provider's server. */
  @FunctionalInterface
  private interface Opening<T> {
    T open(
        RemoteProvider.Settings settings, CatalogProvider known, CatalogModel model, Clock clock);
  }

  private <T> T opened(Chosen chosen, ServerListener listener, Opening<T> opening) {
    Optional<ServerAddress> typed = typed();
    URI baseUrl = calledAddress();
    URI named = namedAddress().orElseThrow();
    typed.ifPresent(address -> address.notes().forEach(listener::learned));
    for (OpenAiAccount each : account(settings, env)) {
      listener.learned(each.sentence());
    }
    if (needsProject(named)) {
      listener.learned(ofProject(named).note());
    }
    checkDeployment(chosen.name());
    CatalogProvider paced =
        typed
            .flatMap(ServerAddress::apiVersion)
            .map(known::withApiVersion)
            .orElse(known)
            .paced(settings.pace().requestsPerMinute());
    return opening.open(
        settings(baseUrl, named, chosen.name(), chosen.served(), listener),
        paced,
        paced.model(chosen.name()),
        Clock.systemUTC());
  }

  /** Each of several addresses may name a deployment, but not another one. */
  private void checkDeployment(String model) {
    Optional<String> named = typed().flatMap(ServerAddress::model);
    if (named.isPresent() && !named.get().equals(model)) {
      throw new Usage(
          Parameter.BASE_URL
              + " names the deployments "
              + model
              + " and "
              + named.get()
              + "; all must have one name");
    }
  }

  /** Whether a server may be asked for its models. */
  enum Asking {
    ALLOWED,
    /** The model that the server had last counts. */
    FORBIDDEN
  }

  private RemoteProvider.Settings settings(
      URI baseUrl, URI named, String model, Optional<ServedModel> served, ServerListener listener) {
    EmbeddingSpec spec =
        new EmbeddingSpec(
            settings.name(),
            endpoint(named),
            model,
            settings.dimensions(),
            settings.inputType(),
            settings.oversize(),
            "",
            known.model(model).dimensions(),
            typedEndpoint(named));
    return new RemoteProvider.Settings(
        spec,
        baseUrl,
        naming.of(baseUrl),
        key(),
        keyVariable(),
        ofCloud(),
        extras,
        served,
        new Proxies(env),
        certificates(),
        settings.plainKeys(),
        settings.timeout(),
        settings.prefix(),
        settings.allowedModels(),
        settings.normalization(),
        listener);
  }

  private Optional<ServedModel> served(
      Optional<String> requested,
      ModelChoice choice,
      ServedMemory memory,
      Asking asking,
      Asked question) {
    Optional<ServedModel> before =
        memory.last(settings.name(), endpoint(namedAddress().orElseThrow()), requested);
    return switch (asking) {
      case FORBIDDEN -> before;
      case ALLOWED -> choice.now(() -> question.listed(choice), before);
    };
  }

  /**
   * The models that the server says it has.
   *
   * @throws ProviderException if it gives no reply in a few seconds
   */
  List<ServedModel> listed(ServerListener listener) throws ProviderException, InterruptedException {
    URI named = namedAddress().orElseThrow();
    return RemoteProvider.served(
        settings(calledAddress(), named, requested().orElse(""), Optional.empty(), listener),
        known,
        Clock.systemUTC());
  }

  /**
   * A hosted service keeps its models, and lists all of them. A server that is only known to be
   * like OpenAI's is asked if no model is named: most of them have no revision to state.
   */
  private boolean listsItsModels(URI baseUrl) {
    boolean hasKey = known.keyVariable().isPresent();
    boolean isHosted = hasKey && known.baseUrl().equals(Optional.of(baseUrl));
    boolean isOfAnyKind = hasKey && known.wire().equals(Optional.of(Wire.OPENAI));
    return !isHosted
        && (!isOfAnyKind || requested().isEmpty())
        && ListedModels.of(known.wire().orElseThrow()).isPresent();
  }

  /** The endpoint for the cache: a model on Bedrock is the same in each region. */
  private String endpoint(URI baseUrl) {
    return isOfAws() && Aws.isOwn(baseUrl) ? "" : catalog.endpoint(settings.name(), baseUrl);
  }

  private Certificates certificates() {
    return settings.gateway().isEmpty()
        ? Certificates.of(env)
        : settings.gateway().get().certificates(env);
  }

  /** The address as typed, if it differs; older versions stored this spelling in the cache. */
  private Optional<String> typedEndpoint(URI baseUrl) {
    String endpoint = endpoint(baseUrl);
    return settings
        .baseUrl()
        .map(typed -> typed.replaceAll("/+$", ""))
        .filter(typed -> !typed.equals(endpoint));
  }
}
