package dev.embedctl.provider;

import java.util.Objects;
import java.util.OptionalInt;

/**
 * The limits of one request, and the unit of the provider's rate limit.
 *
 * @param textsPerRequest the most texts in one call
 * @param tokensPerText the most tokens in one text, if known and if tokens can be counted
 * @param tokensPerRequest the most tokens in one call, if limited
 * @param bytesPerRequest the most bytes in the body of one call, if limited
 * @param counts the unit of the provider's rate limit
 */
public record ProviderLimits(
    int textsPerRequest,
    OptionalInt tokensPerText,
    OptionalInt tokensPerRequest,
    OptionalInt bytesPerRequest,
    Counted counts) {

  /** The unit of a provider's "requests per minute". */
  public enum Counted {
    /** A call counts as one. */
    REQUESTS,
    /** Each text of a call counts as one. */
    TEXTS;

    /** The units of a call with this number of texts. */
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

  /** Limits of a provider that counts calls and does not limit bytes. */
  public ProviderLimits(
      int textsPerRequest, OptionalInt tokensPerText, OptionalInt tokensPerRequest) {
    this(textsPerRequest, tokensPerText, tokensPerRequest, OptionalInt.empty(), Counted.REQUESTS);
  }

  /** A copy with at most this number of texts in one call. */
  public ProviderLimits withTextsAtMost(int texts) {
    return new ProviderLimits(
        Math.clamp(texts, 1, textsPerRequest),
        tokensPerText,
        tokensPerRequest,
        bytesPerRequest,
        counts);
  }

  /** A copy with at most this number of tokens in one call. */
  public ProviderLimits withTokensAtMost(int tokens) {
    return new ProviderLimits(
        textsPerRequest,
        tokensPerText,
        narrowed(tokensPerRequest, tokens),
        bytesPerRequest,
        counts);
  }

  /** A copy with at most this number of bytes in one call. */
  public ProviderLimits withBytesAtMost(int bytes) {
    return new ProviderLimits(
        textsPerRequest, tokensPerText, tokensPerRequest, narrowed(bytesPerRequest, bytes), counts);
  }

  /** The limits that hold for two servers of one model. */
  public ProviderLimits and(ProviderLimits other) {
    return new ProviderLimits(
        Math.min(textsPerRequest, other.textsPerRequest),
        lower(tokensPerText, other.tokensPerText),
        lower(tokensPerRequest, other.tokensPerRequest),
        lower(bytesPerRequest, other.bytesPerRequest),
        counts);
  }

  private static OptionalInt lower(OptionalInt one, OptionalInt other) {
    return one.isPresent() && other.isPresent()
        ? OptionalInt.of(Math.min(one.getAsInt(), other.getAsInt()))
        : one.isPresent() ? one : other;
  }

  private static OptionalInt narrowed(OptionalInt limit, int most) {
    return OptionalInt.of(Math.max(1, Math.min(limit.orElse(most), most)));
  }
}
