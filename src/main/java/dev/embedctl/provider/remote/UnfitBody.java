package dev.embedctl.provider.remote;

import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;

/** A body that came and cannot be a good reply's: it is too long, or packed in an unknown way. */
final class UnfitBody extends IOException {
  private static final long serialVersionUID = 1L;

  UnfitBody(String message) {
    super(message);
  }

  UnfitBody(String message, Throwable cause) {
    super(message, cause);
  }

  /** The one that made a call fail, where that is why it did. */
  static Optional<IOException> in(Throwable failure) {
    return Stream.iterate(failure, each -> each != null, Throwable::getCause)
        .filter(UnfitBody.class::isInstance)
        .map(IOException.class::cast)
        .findFirst();
  }
}
