package dev.embedctl.provider;

import java.util.Map;
import java.util.Optional;

/**
 * The address of a provider's server in the environment variable that the provider's own tools use.
 *
 * @param variable the variable
 * @param url the address as an option would name it
 */
public record NamedAddress(String variable, String url) {

  /** The address in an environment; empty if the provider has no such variable or it is blank. */
  public static Optional<NamedAddress> in(String provider, Map<String, String> env) {
    return variable(provider)
        .flatMap(
            name ->
                Optional.of(env.getOrDefault(name, "").strip())
                    .filter(value -> !value.isEmpty())
                    .map(
                        value ->
                            new NamedAddress(
                                name,
                                name.equals(OllamaHost.VARIABLE) ? OllamaHost.url(value) : value)));
  }

  private static Optional<String> variable(String provider) {
    return switch (provider) {
      case "openai" -> Optional.of("OPENAI_BASE_URL");
      case "azure-openai" -> Optional.of("AZURE_OPENAI_ENDPOINT");
      case "ollama" -> Optional.of(OllamaHost.VARIABLE);
      default -> Optional.empty();
    };
  }
}
