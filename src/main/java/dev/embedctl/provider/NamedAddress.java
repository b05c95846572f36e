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
    Optional<String> variable = variable(provider);
    String value = variable.isEmpty() ? "" : env.getOrDefault(variable.get(), "").strip();
    if (value.isEmpty()) {
      return Optional.empty();
    }
    boolean ofOllama = variable.get().equals(OllamaHost.VARIABLE);
    return Optional.of(new NamedAddress(variable.get(), ofOllama ? OllamaHost.url(value) : value));
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
