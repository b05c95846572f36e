package dev.embedctl.provider.remote.aws;

import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An access key of AWS. Its {@code toString} has no secrets.
 *
 * @param sessionToken belongs to temporary credentials
 * @param origin where they come from, for messages
 */
record AwsCredentials(
    String accessKey, String secretKey, Optional<String> sessionToken, String origin) {
  AwsCredentials {
    Objects.requireNonNull(accessKey);
    Objects.requireNonNull(secretKey);
    Objects.requireNonNull(sessionToken);
    Objects.requireNonNull(origin);
    Settings.secret(accessKey, origin);
    sessionToken.ifPresent(token -> Settings.secret(token, origin));
  }

  Stream<String> secrets() {
    return Stream.concat(Stream.of(secretKey), sessionToken.stream());
  }

  @Override
  public String toString() {
    return "AwsCredentials[" + origin + "]";
  }
}
