package dev.embedctl.provider;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of hosted models beforehand: the program's own {@code catalog.json}, and over it
 * the user's. A model that is in neither works too.
 */
public final class ProviderCatalog {
  private static final String BUILT_IN = "/dev/embedctl/catalog.json";

  private final Map<String, Map<String, CatalogModel>> builtIn;
  private final Map<String, Map<String, CatalogModel>> own;

  private ProviderCatalog(
      Map<String, Map<String, CatalogModel>> builtIn, Map<String, Map<String, CatalogModel>> own) {
    this.builtIn = builtIn;
    this.own = own;
  }

  /** What the program knows itself. */
  public static ProviderCatalog builtIn() {
    try (InputStream in = ProviderCatalog.class.getResourceAsStream(BUILT_IN)) {
      return new ProviderCatalog(new CatalogReader(BUILT_IN).read(in), Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException("the program is not whole", e);
    }
  }

  /**
   * The same, with a user's file over it: what the file says of a model goes before.
   *
   * @throws Usage where the file is no catalog; the message names file and line
   */
  public ProviderCatalog with(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      Map<String, Map<String, CatalogModel>> read =
          new CatalogReader(file.toString()).read(in, builtIn.keySet());
      ProviderCatalog catalog = new ProviderCatalog(builtIn, read);
      read.forEach(
          (provider, models) ->
              models.keySet().forEach(name -> catalog.check(file, provider, name)));
      return catalog;
    } catch (IOException e) {
      throw new Usage(file + " cannot be read: " + e.getMessage());
    }
  }

  private void check(Path file, String provider, String name) {
    CatalogModel model = model(provider, name);
    if (model.tokensPerText().isPresent() && model.tokenizer().isEmpty()) {
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

  /** What is known of a model. */
  public CatalogModel model(String provider, String name) {
    return entry(own, provider, name).over(entry(builtIn, provider, name));
  }

  /** What a spec's tokens cost. At another endpoint than the provider's own only the user knows. */
  public Optional<Price> price(EmbeddingSpec spec) {
    return spec.endpoint().isEmpty()
        ? model(spec.provider(), spec.model()).price()
        : entry(own, spec.provider(), spec.model()).price();
  }

  private static CatalogModel entry(
      Map<String, Map<String, CatalogModel>> models, String provider, String name) {
    return models.getOrDefault(provider, Map.of()).getOrDefault(name, CatalogModel.UNKNOWN);
  }
}
