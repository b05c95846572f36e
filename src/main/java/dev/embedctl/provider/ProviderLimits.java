package dev.embedctl.provider;

import java.util.Objects;
import java.util.OptionalInt;

/**
 * What one request may hold, and what the provider counts when it limits a run's rate.
 *
 * @param textsPerRequest texts in one call, at most
 * @param tokensPerText tokens in one text, at most, where it is known and can be counted
 * @param tokensPerRequest tokens in one call, at most, where there is such a limit
 * @param bytesPerRequest bytes of one call's body, at most, where there is such a limit
 * @param counts what a request counts for in the provider's rate limit
 */
public record ProviderLimits(
    int textsPerRequest,
    OptionalInt tokensPerText,
    OptionalInt tokensPerRequest,
    OptionalInt bytesPerRequest,
    Counted counts) {

  /** What a provider's "requests a minute" are. */
  public enum Counted {
    /** Calls, whatever they hold. */
    REQUESTS,
    /** Each text of a call is one. */
    TEXTS;

    /** What a call with so many texts counts for. */
    public long of(int texts) {
      return switch (this) {
        case REQUESTS -> 1;
        case TEXTS -> texts;
      };
    }
  }

  public ProviderLimits {
    if (textsPerRequest < 1) {
      throw new IllegalArgumentException("textsPerRequest: " + textsPerRequest);
    }
    Objects.requireNonNull(tokensPerText);
    Objects.requireNonNull(tokensPerRequest);
    Objects.requireNonNull(bytesPerRequest);
    Objects.requireNonNull(counts);
  }

  /** Limits of a provider that minds no bytes and counts calls. */
  public ProviderLimits(
      int textsPerRequest, OptionalInt tokensPerText, OptionalInt tokensPerRequest) {
    this(textsPerRequest, tokensPerText, tokensPerRequest, OptionalInt.empty(), Counted.REQUESTS);
  }

  /** The same, with so many texts in one call at most. */
  public ProviderLimits withTextsAtMost(int texts) {
    return new ProviderLimits(
        Math.clamp(texts, 1, textsPerRequest),
        tokensPerText,
        tokensPerRequest,
        bytesPerRequest,
        counts);
  }

  /** The same, with so many tokens in one call at most. */
  public ProviderLimits withTokensAtMost(int tokens) {
    return new ProviderLimits(
        textsPerRequest,
        tokensPerText,
        narrowed(tokensPerRequest, tokens),
        bytesPerRequest,
        counts);
  }

  /** The same, with so many bytes in one call at most. */
  public ProviderLimits withBytesAtMost(int bytes) {
    return new ProviderLimits(
        textsPerRequest, tokensPerText, tokensPerRequest, narrowed(bytesPerRequest, bytes), counts);
  }

  private static OptionalInt narrowed(OptionalInt limit, int most) {
    return OptionalInt.of(Math.max(1, Math.min(limit.orElse(most), most)));
  }
}
