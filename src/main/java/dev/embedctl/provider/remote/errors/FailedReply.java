package dev.embedctl.provider.remote.errors;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * A reply without vectors.
 *
 * @param received the status of the reply; 200 if only its body contains an error
 * @param address the address that was called
 */
public record FailedReply(int received, HttpHeaders headers, ErrorBody body, URI address) {
  public static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;

  /** Codes and types for an unknown model. */
  private static final Set<String> NO_MODEL = Set.of("invalid_model", "model_not_found");

  public FailedReply {
    Objects.requireNonNull(headers);
    Objects.requireNonNull(body);
    Objects.requireNonNull(address);
  }

  /** The status of the failure; for a reply with status 200 the one in its body. */
  public int status() {
    return received == OK ? StatedError.status(body) : received;
  }

  /** Whether the error is about the model. */
  boolean isOfTheModel() {
    return body.isOneOf(NO_MODEL)
        || body.param().equals("model")
        || body.message().toLowerCase(Locale.ROOT).contains("model");
  }

  /** Whether the error is that the model is unknown. */
  boolean namesNoModel() {
    return body.isOneOf(NO_MODEL);
  }

  /** Whether there seems to be no API at the address. */
  public boolean isOfTheAddress() {
    return switch (status()) {
      case OK -> body.isPage();
      case NOT_FOUND, METHOD_NOT_ALLOWED -> !isOfTheModel();
      default -> false;
    };
  }

  public boolean isRedirect() {
    return received >= 300 && received < 400;
  }

  /** The status and the server's message. */
  public String message() {
    String words = body.shortMessage();
    boolean showsAddress = status() == NOT_FOUND || status() == METHOD_NOT_ALLOWED;
    return "HTTP "
        + received
        + (showsAddress ? " from " + address : "")
        + (words.isEmpty() ? "" : ": " + words);
  }
}
