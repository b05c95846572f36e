package dev.embedctl.service;

import dev.embedctl.cache.CaffeineCache;
import dev.embedctl.cache.LogCache;
import dev.embedctl.cache.TemporaryCache;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.cache.files.LockTerms;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.InputType;
import dev.embedctl.pipeline.CachedEncoding;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.pipeline.PipelineOptions.OnMiss;
import dev.embedctl.provider.CallListener;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.ProviderSettings;
import dev.embedctl.provider.Providers;
import dev.embedctl.provider.RetryPolicy;
import dev.embedctl.provider.ServedMemory;
import dev.embedctl.provider.Servers;
import dev.embedctl.provider.SpendingLimit;
import dev.embedctl.provider.Surroundings;
import dev.embedctl.provider.local.LocalModelProvider;
import dev.embedctl.provider.pace.PaceLimits;
import dev.embedctl.provider.remote.RemoteProvider.PlainKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Builds a service. Options that are not set have the defaults of the command line. */
public final class EmbeddingServiceBuilder {
  private static final int CHUNK_SIZE = 250;
  private static final int CONCURRENCY = 10;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration CACHE_WAIT = Duration.ofSeconds(30);

  private String provider = LocalModelProvider.NAME;
  private Optional<String> model = Optional.empty();
  private OptionalInt dimensions = OptionalInt.empty();
  private Optional<InputType> inputType = Optional.empty();
  private Optional<String> prefix = Optional.empty();
  private Optional<String> baseUrl = Optional.empty();
  private Optional<EmbeddingSettings> settings = Optional.empty();
  private OnError onError = OnError.FAIL;
  private int concurrency = CONCURRENCY;
  private int textsPerRequest;
  private int renderers = Runtime.getRuntime().availableProcessors();
  private Map<String, String> environment = Map.of();
  private Path installation = Path.of("");
  private Optional<Path> cacheFolder = Optional.empty();

  EmbeddingServiceBuilder() {}

  /** The provider's name, such as {@code openai}; {@code local} if not set. */
  public EmbeddingServiceBuilder provider(String name) {
    provider = name;
    return this;
  }

  /** The model's name; the provider's default if not set. */
  public EmbeddingServiceBuilder model(String name) {
    model = Optional.of(name);
    return this;
  }

  /** The length of the vectors; the model's own if not set. */
  public EmbeddingServiceBuilder dimensions(int length) {
    dimensions = OptionalInt.of(length);
    return this;
  }

  /** The purpose of the texts, if the model distinguishes purposes. */
  public EmbeddingServiceBuilder inputType(InputType type) {
    inputType = Optional.of(type);
    return this;
  }

  /** What is sent before each text; what the model wants for the purpose of texts if not set. */
  public EmbeddingServiceBuilder prefix(String text) {
    prefix = Optional.of(text);
    return this;
  }

  /** Another address for the provider, such as that of an OpenAI-compatible server. */
  public EmbeddingServiceBuilder baseUrl(String url) {
    baseUrl = Optional.of(url);
    return this;
  }

  /** The most calls at once; 10 if not set. */
  public EmbeddingServiceBuilder concurrency(int calls) {
    concurrency = calls;
    return this;
  }

  /** The most texts in one call; the provider's limit if not set. */
  public EmbeddingServiceBuilder textsPerRequest(int texts) {
    textsPerRequest = texts;
    return this;
  }

  /** Texts that fail are reported, and the batch goes on; otherwise the first one ends it. */
  public EmbeddingServiceBuilder collectErrors() {
    onError = OnError.COLLECT;
    return this;
  }

  /** Threads that prepare results; one for each processor if not set. */
  public EmbeddingServiceBuilder renderers(int threads) {
    renderers = threads;
    return this;
  }

  /** The variables for keys, proxies and the user's folders: usually {@code System.getenv()}. */
  public EmbeddingServiceBuilder environment(Map<String, String> variables) {
    environment = Map.copyOf(variables);
    return this;
  }

  /** The folder of an installation of embedctl, for the local model. */
  public EmbeddingServiceBuilder installation(Path folder) {
    installation = folder;
    return this;
  }

  /**
   * The folder of a cache that is kept between runs, such as the command line's, {@link
   * UserFolders#cache}. Where none is set, the service pays for each text once and forgets its
   * vector when it is closed.
   */
  public EmbeddingServiceBuilder cache(Path folder) {
    cacheFolder = Optional.of(folder);
    return this;
  }

  /**
   * All settings at once: all other options except environment, installation and cache are ignored.
   */
  public EmbeddingServiceBuilder settings(EmbeddingSettings whole) {
    settings = Optional.of(whole);
    return this;
  }

  /** The current settings. */
  public EmbeddingSettings settings() {
    return settings.orElseGet(
        () ->
            new EmbeddingSettings(
                new ProviderSettings(
                    provider,
                    model,
                    dimensions,
                    Normalization.NONE,
                    inputType,
                    prefix,
                    Set.of(),
                    Providers.usualOversize(provider),
                    baseUrl,
                    Optional.empty(),
                    Optional.empty(),
                    PlainKeys.REFUSED,
                    TIMEOUT,
                    RetryPolicy.USUAL,
                    PaceLimits.usual(concurrency),
                    SpendingLimit.NONE),
                onError,
                OnMiss.CALL,
                CHUNK_SIZE,
                textsPerRequest,
                renderers,
                Runtime.getRuntime().maxMemory() / 4,
                CACHE_WAIT));
  }

  /**
   * The service; closing it closes provider and cache.
   *
   * @throws EmbedctlException.Usage if there is no such provider or model, or its key is missing
   * @throws EmbedctlException.RunFailed if the cache cannot be opened
   */
  public EmbeddingService build() {
    EmbeddingSettings chosen = settings();
    Surroundings surroundings = UserFolders.surroundings(environment, installation);
    Providers providers =
        new Providers(
            chosen.provider(),
            surroundings,
            sentence -> {},
            cacheFolder.<ServedMemory>map(CachedModels::new).orElseGet(ServedMemory::none));
    Servers opened =
        switch (chosen.onMiss()) {
          case CALL -> providers.bare();
          case FAIL -> providers.unsent().servers();
        };
    try {
      VectorCache cache = cache(opened.spec(), chosen);
      return new EmbeddingService(
          run ->
              providers.around(
                  opened,
                  run,
                  CallListener.none(),
                  new CachedEncoding(() -> cache, sentence -> {})),
          cache,
          chosen.pipeline(),
          () -> closeBoth(opened, cache));
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private VectorCache cache(EmbeddingSpec spec, EmbeddingSettings chosen) {
    InstantSource clock = InstantSource.system();
    if (cacheFolder.isEmpty()) {
      return new CaffeineCache(
          TemporaryCache.open(Path.of(System.getProperty("java.io.tmpdir")), spec, clock),
          CaffeineCache.USUAL_BYTES);
    }
    return switch (chosen.onMiss()) {
      case CALL -> LogCache.open(cacheFolder.get(), spec, terms(chosen), clock);
      case FAIL -> LogCache.openReadOnly(cacheFolder.get(), spec, terms(chosen), clock);
    };
  }

  private static LockTerms terms(EmbeddingSettings chosen) {
    return new LockTerms("an embedding service", chosen.cacheWait(), holder -> {});
  }

  private static void closeBoth(Servers servers, VectorCache cache) throws IOException {
    try (servers) {
      cache.close();
    }
  }
}
