package dev.embedctl.provider.remote.errors;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * A reply that brought no vectors.
 *
 * @param received the status that came; 200 where the body of a good reply states an error
 * @param address the address that was called
 */
public record FailedReply(int received, HttpHeaders headers, ErrorBody body, URI address) {
  public static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;

  /** Codes and types that say that there is no such model. */
  private static final Set<String> NO_MODEL = Set.of("invalid_model", "model_not_found");

  public FailedReply {
    Objects.requireNonNull(headers);
    Objects.requireNonNull(body);
    Objects.requireNonNull(address);
  }

  /** The status that says what it means: of a 200 the one that its body states, where it does. */
  public int status() {
    return received == OK ? StatedError.status(body) : received;
  }

  /** Whether it is about the model. */
  boolean isOfTheModel() {
    return body.isOneOf(NO_MODEL)
        || body.param().equals("model")
        || body.message().toLowerCase(Locale.ROOT).contains("model");
  }

  /** Whether the model itself is called unknown. */
  boolean namesNoModel() {
    return body.isOneOf(NO_MODEL);
  }

  /** Whether there seems to be no API where it was called. */
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

  /** The status and the server's words. */
  public String message() {
    String words = body.shortMessage();
    boolean showsAddress = status() == NOT_FOUND || status() == METHOD_NOT_ALLOWED;
    return "HTTP "
        + received
        + (showsAddress ? " from " + address : "")
        + (words.isEmpty() ? "" : ": " + words);
  }
}
