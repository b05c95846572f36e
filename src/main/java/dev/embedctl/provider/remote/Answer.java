package dev.embedctl.provider.remote;

import dev.embedctl.provider.remote.api.Dialect;
import dev.embedctl.provider.remote.api.OptionalField;
import dev.embedctl.provider.remote.api.WireFormat;
import dev.embedctl.provider.remote.errors.RateLimitHeaders;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A call's answer as it came over the wire, for who wants to know more of a server than vectors
 * show. It is looked into only when it is asked.
 */
public final class Answer {
  private final WireFormat format;
  private final Dialect spoken;
  private final HttpResponse<byte[]> response;
  private final FailureMessages told;

  Answer(WireFormat format, Dialect spoken, HttpResponse<byte[]> response, FailureMessages told) {
    this.format = format;
    this.spoken = spoken;
    this.response = response;
    this.told = told;
  }

  /** Whether vectors came in base64. */
  public enum Base64 {
    /** It was not asked for. */
    NOT_ASKED,
    TAKEN,
    /** It was asked for, and numbers came. */
    IGNORED
  }

  public int status() {
    return response.statusCode();
  }

  /** How the vectors of a good answer came. */
  public Base64 base64() {
    if (!spoken.includes(OptionalField.ENCODING_FORMAT)) {
      return Base64.NOT_ASKED;
    }
    return format.ignored(response.body()).contains(OptionalField.ENCODING_FORMAT)
        ? Base64.IGNORED
        : Base64.TAKEN;
  }

  /** The model that a good answer says it is from, where it does. */
  public Optional<String> model() {
    return format.model(told.scrub(response.body()));
  }

  /** Requests that its headers say are allowed in all, where they do. */
  public OptionalLong requestsAllowed() {
    return RateLimitHeaders.of(response.headers()).limit("requests");
  }

  /** Tokens that its headers say are allowed in all, where they do. */
  public OptionalLong tokensAllowed() {
    return RateLimitHeaders.of(response.headers()).limit("tokens");
  }
}
