package dev.embedctl.provider;

import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The APIs that can be spoken, as {@code wire} in a {@code catalog.json} names them. */
public enum Wire {
  OPENAI,
  AZURE_OPENAI,
  VOYAGE,
  MISTRAL,
  JINA,
  GEMINI,
  COHERE,
  OLLAMA,
  TEI;

  /** How the API says things, to a provider that is known so. */
  WireFormat format(CatalogProvider provider, Clock clock) {
    return switch (this) {
      case OPENAI -> OpenAi.format(clock);
      case AZURE_OPENAI -> AzureOpenAi.format(provider, clock);
      case VOYAGE -> Voyage.format(clock);
      case MISTRAL -> Mistral.format(clock);
      case JINA -> Jina.format(clock);
      case GEMINI -> Gemini.format(clock);
      case COHERE -> Cohere.format(clock);
      case OLLAMA -> Ollama.format(clock);
      case TEI -> Tei.format(clock);
    };
  }

  static List<String> names() {
    return Arrays.stream(values()).map(Wire::toString).toList();
  }

  /** The one that is named so; {@link #names} has all names. */
  static Wire of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** Its name in a catalog. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
