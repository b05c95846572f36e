package dev.embedctl.provider.catalog;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The supported APIs; {@code wire} in a {@code catalog.json} contains their names. */
public enum Wire {
  OPENAI,
  AZURE_OPENAI,
  VOYAGE,
  MISTRAL,
  JINA,
  GEMINI,
  COHERE,
  OLLAMA,
  TEI,
  BEDROCK;

  static List<String> names() {
    return Arrays.stream(values()).map(Wire::toString).toList();
  }

  /** The API with a name from {@link #names}. */
  static Wire of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** Its name in a catalog. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
