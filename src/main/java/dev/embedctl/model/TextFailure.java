package dev.embedctl.model;

import java.util.Objects;

/**
 * The reason why a text has no embedding.
 *
 * @param attempts the number of calls for the text and of jobs with it; 0 if there was none
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
