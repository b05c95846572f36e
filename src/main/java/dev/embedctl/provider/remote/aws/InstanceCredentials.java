package dev.embedctl.provider.remote.aws;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.remote.auth.Expiring;
import dev.embedctl.provider.remote.auth.Issuers;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * The credentials of an EC2 instance, from its metadata service, version 2. Source:
 * docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html.
 */
final class InstanceCredentials {
  private static final String SERVICE = "the instance's metadata service";
  private static final String DISABLED = "AWS_EC2_METADATA_DISABLED";
  private static final String ENDPOINT = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
  private static final String USUAL = "http://169.254.169.254";
  private static final String ROLES = "/latest/meta-data/iam/security-credentials/";
  private static final String TOKEN_HEADER = "X-aws-ec2-metadata-token";
  private static final String TOKEN_LIFE = "21600";

  /** Beyond an instance nothing answers at this address, and each run would wait for it. */
  private static final Duration TO_BE_THERE = Duration.ofSeconds(1);

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final AwsEnvironment environment;
  private final Issuers issuers;

  InstanceCredentials(AwsEnvironment environment, Issuers issuers) {
    this.environment = environment;
    this.issuers = issuers;
  }

  /** The credentials; empty if this machine is no instance, or one without a role. */
  Optional<Expiring<AwsCredentials>> find() throws ProviderException, InterruptedException {
    if (environment.get(DISABLED).filter("true"::equalsIgnoreCase).isPresent()) {
      return Optional.empty();
    }
    Optional<String> token = token();
    if (token.isEmpty()) {
      return Optional.empty();
    }
    HttpResponse<byte[]> roles = get(ROLES, token.get());
    if (roles.statusCode() == 404) {
      return Optional.empty();
    }
    if (roles.statusCode() != 200) {
      throw IssuedCredentials.refused(roles, SERVICE);
    }
    String role = text(roles).lines().map(String::strip).findFirst().orElse("");
    return Optional.of(
        IssuedCredentials.in(
            get(ROLES + role, token.get()),
            IssuedCredentials.Names.METADATA,
            "role " + role + " of " + SERVICE));
  }

  /** The token for further calls; empty if there is no such service. */
  private Optional<String> token() throws ProviderException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address("/latest/api/token"))
            .PUT(BodyPublishers.noBody())
            .header("X-aws-ec2-metadata-token-ttl-seconds", TOKEN_LIFE)
            .build();
    try {
      HttpResponse<byte[]> reply = issuers.send(SERVICE, request, TO_BE_THERE);
      return reply.statusCode() == 200
          ? Optional.of(Settings.secret(text(reply).strip(), SERVICE))
          : Optional.empty();
    } catch (Transient e) {
      return Optional.empty(); // nothing answers: this machine is no instance
    }
  }

  private HttpResponse<byte[]> get(String path, String token)
      throws ProviderException, InterruptedException {
    return issuers.send(
        SERVICE,
        HttpRequest.newBuilder(address(path)).header(TOKEN_HEADER, token).build(),
        TIMEOUT);
  }

  private URI address(String path) {
    String base = environment.get(ENDPOINT).orElse(USUAL).replaceAll("/+$", "");
    return Settings.address(base + path, ENDPOINT);
  }

  private static String text(HttpResponse<byte[]> reply) {
    return new String(reply.body(), StandardCharsets.UTF_8);
  }
}
