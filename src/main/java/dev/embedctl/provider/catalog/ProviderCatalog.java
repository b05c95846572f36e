package dev.embedctl.provider.catalog;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
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
 * What is known of providers on the network and their models beforehand: the program's own {@code
 * catalog.json}, and over it the user's. A model that is in neither works too.
 */
public final class ProviderCatalog {
  private static final Map<String, Integer> USUAL_PORTS = Map.of("http", 80, "https", 443);
  private static final int NO_PORT = -1; // as a URI has it
  private static final String BUILT_IN = "/dev/embedctl/catalog.json";

  private final Map<String, CatalogProvider> builtIn;
  private final Map<String, CatalogProvider> own;

  private ProviderCatalog(Map<String, CatalogProvider> builtIn, Map<String, CatalogProvider> own) {
    this.builtIn = builtIn;
    this.own = own;
  }

  /** What the program knows itself. */
  public static ProviderCatalog builtIn() {
    try (InputStream in = ProviderCatalog.class.getResourceAsStream(BUILT_IN)) {
      return new ProviderCatalog(CatalogReader.read(BUILT_IN, in, List.of()), Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException("the program is not whole", e);
    }
  }

  /**
   * The same, with a user's file over it: what the file says of a provider or a model goes before,
   * and it may name providers of its own.
   *
   * @throws Usage where the file is no catalog; the message names file and line
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

  private void check(Path file, String name, CatalogProvider said) {
    said.models().forEach((model, described) -> check(file, name, model, described));
  }

  private void check(Path file, String provider, String name, CatalogModel said) {
    if (said.tokensPerText().isPresent() && model(provider, name).tokenizer().isEmpty()) {
      throw new Usage(
          file
              + ": "
              + provider
              + " "
              + name
              + ": tokens_per_text can be held to only where tokens are counted; say which"
              + " tokenizer it has, or leave tokens_per_text out");
    }
  }

  /** The providers, by name: the program's own, and then the user's. */
  public List<String> names() {
    Set<String> names = new LinkedHashSet<>(builtIn.keySet());
    names.addAll(own.keySet());
    return List.copyOf(names);
  }

  /** What is known of a provider; nothing of one that is in no catalog. */
  public CatalogProvider provider(String name) {
    return entry(own, name).over(entry(builtIn, name));
  }

  /** What is known of a model. */
  public CatalogModel model(String provider, String name) {
    return entry(own, provider).model(name).over(entry(builtIn, provider).model(name));
  }

  /**
   * What a spec says of where its provider is: nothing where that is where the program knows it to
   * be, however it was given. Capitals in scheme and host, the scheme's own port and slashes at the
   * end lead to no other place.
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
          address.getPort() == USUAL_PORTS.getOrDefault(scheme, NO_PORT)
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

  /** What a spec's tokens cost. At another endpoint than the provider's own only the user knows. */
  public Optional<Price> price(EmbeddingSpec spec) {
    return spec.endpoint().isEmpty()
        ? model(spec.provider(), spec.model()).price()
        : entry(own, spec.provider()).model(spec.model()).price();
  }

  private static CatalogProvider entry(Map<String, CatalogProvider> providers, String name) {
    return providers.getOrDefault(name, CatalogProvider.UNKNOWN);
  }
}
