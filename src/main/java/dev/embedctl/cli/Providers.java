package dev.embedctl.cli;

import dev.embedctl.cli.BatchPlan.ProviderPlan;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.NameHint;
import dev.embedctl.model.StopSignal;
import dev.embedctl.provider.ApiKey;
import dev.embedctl.provider.CallListener;
import dev.embedctl.provider.CatalogProvider;
import dev.embedctl.provider.CheckedProvider;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.Price;
import dev.embedctl.provider.ProviderCatalog;
import dev.embedctl.provider.Proxies;
import dev.embedctl.provider.RemoteProvider;
import dev.embedctl.provider.RemoteProvider.PlainKeys;
import dev.embedctl.provider.RetryingProvider;
import dev.embedctl.provider.ServerListener;
import dev.embedctl.provider.TokenMeter;
import dev.embedctl.provider.local.LocalModelProvider;
import dev.embedctl.provider.pace.Budget;
import dev.embedctl.provider.pace.PacedProvider;
import dev.embedctl.provider.pace.Pacer;
import dev.embedctl.report.Estimate;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/** Makes the provider that a plan names, checked, paced and retried. */
final class Providers {
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** A query, a fragment, or an @ before the path. */
  private static final Pattern MAY_HOLD_SECRETS = Pattern.compile("[?#]|^([^/]*//)?[^/]*@");

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
  Providers(ProviderPlan plan, Console console, ServerListener listener) {
    this.plan = plan;
    this.console = console;
    this.listener = listener;
  }

  /**
   * The plan's provider; closing it closes what is below.
   *
   * @throws Usage where there is no such provider or model, or it lacks its key
   */
  EmbeddingProvider open(StopSignal stop, CallListener calls) {
    EmbeddingProvider provider = opened(Missing.REFUSED);
    return new RetryingProvider(
        new PacedProvider(
            new CheckedProvider(provider),
            new Pacer(plan.pace(), stop, System::nanoTime, new SplittableRandom()),
            budget(provider.spec(), stop),
            meter(provider),
            calls,
            System::nanoTime),
        plan.retries(),
        stop::awaitFor,
        new SplittableRandom(),
        calls);
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
  Unsent unsent() {
    EmbeddingProvider provider = opened(Missing.ALLOWED);
    return new Unsent(provider, meter(provider), keyState(), price(provider.spec()));
  }

  private Estimate.KeyState keyState() {
    if (plan.name().equals(LocalModelProvider.NAME)) {
      return Estimate.KeyState.NOT_NEEDED;
    }
    CatalogProvider known = known();
    return key(known).isPresent()
        ? Estimate.KeyState.SET
        : needsKey(known) ? Estimate.KeyState.MISSING : Estimate.KeyState.NOT_NEEDED;
  }

  /**
   * The plan's provider with nothing around it: each call is made once, at once.
   *
   * @throws Usage where there is no such provider or model, or it lacks its key
   */
  EmbeddingProvider bare() {
    return opened(Missing.REFUSED);
  }

  /** What is known beforehand of the plan's provider, where it is on the network. */
  Optional<CatalogProvider> hosted() {
    return plan.name().equals(LocalModelProvider.NAME) ? Optional.empty() : Optional.of(known());
  }

  /** Measures texts as the provider's model does, as far as that is known. */
  TokenMeter meter(EmbeddingProvider provider) {
    EmbeddingSpec spec = provider.spec();
    return switch (spec.provider()) {
      case LocalModelProvider.NAME -> TokenMeter.counting(provider::tokens);
      default -> TokenMeter.of(catalog().model(spec.provider(), spec.model()));
    };
  }

  /** A provider that is only asked what it takes, and what is known of its model. */
  record Unsent(
      EmbeddingProvider provider, TokenMeter meter, Estimate.KeyState key, Optional<Price> price)
      implements AutoCloseable {
    EmbeddingSpec spec() {
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
      default -> remote(key);
    };
  }

  /** What tokens cost, where it is known. */
  Optional<Price> price(EmbeddingSpec spec) {
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
  static ProviderCatalog catalog(Console console) {
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
  static boolean isSet(Console console, String variable) {
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
        console.home().resolve("native"),
        model.name(),
        plan.inputType(),
        plan.oversize(),
        Runtime.getRuntime().availableProcessors());
  }

  /** What is known of the plan's provider, which is not the local one. */
  private CatalogProvider known() {
    List<String> names = catalog().names();
    if (!names.contains(plan.name())) {
      List<String> all = new ArrayList<>(names);
      all.add(0, LocalModelProvider.NAME);
      throw new Usage(
          "--provider: no provider '"
              + plan.name()
              + "'"
              + NameHint.among(plan.name(), all)
              + " (any OpenAI-compatible server is openai, with --base-url)");
    }
    return catalog().provider(plan.name());
  }

  private Optional<ApiKey> key(CatalogProvider known) {
    Optional<String> variable = keyVariable(known);
    if (plan.keyVariable().isPresent() && !VARIABLE.matcher(plan.keyVariable().get()).matches()) {
      throw new Usage(
          "--api-key-env takes the name of an environment variable, not a key: put the key into"
              + " the environment and name its variable");
    }
    return variable.flatMap(
        name ->
            Optional.ofNullable(console.env().get(name))
                .filter(secret -> !secret.isBlank())
                .map(secret -> new ApiKey(name, secret.strip())));
  }

  private Optional<String> keyVariable(CatalogProvider known) {
    return plan.keyVariable().or(known::keyVariable);
  }

  /** A server of the user's own may ask for none, where the provider has an address of its own. */
  private boolean needsKey(CatalogProvider known) {
    boolean elsewhere = plan.baseUrl().isPresent() && known.baseUrl().isPresent();
    return plan.keyVariable().isPresent() || (known.keyVariable().isPresent() && !elsewhere);
  }

  private EmbeddingProvider remote(Missing missing) {
    CatalogProvider known = known();
    Optional<ApiKey> key = key(known);
    if (key.isEmpty() && needsKey(known) && missing == Missing.REFUSED) {
      throw new Usage(
          "the key of "
              + plan.name()
              + " is missing: set "
              + keyVariable(known).orElseThrow()
              + " in the environment");
    }
    URI baseUrl =
        plan.baseUrl()
            .map(Providers::address)
            .or(known::baseUrl)
            .orElseThrow(
                () -> new Usage("--provider " + plan.name() + " needs --base-url: where is it?"));
    String model =
        plan.model()
            .or(known::defaultModel)
            .orElseThrow(
                () -> new Usage("--provider " + plan.name() + " needs --model: it has no default"));
    EmbeddingSpec spec =
        new EmbeddingSpec(
            plan.name(),
            catalog().endpoint(plan.name(), baseUrl),
            model,
            plan.dimensions(),
            plan.inputType(),
            plan.oversize(),
            "");
    return RemoteProvider.open(
        new RemoteProvider.Settings(
            spec,
            baseUrl,
            key,
            new Proxies(console.env()),
            plan.allowInsecure() ? PlainKeys.ALLOWED : PlainKeys.REFUSED,
            plan.timeout(),
            listener),
        known.paced(plan.pace().requestsPerMinute()),
        known.model(model),
        Clock.systemUTC());
  }

  /** The address; what is wrong with one that may hold a password or a key is not repeated. */
  private static URI address(String url) {
    if (MAY_HOLD_SECRETS.matcher(url).find()) {
      throw new Usage(
          "--base-url takes no user, password or query, nor what follows a #: it would be kept with the"
              + " cache; a key belongs in the environment");
    }
    try {
      return new URI(url);
    } catch (URISyntaxException e) {
      throw new Usage("--base-url " + url + ": not an address: " + e.getReason());
    }
  }
}
