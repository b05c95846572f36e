package dev.embedctl.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.model.Oversize;
import dev.embedctl.provider.Providers.Unsent;
import dev.embedctl.provider.pace.PaceLimits;
import dev.embedctl.provider.remote.RemoteProvider.PlainKeys;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the cache and the price of a model on Bedrock depend on. */
final class BedrockSpecTest {
  @TempDir private Path folder;

  private Unsent unsent(Optional<String> baseUrl, Map<String, String> env) {
    return new Providers(
            new ProviderSettings(
                "bedrock",
                Optional.empty(),
                OptionalInt.empty(),
                Normalization.NONE,
                Optional.empty(),
                Optional.empty(),
                Set.of(),
                Oversize.ERROR,
                baseUrl,
                Optional.empty(),
                Optional.empty(),
                PlainKeys.REFUSED,
                Duration.ofSeconds(5),
                new RetryPolicy(3, Duration.ofSeconds(1)),
                new PaceLimits(
                    1,
                    OptionalInt.empty(),
                    OptionalLong.empty(),
                    Duration.ofSeconds(1),
                    Duration.ofMinutes(1)),
                new SpendingLimit(OptionalLong.empty(), Optional.empty())),
            new Surroundings(env, folder, Optional.empty(), Optional.empty(), Optional.empty()),
            sentence -> {})
        .unsent();
  }

  @ParameterizedTest
  @CsvSource({
    "https://bedrock-runtime.us-east-1.amazonaws.com/,''",
    "https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.titan-embed-text-v2%3A0/invoke,''",
    "https://vpce-1-2.bedrock-runtime.eu-west-1.vpce.amazonaws.com,''",
    "https://gateway.example/aws,https://gateway.example/aws"
  })
  void allAddressesOfAwsAreOneEndpoint(String baseUrl, String endpoint) {
    try (Unsent unsent = unsent(Optional.of(baseUrl), Map.of("AWS_REGION", "eu-west-1"))) {
      assertEquals(endpoint, unsent.spec().endpoint());
      assertEquals(endpoint.isEmpty(), unsent.price().isPresent());
    }
  }

  @Test
  void theRegionIsNoPartOfTheSpec() {
    try (Unsent one = unsent(Optional.empty(), Map.of("AWS_REGION", "eu-west-1"));
        Unsent other = unsent(Optional.empty(), Map.of("AWS_REGION", "us-east-1"))) {
      assertEquals(one.spec(), other.spec());
      assertEquals(new BigDecimal("0.02"), other.price().orElseThrow().usdPerMillionTokens());
      assertEquals(KeyState.NOT_NEEDED, other.key());
    }
  }

  @Test
  void aKeyOfBedrockIsUsedWhereThereIsOne() {
    try (Unsent unsent =
        unsent(
            Optional.empty(),
            Map.of("AWS_REGION", "eu-west-1", "AWS_BEARER_TOKEN_BEDROCK", "bedrock-api-key-x"))) {
      assertEquals(KeyState.SET, unsent.key());
    }
  }
}
