package dev.embedctl.provider.remote;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.provider.remote.api.Dialect;
import dev.embedctl.provider.remote.api.OptionalField;
import dev.embedctl.provider.remote.api.TokenVectors;
import dev.embedctl.provider.remote.api.WireFormat;
import dev.embedctl.provider.remote.auth.Authorization;
import dev.embedctl.provider.remote.errors.ErrorBody;
import dev.embedctl.provider.remote.errors.FailedReply;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/** Finds the meaning of a reply without vectors, and adapts later requests of the run. */
final class FailedCalls {
  private static final int PROXY_AUTHENTICATION_REQUIRED = 407;

  private final WireFormat format;
  private final Authorization authorization;
  private final CallAddress address;
  private final Optional<HttpProxy> proxy;
  private final FailureMessages messages;
  private final LearnedDialect dialect;
  private final ToLongFunction<String> tokens;

  /**
   * Failed calls to one server.
   *
   * @param tokens counts or estimates a text's tokens
   */
  FailedCalls(
      WireFormat format,
      Authorization authorization,
      CallAddress address,
      Optional<HttpProxy> proxy,
      FailureMessages messages,
      LearnedDialect dialect,
      ToLongFunction<String> tokens) {
    this.format = format;
    this.authorization = authorization;
    this.address = address;
    this.proxy = proxy;
    this.messages = messages;
    this.dialect = dialect;
    this.tokens = tokens;
  }

  /** A request that was sent. */
  record Request(URI address, List<String> texts, long tokens, int bytes, Dialect spoken) {}

  /** The failure for a reply with another status than 200. */
  ProviderException failure(HttpResponse<byte[]> response, Request request) {
    int status = response.statusCode();
    if (status == PROXY_AUTHENTICATION_REQUIRED && proxy.isPresent()) {
      return new Hopeless(
          Reason.PROXY,
          "the proxy rejected the credentials in "
              + proxy.get().variable()
              + ", or needs some (HTTP 407)");
    }
    FailedReply reply =
        new FailedReply(
            status, response.headers(), errorBody(response, request), request.address());
    return authorization
        .rejected(response.request().headers(), reply)
        .orElseGet(() -> failure(reply, request));
  }

  private ProviderException failure(FailedReply reply, Request request) {
    Optional<URI> elsewhere = address.after(reply);
    if (elsewhere.isPresent()) {
      dialect.report("there is no API at " + reply.address() + ", so it calls " + elsewhere.get());
      return new Transient(reply.message(), Kind.MISUNDERSTOOD, Optional.empty(), null);
    }
    if (reply.isRedirect() || reply.isOfTheAddress()) {
      return new Hopeless(
          Reason.ADDRESS,
          "no such model or address: " + reply.message() + address.explanation(reply));
    }
    return Quirks.in(reply)
        .flatMap(quirk -> adapted(quirk, reply.message(), request))
        .orElseGet(() -> format.failure(reply));
  }

  private ErrorBody errorBody(HttpResponse<byte[]> response, Request request) {
    return ErrorBody.of(messages.scrub(response.body())).without(request.texts());
  }

  /** The failure for status 200 without vectors: the body may contain an error, or be a page. */
  ProviderException unreadable(HttpResponse<byte[]> response, Request request, IOException defect) {
    ErrorBody body = errorBody(response, request);
    FailedReply reply =
        new FailedReply(response.statusCode(), response.headers(), body, request.address());
    if (body.statesAnError() || address.after(reply).isPresent()) {
      return messages.of(failure(reply, request));
    }
    if (TokenVectors.areIn(response.body(), format.listsAroundNumbers())) {
      return messages.of(
          new Hopeless(
              Reason.MODEL,
              "it returns a vector for each token instead of one for each text; it needs an"
                  + " embedding model with pooling"));
    }
    return messages.transientFailure(
        Kind.BAD_REPLY,
        body.isPage()
            ? "the reply is a web page, not JSON"
                + (body.shortMessage().isEmpty() ? "" : ": " + body.shortMessage())
                + " (from "
                + request.address()
                + ")"
                + address.explanation(reply)
            : "the reply cannot be read: " + ReplyDefect.words(defect),
        defect);
  }

  /** The failure for a known refusal; empty if it does not fit the request. */
  private Optional<ProviderException> adapted(Quirks.Found quirk, String message, Request request) {
    return switch (quirk) {
      case Quirks.Found.Unknown(OptionalField word) -> {
        if (!request.spoken().includes(word)) {
          yield Optional.empty();
        }
        dialect.leaveOut(word, "it does not know ");
        yield Optional.of(new Transient(message, Kind.MISUNDERSTOOD, Optional.empty(), null));
      }
      case Quirks.Found.OneString() -> {
        if (request.spoken().form() == Dialect.TextForm.STRING) {
          yield Optional.empty();
        }
        dialect.learn(Dialect::withOneString, "it takes one text in a request, as a string,");
        yield Optional.of(
            request.texts().size() > 1
                ? new Refused(message)
                : new Transient(message, Kind.MISUNDERSTOOD, Optional.empty(), null));
      }
      case Quirks.Found.TooManyTexts(int limit) -> {
        int most = limit < request.texts().size() ? limit : request.texts().size() / 2;
        yield narrowed(
            request,
            message,
            old -> old.withTextsAtMost(most),
            "it takes " + most + " texts in one request");
      }
      case Quirks.Found.TooManyTokens(double part) -> {
        long sent = request.texts().stream().mapToLong(tokens).sum();
        int most = (int) Math.min(Integer.MAX_VALUE, part * sent);
        yield narrowed(
            request,
            message,
            old -> old.withTokensAtMost(most),
            "it takes about " + most + " tokens in one request");
      }
      case Quirks.Found.TooManyBytes() ->
          narrowed(
              request,
              message,
              old -> old.withBytesAtMost(request.bytes() / 2),
              "it takes " + request.bytes() / 2 + " bytes in one request");
      case Quirks.Found.TooLong() -> Optional.of(new Refused(message));
    };
  }

  /** Lowers a limit, unless the request had one text: that proves nothing about the limit. */
  private Optional<ProviderException> narrowed(
      Request request, String message, UnaryOperator<ProviderLimits> narrower, String sentence) {
    if (request.texts().size() > 1) {
      dialect.learn(old -> old.within(narrower.apply(old.limits())), sentence);
    }
    return Optional.of(new Refused(message));
  }
}
