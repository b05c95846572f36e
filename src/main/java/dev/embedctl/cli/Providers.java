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
import dev.embedctl.provider.ProviderCatalog;
import dev.embedctl.provider.Proxies;
import dev.embedctl.provider.RetryingProvider;
import dev.embedctl.provider.local.LocalModelProvider;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/** Makes the provider that a plan names, checked and retried. */
final class Providers {
  private static final String DEFAULT_LOCAL_MODEL = "all-MiniLM-L6-v2";
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** A query, a fragment, or an @ before the path. */
  private static final Pattern MAY_HOLD_SECRETS = Pattern.compile("[?#]|^([^/]*//)?[^/]*@");

  private Providers() {}

  /**
   * The plan's provider; closing it closes what is below.
   *
   * @throws Usage where there is no such provider or model, or it lacks its key
   */
  static EmbeddingProvider open(
      ProviderPlan plan, Console console, StopSignal stop, CallListener calls) {
    EmbeddingProvider provider =
        switch (plan.name()) {
          case LocalModelProvider.NAME -> local(plan, console);
          case OpenAiProvider.NAME -> openAi(plan, console);
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
    return new RetryingProvider(
        new CheckedProvider(provider),
        plan.retries(),
        stop::awaitFor,
        new SplittableRandom(),
        calls);
  }

  /** Dollars for a million tokens, where they are known. */
  static Optional<BigDecimal> usdPerMillionTokens(EmbeddingSpec spec) {
    return switch (spec.provider()) {
      case LocalModelProvider.NAME -> Optional.of(BigDecimal.ZERO);
      default ->
          spec.endpoint().isEmpty()
              ? ProviderCatalog.openAi(spec.model()).map(ProviderCatalog.Model::usdPerMillionTokens)
              : Optional.empty();
    };
  }

  private static EmbeddingProvider local(ProviderPlan plan, Console console) {
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

  private static EmbeddingProvider openAi(ProviderPlan plan, Console console) {
    String variable = plan.keyVariable().orElse(OpenAiProvider.KEY_VARIABLE);
    if (!VARIABLE.matcher(variable).matches()) {
      throw new Usage(
          "--api-key-env takes the name of an environment variable, not a key: put the key into"
              + " the environment and name its variable");
    }
    Optional<ApiKey> key =
        Optional.ofNullable(console.env().get(variable))
            .filter(secret -> !secret.isBlank())
            .map(secret -> new ApiKey(variable, secret.strip()));
    if (key.isEmpty() && (plan.baseUrl().isEmpty() || plan.keyVariable().isPresent())) {
      throw new Usage("the key of openai is missing: set " + variable + " in the environment");
    }
    EmbeddingSpec spec =
        new EmbeddingSpec(
            OpenAiProvider.NAME,
            plan.baseUrl().map(Providers::endpoint).orElse(""),
            plan.model().orElse(ProviderCatalog.defaultOpenAiModel()),
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
