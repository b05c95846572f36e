package dev.embedctl.provider.catalog;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The supported APIs; {@code wire} in a {@code catalog.json} contains their names. */
public enum Wire {
  OPENAI,
  AZURE_OPENAI,
  VOYAGE,
  MISTRAL,
  JINA,
  GEMINI,
  VERTEX,
  COHERE,
  OLLAMA,
  TEI,
  BEDROCK;

  /** The cloud whose credentials it accepts instead of a key, if it accepts any. */
  public Optional<String> cloud() {
    return switch (this) {
      case VERTEX -> Optional.of("Google Cloud");
      case BEDROCK -> Optional.of("AWS");
      case AZURE_OPENAI -> Optional.of("Entra ID");
      case OPENAI, VOYAGE, MISTRAL, JINA, GEMINI, COHERE, OLLAMA, TEI -> Optional.empty();
    };
  }

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
