package dev.embedctl.provider.remote.aws;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.remote.auth.Expiring;
import dev.embedctl.provider.remote.auth.JsonFields;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** Reads the replies of services that issue credentials as JSON. */
final class IssuedCredentials {
  private static final int LONGEST_SHOWN = 200;

  private IssuedCredentials() {}

  /** The paths of the fields in a reply. */
  record Names(String accessKey, String secretKey, String sessionToken, String end) {
    /** Those of containers and instances. */
    static final Names METADATA =
        new Names("AccessKeyId", "SecretAccessKey", "Token", "Expiration");

    /** Those of IAM Identity Center. */
    static final Names SSO =
        new Names(
            "roleCredentials.accessKeyId",
            "roleCredentials.secretAccessKey",
            "roleCredentials.sessionToken",
            "roleCredentials.expiration");

    /** Those of a command that prints credentials. */
    static final Names PROCESS =
        new Names("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration");
  }

  /**
   * The credentials in a reply.
   *
   * @param origin the service, for messages
   */
  static Expiring<AwsCredentials> in(HttpResponse<byte[]> reply, Names names, String origin)
      throws ProviderException {
    if (reply.statusCode() != 200) {
      throw refused(reply, origin);
    }
    try {
      return in(JsonFields.of(reply.body()), names, origin);
    } catch (IOException | DateTimeException e) {
      throw new Transient(
          origin + ": the reply has no credentials", Kind.BAD_REPLY, Optional.empty(), e);
    }
  }

  /**
   * The credentials in these fields.
   *
   * @throws IOException if one is missing
   * @throws DateTimeException if the end is no time
   */
  static Expiring<AwsCredentials> in(JsonFields fields, Names names, String origin)
      throws IOException {
    return new Expiring<>(
        new AwsCredentials(
            fields.at(names.accessKey()).orElseThrow(() -> without(names.accessKey())),
            fields.at(names.secretKey()).orElseThrow(() -> without(names.secretKey())),
            fields.at(names.sessionToken()),
            origin),
        fields.at(names.end()).map(IssuedCredentials::time));
  }

  private static IOException without(String field) {
    return new IOException("no " + field);
  }

  /** A time as text, or as milliseconds. */
  private static Instant time(String text) {
    return text.chars().allMatch(Character::isDigit)
        ? Instant.ofEpochMilli(Long.parseLong(text))
        : Instant.parse(text);
  }

  /** The failure for a reply with another status than 200. */
  static ProviderException refused(HttpResponse<byte[]> reply, String origin) {
    String words = new String(reply.body(), StandardCharsets.UTF_8).strip().replaceAll("\\s+", " ");
    String message =
        origin
            + ": HTTP "
            + reply.statusCode()
            + (words.isEmpty()
                ? ""
                : ": " + words.substring(0, Math.min(words.length(), LONGEST_SHOWN)));
    return reply.statusCode() >= 500 || reply.statusCode() == 429
        ? new Transient(message, Kind.SERVER_ERROR, Optional.empty(), null)
        : new Hopeless(Reason.CREDENTIALS, message);
  }
}
