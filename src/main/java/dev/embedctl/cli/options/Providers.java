package dev.embedctl.cli.options;

import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.UserFolders;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.StopSignal;
import dev.embedctl.provider.CallListener;
import dev.embedctl.provider.CheckedProvider;
import dev.embedctl.provider.ConfirmedProvider;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.RetryingProvider;
import dev.embedctl.provider.catalog.CatalogProvider;
import dev.embedctl.provider.catalog.Price;
import dev.embedctl.provider.catalog.ProviderCatalog;
import dev.embedctl.provider.catalog.TokenMeter;
import dev.embedctl.provider.local.LocalModelProvider;
import dev.embedctl.provider.pace.Budget;
import dev.embedctl.provider.pace.PacedProvider;
import dev.embedctl.provider.pace.Pacer;
import dev.embedctl.provider.remote.ServerListener;
import dev.embedctl.report.Estimate;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/** Makes the provider that a plan names, checked, paced and retried. */
public final class Providers {

  private static final Price FREE =
      new Price(BigDecimal.ZERO, Optional.empty(), "the model runs on this machine");

  private final ProviderPlan plan;
  private final Console console;
  private final ServerListener listener;
  private Optional<ProviderCatalog> catalog = Optional.empty();

  /**
   * Providers for a plan.
   *
   * @param listener hears of the server that is called
   */
  public Providers(ProviderPlan plan, Console console, ServerListener listener) {
    this.plan = plan;
    this.console = console;
    this.listener = listener;
  }

  /**
   * The plan's provider; closing it closes what is below.
   *
   * @throws Usage where there is no such provider or model, or it lacks its key
   */
  public EmbeddingProvider open(StopSignal stop, CallListener calls) {
    EmbeddingProvider provider = opened(Missing.REFUSED);
    return new ConfirmedProvider(
        new RetryingProvider(
            new PacedProvider(
                new CheckedProvider(provider, dimensions(provider.spec())),
                new Pacer(plan.pace(), stop, System::nanoTime, new SplittableRandom()),
                budget(provider.spec(), stop),
                meter(provider),
                calls,
                System::nanoTime),
            plan.retries(),
            stop::awaitFor,
            new SplittableRandom(),
            calls,
            System::nanoTime),
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
    Optional<BigDecimal> usd = plan.budget().usd();
    long byCost = usd.map(dollars -> tokensFor(dollars, spec)).orElse(Long.MAX_VALUE);
    long byTokens = plan.budget().tokens().orElse(Long.MAX_VALUE);
    if (usd.isPresent() && byCost < byTokens) {
      String said = "--max-cost " + usd.get().toPlainString();
      return new Budget(byCost, said + " (" + byCost + " tokens)", stop);
    }
    return plan.budget().tokens().isPresent()
        ? new Budget(byTokens, "--max-tokens " + byTokens, stop)
        : Budget.unlimited(stop);
  }

  private long tokensFor(BigDecimal usd, EmbeddingSpec spec) {
    return price(spec)
        .orElseThrow(
            () ->
                new Usage(
                    "--max-cost: the price of "
                        + spec.model()
                        + " is not known; put it into catalog.json in the user's config folder,"
                        + " or say --max-tokens instead"))
        .tokensFor(usd);
  }

  /**
   * The plan's provider, to ask what it takes: nothing is sent, so it needs no key.
   *
   * @throws Usage where there is no such provider or model
   */
  public Unsent unsent() {
    EmbeddingProvider provider = opened(Missing.ALLOWED);
    return new Unsent(provider, meter(provider), keyState(), price(provider.spec()));
  }

  private Estimate.KeyState keyState() {
    if (plan.name().equals(LocalModelProvider.NAME)) {
      return Estimate.KeyState.NOT_NEEDED;
    }
    RemotePlan remote = remote();
    return remote.key().isPresent()
        ? Estimate.KeyState.SET
        : remote.needsKey() ? Estimate.KeyState.MISSING : Estimate.KeyState.NOT_NEEDED;
  }

  /**
   * The plan's provider with nothing around it: each call is made once, at once.
   *
   * @throws Usage where there is no such provider or model, or it lacks its key
   */
  public EmbeddingProvider bare() {
    return opened(Missing.REFUSED);
  }

  /** What is known beforehand of the plan's provider, where it is on the network. */
  public Optional<CatalogProvider> hosted() {
    return plan.name().equals(LocalModelProvider.NAME)
        ? Optional.empty()
        : Optional.of(remote().known());
  }

  /** Where the plan's provider is on the network, where that is known. */
  public Optional<URI> address() {
    return plan.name().equals(LocalModelProvider.NAME) ? Optional.empty() : remote().address();
  }

  /** Measures texts as the provider's model does, as far as that is known. */
  public TokenMeter meter(EmbeddingProvider provider) {
    EmbeddingSpec spec = provider.spec();
    return switch (spec.provider()) {
      case LocalModelProvider.NAME -> TokenMeter.counting(provider::tokens);
      default -> TokenMeter.of(catalog().model(spec.provider(), spec.model()));
    };
  }

  /** A provider that is only asked what it takes, and what is known of its model. */
  public record Unsent(
      EmbeddingProvider provider, TokenMeter meter, Estimate.KeyState key, Optional<Price> price)
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
    return switch (plan.name()) {
      case LocalModelProvider.NAME -> local();
      default ->
          switch (key) {
            case REFUSED -> remote().withItsKey().open(listener);
            case ALLOWED -> remote().open(listener);
          };
    };
  }

  private RemotePlan remote() {
    return new RemotePlan(plan, catalog(), console.env());
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
      catalog = Optional.of(catalog(console));
    }
    return catalog.get();
  }

  /** What is known of providers on the network, by the user's own file too. */
  public static ProviderCatalog catalog(Console console) {
    ProviderCatalog builtIn = ProviderCatalog.builtIn();
    ProviderCatalog catalog = withUsersOwn(builtIn, console);
    if (catalog.names().contains(LocalModelProvider.NAME)) {
      throw new Usage(
          "catalog.json: "
              + LocalModelProvider.NAME
              + " is the model in this process; give a provider on the network another name");
    }
    return catalog;
  }

  private static ProviderCatalog withUsersOwn(ProviderCatalog builtIn, Console console) {
    return UserFolders.config(console.env())
        .map(folder -> folder.resolve("catalog.json"))
        .filter(Files::exists)
        .map(builtIn::with)
        .orElse(builtIn);
  }

  /** Whether the environment has a key under a name. */
  public static boolean isSet(Console console, String variable) {
    return !console.env().getOrDefault(variable, "").isBlank();
  }

  private EmbeddingProvider local() {
    if (plan.baseUrl().isPresent() || plan.keyVariable().isPresent()) {
      throw new Usage(
          "--base-url and --api-key-env are for providers on the network, and --provider is local;"
              + " say which other provider it is, openai for an OpenAI-compatible server");
    }
    if (plan.dimensions().isPresent()) {
      throw new Usage("--dimensions: a local model has the dimensions it has; leave it out");
    }
    LocalModels.Found model =
        new LocalModels(console.home(), console.env())
            .find(plan.model().orElse(LocalModels.DEFAULT));
    return LocalModelProvider.open(
        model.place(),
        model.origin(),
        model.name(),
        plan.inputType(),
        plan.oversize(),
        plan.normalization(),
        Runtime.getRuntime().availableProcessors());
  }
}
