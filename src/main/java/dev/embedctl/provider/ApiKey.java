package dev.embedctl.provider;

import java.util.Objects;

/** A provider's key. It shows itself to nobody: its {@code toString} is masked. */
public final class ApiKey {
  private final String variable;
  private final String secret;

  /**
   * A key.
   *
   * @param variable the environment variable it came from, for messages
   * @param secret the key itself
   */
  public ApiKey(String variable, String secret) {
    this.variable = Objects.requireNonNull(variable);
    this.secret = Objects.requireNonNull(secret);
  }

  /** The environment variable it came from. */
  String variable() {
    return variable;
  }

  /** The key itself: for a request's header and nothing else. */
  String secret() {
    return secret;
  }

  /** A text without the key, should somebody have put it there. */
  String scrub(String text) {
    return secret.isBlank() ? text : text.replace(secret, "***");
  }

  @Override
  public String toString() {
    return "ApiKey[$" + variable + "]";
  }
}
