package dev.embedctl.provider.remote;

import dev.embedctl.model.EmbedctlException.Usage;
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
   * @throws Usage where no header can carry it; the message does not repeat it
   */
  public ApiKey(String variable, String secret) {
    this.variable = Objects.requireNonNull(variable);
    this.secret = secret;
    if (!secret.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
      throw new Usage(
          "the key in "
              + variable
              + " holds white space, a control character or one beyond ASCII, which no key has;"
              + " set it again");
    }
  }

  /** The environment variable it came from. */
  String variable() {
    return variable;
  }

  /** The key itself: for a request's header and nothing else. */
  String secret() {
    return secret;
  }

  @Override
  public String toString() {
    return "ApiKey[$" + variable + "]";
  }
}
