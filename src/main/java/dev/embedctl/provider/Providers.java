package dev.embedctl.provider;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Parameter;
import dev.embedctl.model.StopSignal;
import dev.embedctl.provider.catalog.CatalogProvider;
import dev.embedctl.provider.catalog.Price;
import dev.embedctl.provider.catalog.ProviderCatalog;
import dev.embedctl.provider.catalog.TokenMeter;
import dev.embedctl.provider.local.LocalModelProvider;
import dev.embedctl.provider.local.LocalModels;
import dev.embedctl.provider.pace.Budget;
import dev.embedctl.provider.pace.PacedProvider;
import dev.embedctl.provider.pace.Pacer;
import dev.embedctl.provider.remote.ServerListener;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/** Opens the provider that settings name: checked, then paced, then retried, then confirmed. */
public final class Providers {

  private static final Price FREE =
      new Price(BigDecimal.ZERO, Optional.empty(), "the model runs on this machine");

  private final ProviderSettings settings;
  private final Surroundings surroundings;
  private final ServerListener listener;
  private Optional<ProviderCatalog> catalog = Optional.empty();

  /**
   * Providers for a settings.
   *
   * @param listener hears of the server that is called
   */
  public Providers(ProviderSettings settings, Surroundings surroundings, ServerListener listener) {
    this.settings = settings;
    this.surroundings = surroundings;
    this.listener = listener;
  }

  /**
   * The settings' provider; closing it closes what is below.
   *
   * @param memory remembers that the server's encoded vectors are right
   * @throws Usage where there is no such provider or model, or it lacks its key
   */
  public EmbeddingProvider open(StopSignal stop, CallListener calls, EncodingMemory memory) {
    return around(opened(Missing.REFUSED), stop, calls, memory);
  }

  /**
   * A provider of these settings for one run: what {@link #bare} opened, with the checks, the pace
   * and the retries in the one order that is right. Each attempt waits for its turn, and a reply is
   * checked before it counts as one.
   *
   * @param memory remembers that the server's encoded vectors are right
   */
  public EmbeddingProvider around(
      EmbeddingProvider provider, StopSignal stop, CallListener calls, EncodingMemory memory) {
    return new ConfirmedProvider(
        new RetryingProvider(
            new PacedProvider(
                new CheckedProvider(provider, dimensions(provider.spec())),
                new Pacer(settings.pace(), stop, System::nanoTime, new SplittableRandom()),
                budget(provider.spec(), stop),
                meter(provider),
                calls,
                System::nanoTime),
            settings.retries(),
            stop::awaitFor,
            new SplittableRandom(),
            calls,
            System::nanoTime),
        memory,
        listener::learned);
  }

  /** Those of the model's own vectors, where they are known. */
  private OptionalInt dimensions(EmbeddingSpec spec) {
    return switch (spec.provider()) {
      case LocalModelProvider.NAME -> OptionalInt.empty();
      default -> catalog().provider(spec.provider()).dimensions(spec.model());
    };
  }

  /** The tokens that both limits allow; dollars are turned into tokens at the model's price. */
  private Budget budget(EmbeddingSpec spec, StopSignal stop) {
    Optional<BigDecimal> usd = settings.limit().usd();
    long byCost = usd.map(dollars -> tokensFor(dollars, spec)).orElse(Long.MAX_VALUE);
    long byTokens = settings.limit().tokens().orElse(Long.MAX_VALUE);
    if (usd.isPresent() && byCost < byTokens) {
      String said = Parameter.MAX_COST + " " + usd.get().toPlainString();
      return new Budget(byCost, said + " (" + byCost + " tokens)", stop);
    }
    return settings.limit().tokens().isPresent()
        ? new Budget(byTokens, Parameter.MAX_TOKENS + " " + byTokens, stop)
        : Budget.unlimited(stop);
  }

  private long tokensFor(BigDecimal usd, EmbeddingSpec spec) {
    return price(spec)
        .orElseThrow(
            () ->
                new Usage(
                    Parameter.MAX_COST
                        + ": the price of "
                        + spec.model()
                        + " is not known; put it into catalog.json in the user's config folder,"
                        + " or say "
                        + Parameter.MAX_TOKENS
                        + " instead"))
        .tokensFor(usd);
  }

  /**
   * The settings' provider, to ask what it takes: nothing is sent, so it needs no key.
   *
   * @throws Usage where there is no such provider or model
   */
  public Unsent unsent() {
    EmbeddingProvider provider = opened(Missing.ALLOWED);
    return new Unsent(provider, meter(provider), keyState(), price(provider.spec()));
  }

  private KeyState keyState() {
    if (settings.name().equals(LocalModelProvider.NAME)) {
      return KeyState.NOT_NEEDED;
    }
    RemotePlan remote = remote();
    return remote.key().isPresent()
        ? KeyState.SET
        : remote.needsKey() ? KeyState.MISSING : KeyState.NOT_NEEDED;
  }

  /**
   * What a text gets that is longer than a provider's model takes, if nothing else is asked for:
   * windows cost nothing where the model runs in this process.
   */
  public static Oversize usualOversize(String name) {
    return name.equals(LocalModelProvider.NAME) ? Oversize.AVERAGE : Oversize.ERROR;
  }

  /**
   * The settings' provider with nothing around it: each call is made once, at once.
   *
   * @throws Usage where there is no such provider or model, or it lacks its key
   */
  public EmbeddingProvider bare() {
    return opened(Missing.REFUSED);
  }

  /** What is known beforehand of the settings' provider, where it is on the network. */
  public Optional<CatalogProvider> hosted() {
    return settings.name().equals(LocalModelProvider.NAME)
        ? Optional.empty()
        : Optional.of(remote().known());
  }

  /** Where the settings' provider is on the network, where that is known. */
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
      remote().checkNamedBy(file);
    }
  }

  /** Measures texts as the provider's model does, as far as that is known. */
  public TokenMeter meter(EmbeddingProvider provider) {
    EmbeddingSpec spec = provider.spec();
    return switch (spec.provider()) {
      case LocalModelProvider.NAME -> TokenMeter.of(provider);
      default -> TokenMeter.of(catalog().model(spec.provider(), spec.model()));
    };
  }

  /** A provider that is only asked what it takes, and what is known of its model. */
  public record Unsent(
      EmbeddingProvider provider, TokenMeter meter, KeyState key, Optional<Price> price)
      implements AutoCloseable {
    public EmbeddingSpec spec() {
      return provider.spec();
    }

    @Override
    public void close() {
      provider.close();
    }
  }

  /** What a missing key does. */
  private enum Missing {
    REFUSED,
    ALLOWED
  }

  private EmbeddingProvider opened(Missing key) {
    return switch (settings.name()) {
      case LocalModelProvider.NAME -> local();
      default ->
          switch (key) {
            case REFUSED -> remote().withItsKey().open(listener);
            case ALLOWED -> remote().open(listener);
          };
    };
  }

  private RemotePlan remote() {
    return new RemotePlan(settings, catalog(), surroundings.environment());
  }

  /** What tokens cost, where it is known. */
  public Optional<Price> price(EmbeddingSpec spec) {
    return switch (spec.provider()) {
      case LocalModelProvider.NAME -> Optional.of(FREE);
      default -> catalog().price(spec);
    };
  }

  /** What is known of hosted models; read once, and not for local. */
  private ProviderCatalog catalog() {
    if (catalog.isEmpty()) {
      catalog = Optional.of(catalog(surroundings));
    }
    return catalog.get();
  }

  /** What is known of providers on the network, by the user's own file too. */
  public static ProviderCatalog catalog(Surroundings surroundings) {
    ProviderCatalog builtIn = ProviderCatalog.builtIn();
    ProviderCatalog catalog =
        surroundings.catalogFile().filter(Files::exists).map(builtIn::with).orElse(builtIn);
    if (catalog.names().contains(LocalModelProvider.NAME)) {
      throw new Usage(
          "catalog.json: "
              + LocalModelProvider.NAME
              + " is the model in this process; give a provider on the network another name");
    }
    return catalog;
  }

  private EmbeddingProvider local() {
    if (settings.baseUrl().isPresent() || settings.keyVariable().isPresent()) {
      throw new Usage(
          Parameter.BASE_URL
              + " and "
              + Parameter.API_KEY_ENV
              + " are for providers on the network, and "
              + Parameter.PROVIDER
              + " is local;"
              + " say which other provider it is, openai for an OpenAI-compatible server");
    }
    if (settings.dimensions().isPresent()) {
      throw new Usage(
          Parameter.DIMENSIONS + ": a local model has the dimensions it has; leave it out");
    }
    LocalModels.Found model =
        new LocalModels(surroundings.installation(), surroundings.modelsFolder())
            .find(settings.model().orElse(LocalModels.DEFAULT));
    return LocalModelProvider.open(
        model.place(),
        model.origin(),
        model.name(),
        settings.inputType(),
        settings.oversize(),
        settings.normalization(),
        Runtime.getRuntime().availableProcessors());
  }
}
