package dev.embedctl.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.Oversize;
import dev.embedctl.provider.catalog.ProviderCatalog;
import dev.embedctl.provider.jobs.BatchApi;
import dev.embedctl.provider.pace.PaceLimits;
import dev.embedctl.provider.remote.RemoteProvider.PlainKeys;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which providers have an API for jobs. */
final class BatchApisTest {
  private static final List<String> HAVE_ONE =
      List.of("openai", "azure-openai", "voyage", "mistral", "gemini");

  private static Providers providers(String name, Map<String, String> environment) {
    return new Providers(
        new ProviderSettings(
            name,
            name.equals("local") ? Optional.empty() : Optional.of("some-model"),
            OptionalInt.empty(),
            Normalization.NONE,
            Optional.empty(),
            Optional.empty(),
            Set.of(),
            Oversize.ERROR,
            name.equals("azure-openai") ? Optional.of("https://r.example") : Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            PlainKeys.REFUSED,
            Duration.ofSeconds(20),
            new RetryPolicy(3, Duration.ZERO),
            new PaceLimits(
                1,
                OptionalInt.empty(),
                OptionalLong.empty(),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1)),
            new SpendingLimit(OptionalLong.empty(), Optional.empty())),
        new Surroundings(
            environment, Path.of("x"), Optional.empty(), Optional.empty(), Optional.empty()),
        sentence -> {});
  }

  @Test
  void theirLimitsAreKnownWithoutAKey() {
    List<String> names =
        ProviderCatalog.builtIn().names().stream()
            .filter(
                name ->
                    HAVE_ONE.contains(name) || providers(name, Map.of()).jobLimits().isPresent())
            .toList();

    assertEquals(HAVE_ONE.stream().sorted().toList(), names.stream().sorted().toList());
    for (String name : names) {
      BigDecimal share = providers(name, Map.of()).jobLimits().orElseThrow().priceShare();
      assertTrue(share.compareTo(BigDecimal.ONE) < 0, name + ": " + share);
    }
    assertEquals(Optional.empty(), providers("local", Map.of()).jobLimits());
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "jina", "cohere", "ollama"})
  void aProviderWithoutOneIsRefusedAndThoseWithOneAreNamed(String name) {
    Usage failure = assertThrows(Usage.class, () -> providers(name, Map.of()).batchApi());

    assertTrue(failure.getMessage().contains(name + " has no asynchronous API"));
    for (String other : HAVE_ONE) {
      assertTrue(failure.getMessage().contains(other), failure.getMessage());
    }
  }

  @Test
  void aKeyIsNeeded() {
    Usage failure = assertThrows(Usage.class, () -> providers("openai", Map.of()).batchApi());

    assertTrue(failure.getMessage().contains("OPENAI_API_KEY"), failure.getMessage());
    try (BatchApi api = providers("openai", Map.of("OPENAI_API_KEY", "sk-x")).batchApi()) {
      assertEquals("openai", api.spec().provider());
    }
  }
}
