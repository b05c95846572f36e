package dev.embedctl.spark;

import dev.embedctl.cache.CacheKeys;
import dev.embedctl.io.input.TextRules;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Text;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.ProviderSettings;
import org.apache.spark.sql.api.java.UDF1;

/** The key of a text in any cache of embedctl; null, as SQL has it, for what cannot be embedded. */
final class KeyOfText implements UDF1<String, byte[]> {
  private static final long serialVersionUID = 1L;

  private final ProviderSettings settings;
  private final transient CacheKeys keys;

  KeyOfText(ProviderSettings settings) {
    this.settings = settings;
    this.keys = keys(settings);
  }

  private static CacheKeys keys(ProviderSettings settings) {
    EmbeddingProvider provider = Engine.providers(settings).unsent().provider();
    EmbeddingSpec spec = provider.spec();
    return new CacheKeys(spec, text -> provider.takesWhole(provider.count(text)));
  }

  @Override
  public byte[] call(String text) {
    return text != null && TextRules.check(text) instanceof Text.Valid
        ? keys.keyOf(text).bytes()
        : null;
  }

  /** A copy on an executor makes its own keys. */
  private Object readResolve() {
    return new KeyOfText(settings);
  }
}
