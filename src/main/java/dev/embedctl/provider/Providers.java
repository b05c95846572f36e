package dev.embedctl.provider;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Parameter;
import dev.embedctl.model.StopSignal;
import dev.embedctl.provider.RemotePlan.Naming;
import dev.embedctl.provider.catalog.CatalogProvider;
import dev.embedctl.provider.catalog.Price;
import dev.embedctl.provider.catalog.ProviderCatalog;
import dev.embedctl.provider.catalog.TokenMeter;
import dev.embedctl.provider.jobs.BatchApi;
import dev.embedctl.provider.jobs.JobLimits;
import dev.embedctl.provider.local.LocalModelProvider;
import dev.embedctl.provider.local.LocalModels;
import dev.embedctl.provider.local.MeasuredRuns;
import dev.embedctl.provider.pace.Budget;
import dev.embedctl.provider.pace.PacedProvider;
import dev.embedctl.provider.pace.Pacer;
import dev.embedctl.provider.remote.RemoteBatches;
import dev.embedctl.provider.remote.ServerListener;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Opens the provider of settings, with its checks, pace, retries and confirmation around it. */
public final class Providers {

  private static final Price FREE =
      new Price(BigDecimal.ZERO, Optional.empty(), "the model runs on this machine");

  /** For the API for jobs: the one for calls is open too, and has reported the same. */
  private static final ServerListener NOBODY = sentence -> {};

  private final ProviderSettings settings;
  private final Surroundings surroundings;
  private final ServerListener listener;
  private final ServedMemory memory;
  private final RemotePlan.Asking asking;
  private Optional<ProviderCatalog> catalog = Optional.empty();

  /**
   * Providers for these settings.
   *
   * @param listener receives events about the server
   */
  public Providers(ProviderSettings settings, Surroundings surroundings, ServerListener listener) {
    this(settings, surroundings, listener, ServedMemory.none());
  }

  /**
   * The same, for runs with a cache.
   *
   * @param memory remembers the models that servers had when the cache's vectors were made
   */
  public Providers(
      ProviderSettings settings,
      Surroundings surroundings,
      ServerListener listener,
      ServedMemory memory) {
    this(settings, surroundings, listener, memory, RemotePlan.Asking.ALLOWED);
  }

  private Providers(
      ProviderSettings settings,
      Surroundings surroundings,
      ServerListener listener,
      ServedMemory memory,
      RemotePlan.Asking asking) {
    this.settings = settings;
    this.surroundings = surroundings;
    this.listener = listener;
    this.memory = memory;
    this.asking = asking;
  }

  /**
   * The same, but no server is asked for its models: for several processes that must have the same
   * keys, whatever one of them would be told.
   */
  public Providers withoutQuestions() {
    return new Providers(settings, surroundings, listener, memory, RemotePlan.Asking.FORBIDDEN);
  }

  /**
   * Opens the provider with its decorators; closing it closes them all.
   *
   * @param memory remembers that the server's encoded vectors are right
   * @throws Usage if there is no such provider or model, or its key is missing
   */
  public EmbeddingProvider open(StopSignal stop, CallListener calls, EncodingMemory memory) {
    return around(opened(Missing.REFUSED), stop, calls, memory);
  }

  /**
   * A provider for one run: the servers that {@link #bare} opened, with checks, pace and retries in
   * the right order. Each attempt waits for its turn, and only a checked reply is a success. Each
   * server has a pace of its own; the budget and the limits per minute are those of the run.
   *
   * @param memory remembers that the server's encoded vectors are right
   */
  public EmbeddingProvider around(
      Servers servers, StopSignal stop, CallListener calls, EncodingMemory memory) {
    EmbeddingSpec spec = servers.spec();
    Pacer pacer =
        new Pacer(
            settings.pace(),
            servers.addresses().size(),
            stop,
            System::nanoTime,
            new SplittableRandom());
    return new ConfirmedProvider(
        new RetryingProvider(
            new PacedProvider(
                servers.providers().stream()
                    .<EmbeddingProvider>map(each -> new CheckedProvider(each, dimensions(spec)))
                    .toList(),
                new Agreement(spec.provider(), servers.addresses(), leastCosine()),
                new ServerNotices(spec.provider(), servers.addresses(), listener),
                pacer,
                budget(spec, stop),
                meter(servers.first()),
                calls,
                System::nanoTime),
            settings.retries(),
            pacer,
            stop::awaitFor,
            new SplittableRandom(),
            calls,
            System::nanoTime),
        memory,
        listener::learned);
  }

  /** Nothing is compared where there is one server. */
  private double leastCosine() {
    return settings.others().map(OtherAddresses::leastCosine).orElse(-1.0);
  }

  /** The dimensions of the model's own vectors, if known. */
  public OptionalInt dimensions(EmbeddingSpec spec) {
    return switch (spec.provider()) {
      case LocalModelProvider.NAME -> OptionalInt.empty();
      default -> catalog().provider(spec.provider()).dimensions(spec.model());
    };
  }

  private Budget budget(EmbeddingSpec spec, StopSignal stop) {
    Optional<BigDecimal> usd = settings.limit().usd();
    if (usd.isPresent() && price(spec).isEmpty()) {
      throw new Usage(
          Parameter.MAX_COST
              + ": the price of "
              + spec.model()
              + " is unknown; add it to catalog.json in the user's config folder, or set "
              + Parameter.MAX_TOKENS
              + " instead");
    }
    return tokenLimit(spec)
        .map(limit -> new Budget(limit.tokens(), limit.setting(), stop))
        .orElseGet(() -> Budget.unlimited(stop));
  }

  /**
   * The lower of both limits, in tokens; dollars are converted into tokens at the model's price.
   */
  private Optional<TokenLimit> tokenLimit(EmbeddingSpec spec) {
    return tokenLimit(spec, BigDecimal.ONE);
  }

  /**
   * The lower of both limits, in tokens, for calls that cost a part of the price.
   *
   * @param share the part of the price that is paid for a token
   */
  public Optional<TokenLimit> tokenLimit(EmbeddingSpec spec, BigDecimal share) {
    OptionalLong tokens = settings.limit().tokens();
    Optional<TokenLimit> byTokens =
        tokens.isPresent()
            ? Optional.of(
                new TokenLimit(tokens.getAsLong(), Parameter.MAX_TOKENS + " " + tokens.getAsLong()))
            : Optional.empty();
    Optional<TokenLimit> byCost =
        settings
            .limit()
            .usd()
            .flatMap(usd -> price(spec).map(price -> limit(usd, price.times(share))));
    return Stream.of(byTokens, byCost)
        .flatMap(Optional::stream)
        .filter(limit -> limit.tokens() < Long.MAX_VALUE) // any number of free tokens
        .reduce((one, other) -> one.tokens() <= other.tokens() ? one : other);
  }

  private static TokenLimit limit(BigDecimal usd, Price price) {
    long tokens = price.tokensFor(usd);
    String setting = Parameter.MAX_COST + " " + usd.toPlainString() + " (" + tokens + " tokens)";
    return new TokenLimit(tokens, setting);
  }

  /**
   * The provider for questions about its limits: nothing is sent, so it needs no key.
   *
   * @throws Usage if there is no such provider or model
   */
  public Unsent unsent() {
    Servers servers = opened(Missing.ALLOWED);
    EmbeddingProvider provider = servers.first();
    return new Unsent(
        servers, meter(provider), keyState(), price(provider.spec()), tokenLimit(provider.spec()));
  }

  private KeyState keyState() {
    if (settings.name().equals(LocalModelProvider.NAME)) {
      return KeyState.NOT_NEEDED;
    }
    RemotePlan remote = remote();
    return remote.hasKey()
        ? KeyState.SET
        : remote.needsKey() ? KeyState.MISSING : KeyState.NOT_NEEDED;
  }

  /**
   * The default treatment of a text that is too long for the model: windows are free if the model
   * runs in this process.
   */
  public static Oversize usualOversize(String name) {
    return name.equals(LocalModelProvider.NAME) ? Oversize.AVERAGE : Oversize.ERROR;
  }

  /**
   * Opens the provider's servers without decorators: each call is made once and without a wait.
   *
   * @throws Usage if there is no such provider or model, or its key is missing
   */
  public Servers bare() {
    return opened(Missing.REFUSED);
  }

  /**
   * Checks that runs with these settings can have jobs.
   *
   * @throws Usage if not; the message names the providers that have an asynchronous API
   */
  public void checkBatchApi() {
    if (settings.others().isPresent()) {
      throw new Usage(
          Parameter.LANE + " async: a job belongs to one server; give one " + Parameter.BASE_URL);
    }
    if (!hasBatchApi()) {
      throw new Usage(
          Parameter.LANE
              + " async: "
              + settings.name()
              + " has no asynchronous API; omit it, or choose one of "
              + String.join(", ", withBatchApi()));
    }
  }

  /**
   * Opens the provider's asynchronous API.
   *
   * @throws Usage if it has none, or its key is missing
   */
  public BatchApi batchApi() {
    checkBatchApi();
    RemotePlan remote = remote().withItsKey();
    return remote
        .openBatches(remote.choose(NOBODY, memory, asking, choice -> remote.listed(NOBODY)), NOBODY)
        .orElseThrow();
  }

  /** The limits of the provider's asynchronous API, for questions that need no key. */
  public Optional<JobLimits> jobLimits() {
    if (settings.others().isPresent() || !hasBatchApi()) {
      return Optional.empty();
    }
    RemotePlan remote = remote();
    RemotePlan.Chosen chosen =
        remote.choose(NOBODY, memory, RemotePlan.Asking.FORBIDDEN, choice -> remote.listed(NOBODY));
    try (BatchApi unsent = remote.openBatches(chosen, NOBODY).orElseThrow()) {
      return Optional.of(unsent.limits());
    }
  }

  private boolean hasBatchApi() {
    return !settings.name().equals(LocalModelProvider.NAME) && hasBatchApi(remote().known());
  }

  private List<String> withBatchApi() {
    return catalog().names().stream()
        .filter(name -> hasBatchApi(catalog().provider(name)))
        .toList();
  }

  /** A server that needs no key has no prices, and so none for jobs. */
  private static boolean hasBatchApi(CatalogProvider known) {
    return known.keyVariable().isPresent() && known.wire().filter(RemoteBatches::exist).isPresent();
  }

  /** The catalog's entry for the provider, if it is on the network. */
  public Optional<CatalogProvider> hosted() {
    return settings.name().equals(LocalModelProvider.NAME)
        ? Optional.empty()
        : Optional.of(remote().known());
  }

  /** The header that authorises calls in place of the provider's own key, if there is one. */
  public Optional<String> authorization() {
    return settings.gateway().isEmpty() || settings.name().equals(LocalModelProvider.NAME)
        ? Optional.empty()
        : remote().authorization();
  }

  /** The first address of the provider, if it is on the network and known. */
  public Optional<URI> address() {
    return settings.name().equals(LocalModelProvider.NAME) ? Optional.empty() : remote().address();
  }

  /**
   * Refuses the settings' address if only a file names it and it is not the provider's own, so that
   * no key is sent to an address that the writer of the file chose. On this machine it is fine
   * without a key.
   *
   * @throws Usage if it is refused, or there is no such provider
   */
  public void checkAddressNamedBy(Path file) {
    if (!settings.name().equals(LocalModelProvider.NAME)) {
      settings.ofEachServer().forEach(each -> remote(each).checkNamedBy(file));
    }
  }

  /** A meter that counts tokens like the provider's model, or estimates them. */
  public TokenMeter meter(EmbeddingProvider provider) {
    EmbeddingSpec spec = provider.spec();
    return switch (spec.provider()) {
      case LocalModelProvider.NAME -> TokenMeter.of(provider);
      default -> TokenMeter.of(catalog().model(spec.provider(), spec.model()), provider.prefix());
    };
  }

  /** A provider that is only asked for its limits, with facts about its model. */
  public record Unsent(
      Servers servers,
      TokenMeter meter,
      KeyState key,
      Optional<Price> price,
      Optional<TokenLimit> limit)
      implements AutoCloseable {
    /** The first server. */
    public EmbeddingProvider provider() {
      return servers.first();
    }

    public EmbeddingSpec spec() {
      return servers.spec();
    }

    @Override
    public void close() {
      servers.close();
    }
  }

  /** Whether a missing key is an error. */
  private enum Missing {
    REFUSED,
    ALLOWED
  }

  private Servers opened(Missing key) {
    return switch (settings.name()) {
      case LocalModelProvider.NAME -> Servers.of(local());
      default -> {
        RemoteRow row = new RemoteRow(settings.ofEachServer().stream().map(this::remote).toList());
        yield switch (key) {
          case REFUSED -> row.withItsKey().open(listener, memory, asking);
          case ALLOWED -> row.open(listener, memory, RemotePlan.Asking.FORBIDDEN);
        };
      }
    };
  }

  /** The plan for the first server. */
  private RemotePlan remote() {
    return remote(settings.ofEachServer().getFirst());
  }

  private RemotePlan remote(ProviderSettings ofServer) {
    Naming naming = settings.others().isPresent() ? Naming.HOST_AND_PORT : Naming.HOST;
    return new RemotePlan(ofServer, naming, catalog(), surroundings.environment());
  }

  /** The price of tokens, if known. */
  public Optional<Price> price(EmbeddingSpec spec) {
    return switch (spec.provider()) {
      case LocalModelProvider.NAME -> Optional.of(FREE);
      default -> catalog().price(spec);
    };
  }

  /** The catalog of hosted models, read once; not read for the local model. */
  private ProviderCatalog catalog() {
    if (catalog.isEmpty()) {
      catalog = Optional.of(catalog(surroundings));
    }
    return catalog.get();
  }

  /** The catalog of providers on the network, including the user's own file. */
  public static ProviderCatalog catalog(Surroundings surroundings) {
    ProviderCatalog builtIn = ProviderCatalog.builtIn();
    ProviderCatalog catalog =
        surroundings.catalogFile().filter(Files::exists).map(builtIn::with).orElse(builtIn);
    if (catalog.names().contains(LocalModelProvider.NAME)) {
      throw new Usage(
          "catalog.json: "
              + LocalModelProvider.NAME
              + " is the name of the model in this process; rename that provider");
    }
    return catalog;
  }

  private EmbeddingProvider local() {
    if (settings.baseUrl().isPresent() || settings.keyVariable().isPresent()) {
      throw new Usage(
          Parameter.BASE_URL
              + " and "
              + Parameter.API_KEY_ENV
              + " are for providers on the network, but "
              + Parameter.PROVIDER
              + " is local;"
              + " choose another provider, openai for an OpenAI-compatible server");
    }
    if (settings.dimensions().isPresent()) {
      throw new Usage(
          Parameter.DIMENSIONS + ": the dimensions of a local model cannot be changed; omit it");
    }
    LocalModels.Found model =
        new LocalModels(surroundings.installation(), surroundings.modelsFolder())
            .find(settings.model().orElse(LocalModels.DEFAULT));
    return LocalModelProvider.open(
        model.place(),
        model.origin(),
        model.name(),
        settings.inputType(),
        settings.prefix(),
        settings.oversize(),
        settings.normalization(),
        new MeasuredRuns(
            surroundings.measurementsFolder(),
            Runtime.getRuntime().availableProcessors(),
            listener::learned));
  }
}
