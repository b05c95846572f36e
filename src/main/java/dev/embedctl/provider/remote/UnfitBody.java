package dev.embedctl.provider.remote;

import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;

/** The body of a reply is invalid: too long, or compressed with an unsupported method. */
final class UnfitBody extends IOException {
  private static final long serialVersionUID = 1L;

  UnfitBody(String message) {
    super(message);
  }

  UnfitBody(String message, Throwable cause) {
    super(message, cause);
  }

  /** The cause of this type in a failure, if any. */
  static Optional<IOException> in(Throwable failure) {
    return Stream.iterate(failure, each -> each != null, Throwable::getCause)
        .filter(UnfitBody.class::isInstance)
        .map(IOException.class::cast)
        .findFirst();
  }
}
