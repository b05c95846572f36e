package dev.embedctl.provider.remote;

import dev.embedctl.provider.Quota;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The provider {@code openai}; {@link OpenAiWireTest} has what all share with it. */
public final class OpenAiContractTest implements OpenAiLike {
  @RegisterExtension private final Loopback loopback = new Loopback(this);

  @Override
  public Loopback loopback() {
    return loopback;
  }

  @Override
  public String name() {
    return "openai";
  }

  @Override
  public String model() {
    return "text-embedding-3-small";
  }

  @Override
  public Recorded badKey() {
    return Recorded.of(
        401,
        "{\"error\":{\"message\":\"Incorrect API key provided: "
            + KEY
            + ". You can find your API key at https://platform.openai.com/account/api-keys.\","
            + "\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"invalid_api_key\"}}");
  }

  @Override
  public Optional<Recorded> noMoney() {
    return Optional.of(
        Recorded.of(
            429,
            "{\"error\":{\"message\":\"You exceeded your current quota, please check your plan and"
                + " billing details.\",\"type\":\"insufficient_quota\",\"param\":null,"
                + "\"code\":\"insufficient_quota\"}}"));
  }

  @Override
  public Recorded unknownModel() {
    return Recorded.of(
        404,
        "{\"error\":{\"message\":\"The model `x` does not exist or you do not have access to it.\","
            + "\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"model_not_found\"}}");
  }

  @Override
  public Recorded rateLimited() {
    return Recorded.of(
            429,
            "{\"error\":{\"message\":\"Rate limit reached for text-embedding-3-small in organization"
                + " org-x on tokens per min (TPM): Limit 1000000, Used 998848, Requested 32000."
                + " Please try again in 1.85s.\",\"type\":\"tokens\",\"param\":null,"
                + "\"code\":\"rate_limit_exceeded\"}}")
        .with("retry-after-ms", "1850")
        .with("retry-after", "2")
        .asking(Duration.ofMillis(1850));
  }

  @Override
  public Recorded tooLong() {
    return Recorded.of(
        400,
        "{\"error\":{\"message\":\"This model's maximum context length is 8192 tokens, however you"
            + " requested 25701 tokens (25701 in your prompt; 0 for the completion). Please reduce"
            + " your prompt; or completion length.\",\"type\":\"invalid_request_error\","
            + "\"param\":null,\"code\":null}}");
  }

  @Override
  public Map<String, String> quotaHeaders() {
    return Map.of(
        "x-ratelimit-remaining-requests", "2999",
        "x-ratelimit-reset-requests", "20ms",
        "x-ratelimit-remaining-tokens", "999980",
        "x-ratelimit-reset-tokens", "1s");
  }

  @Override
  public Quota quota() {
    return new Quota(
        Optional.of(new Quota.Left(2999, OptionalLong.empty(), Optional.of(Duration.ofMillis(20)))),
        Optional.of(
            new Quota.Left(999_980, OptionalLong.empty(), Optional.of(Duration.ofSeconds(1)))));
  }
}
