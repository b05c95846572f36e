package dev.embedctl.provider.remote.auth;

import dev.embedctl.model.EmbedctlException.Usage;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** A provider's key. Its {@code toString} does not contain the secret. */
public final class ApiKey {
  /** White space and invisible characters that may be pasted around a key. */
  private static final Pattern AROUND =
      Pattern.compile("^[\\s\\p{Z}\\p{Cc}\\p{Cf}]++|[\\s\\p{Z}\\p{Cc}\\p{Cf}]++$");

  private static final Pattern QUOTED = Pattern.compile("([\"'`“‘])(.*)[\"'`”’]", Pattern.DOTALL);
  private static final Pattern BEARER = Pattern.compile("bearer\\s++", Pattern.CASE_INSENSITIVE);

  private final String variable;
  private final String secret;

  /**
   * A key.
   *
   * @param variable the environment variable it came from, for messages
   * @param secret the key itself
   * @throws Usage if a header cannot contain it; the message does not repeat it
   */
  public ApiKey(String variable, String secret) {
    this.variable = Objects.requireNonNull(variable);
    this.secret = secret;
    if (!secret.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
      throw new Usage(
          "the key in "
              + variable
              + " contains white space, a control character or a character beyond ASCII, which no key"
              + " has; set it again");
    }
  }

  /**
   * The key in the value of a variable, without pasted white space; empty if there is none.
   *
   * @throws Usage if a header cannot contain it; the message does not repeat it
   */
  public static Optional<ApiKey> in(String variable, String value) {
    String key = trimmed(value);
    for (var quoted = QUOTED.matcher(key); quoted.matches(); quoted = QUOTED.matcher(key)) {
      key = trimmed(quoted.group(2));
    }
    var bearer = BEARER.matcher(key);
    if (bearer.lookingAt()) {
      key = trimmed(key.substring(bearer.end()));
    }
    return key.isEmpty() ? Optional.empty() : Optional.of(new ApiKey(variable, key));
  }

  private static String trimmed(String value) {
    return AROUND.matcher(value).replaceAll("");
  }

  /** The environment variable of the key. */
  public String variable() {
    return variable;
  }

  /** The key itself, only for the header of a request. */
  public String secret() {
    return secret;
  }

  @Override
  public String toString() {
    return "ApiKey[$" + variable + "]";
  }
}
