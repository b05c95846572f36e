package dev.embedctl.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NamedAddressTest {
  @ParameterizedTest
  @CsvSource({
    "openai,       OPENAI_BASE_URL",
    "azure-openai, AZURE_OPENAI_ENDPOINT",
  })
  void eachProviderHasItsOwnVariable(String provider, String variable) {
    Map<String, String> env = Map.of(variable, " https://host.test/v1 ");

    assertEquals(
        Optional.of(new NamedAddress(variable, "https://host.test/v1")),
        NamedAddress.in(provider, env));
    assertEquals(Optional.empty(), NamedAddress.in("voyage", env));
    assertEquals(Optional.empty(), NamedAddress.in("local", env));
  }

  @Test
  void aBlankVariableIsNone() {
    assertEquals(Optional.empty(), NamedAddress.in("openai", Map.of("OPENAI_BASE_URL", " ")));
    assertEquals(Optional.empty(), NamedAddress.in("ollama", Map.of("OLLAMA_HOST", "")));
    assertEquals(Optional.empty(), NamedAddress.in("ollama", Map.of()));
  }

  /** As Ollama's own tools read them. */
  @ParameterizedTest
  @CsvSource({
    "gpu.test,                    http://gpu.test:11434",
    "gpu.test:8080,               http://gpu.test:8080",
    ":8080,                       http://127.0.0.1:8080",
    "gpu.test:,                   http://gpu.test:11434",
    "0.0.0.0,                     http://127.0.0.1:11434",
    "0.0.0.0:8080,                http://127.0.0.1:8080",
    "'\"10.1.2.3\"',              http://10.1.2.3:11434",
    "http://gpu.test,             http://gpu.test",
    "https://gpu.test,            https://gpu.test",
    "HTTPS://gpu.test/ollama/,    https://gpu.test/ollama",
    "https://gpu.test:8080,       https://gpu.test:8080",
    "http://0.0.0.0:8080,         http://127.0.0.1:8080",
    "::1,                         http://[::1]:11434",
    "[::1],                       http://[::1]:11434",
    "[::]:8080,                   http://[::1]:8080",
    "[fd00::1]:8080,              http://[fd00::1]:8080",
    "gpu.test/ollama,             http://gpu.test:11434/ollama",
    "gpu.test:port,               gpu.test:port",
  })
  void theFormsOfOllamasVariableAreUnderstood(String value, String url) {
    assertEquals(
        Optional.of(new NamedAddress("OLLAMA_HOST", url)),
        NamedAddress.in("ollama", Map.of("OLLAMA_HOST", value)));
  }
}
