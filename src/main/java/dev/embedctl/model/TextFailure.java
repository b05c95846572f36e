package dev.embedctl.model;

import java.util.Objects;

/**
 * Why one text has no embedding.
 *
 * @param attempts calls made for it, the first included; 0 where none was
 */
public record TextFailure(FailureCode code, String message, int attempts) {
  public TextFailure {
    Objects.requireNonNull(code);
    Objects.requireNonNull(message);
    if (attempts < 0) {
      throw new IllegalArgumentException("attempts: " + attempts);
    }
  }
}
