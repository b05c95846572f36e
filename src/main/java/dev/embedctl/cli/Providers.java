package dev.embedctl.cli;

import dev.embedctl.cli.BatchPlan.ProviderPlan;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.StopSignal;
import dev.embedctl.provider.ApiKey;
import dev.embedctl.provider.CallListener;
import dev.embedctl.provider.CheckedProvider;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.OpenAiProvider;
import dev.embedctl.provider.OpenAiProvider.PlainKeys;
import dev.embedctl.provider.Price;
import dev.embedctl.provider.ProviderCatalog;
import dev.embedctl.provider.Proxies;
import dev.embedctl.provider.RetryingProvider;
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
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/** Makes the provider that a plan names, checked, paced and retried. */
final class Providers {
  private static final String DEFAULT_LOCAL_MODEL = "all-MiniLM-L6-v2";
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** A query, a fragment, or an @ before the path. */
  private static final Pattern MAY_HOLD_SECRETS = Pattern.compile("[?#]|^([^/]*//)?[^/]*@");

  private static final Price FREE =
      new Price(BigDecimal.ZERO, Optional.empty(), "the model runs on this machine");

  private final ProviderPlan plan;
  private final Console console;
  private Optional<ProviderCatalog> catalog = Optional.empty();

  Providers(ProviderPlan plan, Console console) {
    this.plan = plan;
    this.console = console;
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
        calls,
        System::nanoTime);
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
    return key().isPresent()
        ? Estimate.KeyState.SET
        : needsKey() ? Estimate.KeyState.MISSING : Estimate.KeyState.NOT_NEEDED;
  }

  private TokenMeter meter(EmbeddingProvider provider) {
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
      case OpenAiProvider.NAME -> openAi(key);
      default ->
          throw new Usage(
              "--provider "
                  + plan.name()
                  + ": there is "
                  + LocalModelProvider.NAME
                  + " and "
                  + OpenAiProvider.NAME
                  + " (with --base-url for any OpenAI-compatible server)");
    };
  }

  /** What tokens cost, where it is known. */
  Optional<Price> price(EmbeddingSpec spec) {
    return switch (spec.provider()) {
      case LocalModelProvider.NAME -> Optional.of(FREE);
      default -> catalog().price(spec);
    };
  }

  /** What is known of hosted models, by the user's own file too; read once, and not for local. */
  private ProviderCatalog catalog() {
    if (catalog.isEmpty()) {
      ProviderCatalog builtIn = ProviderCatalog.builtIn();
      catalog =
          UserFolders.config(console.env())
              .map(folder -> folder.resolve("catalog.json"))
              .filter(Files::exists)
              .map(builtIn::with)
              .or(() -> Optional.of(builtIn));
    }
    return catalog.get();
  }

  private EmbeddingProvider local() {
    if (plan.baseUrl().isPresent() || plan.keyVariable().isPresent()) {
      throw new Usage(
          "--base-url and --api-key-env are for providers on the network, and --provider is local;"
              + " say --provider openai for an OpenAI-compatible server");
    }
    if (plan.dimensions().isPresent()) {
      throw new Usage("--dimensions: a local model has the dimensions it has; leave it out");
    }
    String model = plan.model().orElse(DEFAULT_LOCAL_MODEL);
    Path installed = console.home().resolve("models").resolve(model);
    boolean ours = model.matches("[A-Za-z0-9][A-Za-z0-9._-]*") && Files.isDirectory(installed);
    Path folder = ours ? installed : Path.of(model).toAbsolutePath().normalize();
    return LocalModelProvider.open(
        folder,
        ours ? LocalModelProvider.Origin.INSTALLED : LocalModelProvider.Origin.USERS_OWN,
        console.home().resolve("native"),
        String.valueOf(folder.getFileName()),
        plan.inputType(),
        plan.oversize(),
        Runtime.getRuntime().availableProcessors());
  }

  private Optional<ApiKey> key() {
    String variable = keyVariable();
    if (!VARIABLE.matcher(variable).matches()) {
      throw new Usage(
          "--api-key-env takes the name of an environment variable, not a key: put the key into"
              + " the environment and name its variable");
    }
    return Optional.ofNullable(console.env().get(variable))
        .filter(secret -> !secret.isBlank())
        .map(secret -> new ApiKey(variable, secret.strip()));
  }

  private String keyVariable() {
    return plan.keyVariable().orElse(OpenAiProvider.KEY_VARIABLE);
  }

  /** A server of the user's own may ask for none. */
  private boolean needsKey() {
    return plan.baseUrl().isEmpty() || plan.keyVariable().isPresent();
  }

  private EmbeddingProvider openAi(Missing missing) {
    Optional<ApiKey> key = key();
    if (key.isEmpty() && needsKey() && missing == Missing.REFUSED) {
      throw new Usage("the key of openai is missing: set " + keyVariable() + " in the environment");
    }
    EmbeddingSpec spec =
        new EmbeddingSpec(
            OpenAiProvider.NAME,
            plan.baseUrl().map(Providers::endpoint).orElse(""),
            plan.model().orElse(OpenAiProvider.DEFAULT_MODEL),
            plan.dimensions(),
            plan.inputType(),
            plan.oversize(),
            "");
    return OpenAiProvider.open(
        new OpenAiProvider.Settings(
            spec,
            plan.baseUrl().map(Providers::address).orElse(OpenAiProvider.BASE_URL),
            key,
            new Proxies(console.env()),
            plan.allowInsecure() ? PlainKeys.ALLOWED : PlainKeys.REFUSED,
            plan.timeout()),
        catalog().model(spec.provider(), spec.model()),
        Clock.systemUTC());
  }

  /** OpenAI's own address is no other endpoint, however it was given. */
  private static String endpoint(String url) {
    String trimmed = url.replaceAll("/+$", "");
    return trimmed.equals(OpenAiProvider.BASE_URL.toString()) ? "" : trimmed;
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
