package dev.embedctl.provider.catalog;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What is known about remote providers and their models before the first call: from the built-in
 * {@code catalog.json}, and from the user's, which has precedence. Models that are in neither work
 * too.
 */
public final class ProviderCatalog {
  private static final Map<String, Integer> DEFAULT_PORTS = Map.of("http", 80, "https", 443);
  private static final int NO_PORT = -1; // as in URI
  private static final String BUILT_IN = "catalog.json";

  private final Map<String, CatalogProvider> builtIn;
  private final Map<String, CatalogProvider> own;

  private ProviderCatalog(Map<String, CatalogProvider> builtIn, Map<String, CatalogProvider> own) {
    this.builtIn = builtIn;
    this.own = own;
  }

  /** The built-in catalog. */
  public static ProviderCatalog builtIn() {
    byte[] json = BuiltInFiles.CATALOG.getBytes(StandardCharsets.UTF_8);
    try (InputStream in = new ByteArrayInputStream(json)) {
      return new ProviderCatalog(CatalogReader.read(BUILT_IN, in, List.of()), Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException("the built-in catalog is not one", e);
    }
  }

  /**
   * A copy with a user's file, whose values have precedence and which may contain new providers.
   *
   * @throws Usage if the file is not a catalog; the message names file and line
   */
  public ProviderCatalog with(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      Map<String, CatalogProvider> read = CatalogReader.read(file.toString(), in, builtIn.keySet());
      ProviderCatalog catalog = new ProviderCatalog(builtIn, read);
      read.forEach((name, provider) -> catalog.check(file, name, provider));
      return catalog;
    } catch (IOException e) {
      throw new Usage(file + " cannot be read: " + e.getMessage());
    }
  }

  private void check(Path file, String name, CatalogProvider provider) {
    provider.models().forEach((model, described) -> check(file, name, model, described));
  }

  private void check(Path file, String provider, String name, CatalogModel described) {
    if (described.tokensPerText().isPresent() && model(provider, name).tokenizer().isEmpty()) {
      throw new Usage(
          file
              + ": "
              + provider
              + " "
              + name
              + ": tokens_per_text needs a tokenizer that can count; add tokenizer, or omit"
              + " tokens_per_text");
    }
  }

  /** The names of the providers: the built-in ones, then the user's. */
  public List<String> names() {
    Set<String> names = new LinkedHashSet<>(builtIn.keySet());
    names.addAll(own.keySet());
    return List.copyOf(names);
  }

  /** What the catalog knows about a provider; nothing if it is not in the catalog. */
  public CatalogProvider provider(String name) {
    return entry(own, name).over(entry(builtIn, name));
  }

  /** What the catalog knows about a model. */
  public CatalogModel model(String provider, String name) {
    return entry(own, provider).model(name).over(entry(builtIn, provider).model(name));
  }

  /**
   * The endpoint for a spec: empty if the URL is the provider's own, in any spelling. Capitals in
   * scheme and host, the scheme's default port and slashes at the end make no difference.
   */
  public String endpoint(String provider, URI baseUrl) {
    String trimmed = plain(baseUrl);
    boolean known =
        entry(builtIn, provider)
            .baseUrl()
            .filter(url -> url.toString().equals(trimmed))
            .isPresent();
    return known ? "" : trimmed;
  }

  private static String plain(URI address) {
    String typed = address.toString();
    if (address.getScheme() != null && address.getHost() != null) {
      String scheme = address.getScheme().toLowerCase(Locale.ROOT);
      boolean usualPort =
          address.getPort() == DEFAULT_PORTS.getOrDefault(scheme, NO_PORT)
              || address.getPort() == NO_PORT;
      typed =
          scheme
              + "://"
              + address.getHost().toLowerCase(Locale.ROOT)
              + (usualPort ? "" : ":" + address.getPort())
              + Objects.requireNonNullElse(address.getRawPath(), "");
    }
    return typed.replaceAll("/+$", "");
  }

  /**
   * The price of a spec's tokens. For another endpoint than the provider's own, only the user's
   * catalog counts.
   */
  public Optional<Price> price(EmbeddingSpec spec) {
    return spec.endpoint().isEmpty()
        ? model(spec.provider(), spec.model()).price()
        : entry(own, spec.provider()).model(spec.model()).price();
  }

  private static CatalogProvider entry(Map<String, CatalogProvider> providers, String name) {
    return providers.getOrDefault(name, CatalogProvider.UNKNOWN);
  }
}
