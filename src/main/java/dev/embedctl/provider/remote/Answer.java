package dev.embedctl.provider.remote;

import dev.embedctl.provider.remote.api.Dialect;
import dev.embedctl.provider.remote.api.OptionalField;
import dev.embedctl.provider.remote.api.WireFormat;
import dev.embedctl.provider.remote.errors.RateLimitHeaders;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The reply to a call as it was received, for callers that need more than its vectors. It is parsed
 * only on demand.
 */
public final class Answer {
  private final WireFormat format;
  private final Dialect spoken;
  private final HttpResponse<byte[]> response;
  private final FailureMessages messages;

  Answer(
      WireFormat format, Dialect spoken, HttpResponse<byte[]> response, FailureMessages messages) {
    this.format = format;
    this.spoken = spoken;
    this.response = response;
    this.messages = messages;
  }

  /** Whether the vectors are in base64. */
  public enum Base64 {
    /** Base64 was not requested. */
    NOT_ASKED,
    TAKEN,
    /** Base64 was requested, but the reply has numbers. */
    IGNORED
  }

  public int status() {
    return response.statusCode();
  }

  /** The encoding of the vectors in a valid reply. */
  public Base64 base64() {
    if (!spoken.includes(OptionalField.ENCODING_FORMAT)) {
      return Base64.NOT_ASKED;
    }
    return format.ignored(response.body()).contains(OptionalField.ENCODING_FORMAT)
        ? Base64.IGNORED
        : Base64.TAKEN;
  }

  /** The model that a valid reply names, if any. */
  public Optional<String> model() {
    return format.model(messages.scrub(response.body()));
  }

  /** The limit of requests in its headers, if any. */
  public OptionalLong requestsAllowed() {
    return RateLimitHeaders.of(response.headers()).limit("requests");
  }

  /** The limit of tokens in its headers, if any. */
  public OptionalLong tokensAllowed() {
    return RateLimitHeaders.of(response.headers()).limit("tokens");
  }
}
