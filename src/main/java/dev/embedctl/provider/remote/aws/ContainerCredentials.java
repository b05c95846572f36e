package dev.embedctl.provider.remote.aws;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.remote.auth.Expiring;
import dev.embedctl.provider.remote.auth.Issuers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * The credentials of a container on ECS or EKS. Source:
 * docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html.
 */
final class ContainerCredentials {
  private static final String RELATIVE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
  private static final String FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
  private static final String TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
  private static final String TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
  private static final String HOST_OF_RELATIVE = "http://169.254.170.2";

  /** The hosts that may be called without TLS: the container's own ones. */
  private static final Set<String> PLAIN_HOSTS =
      Set.of(
          "localhost", "127.0.0.1", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]");

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final AwsEnvironment environment;
  private final Issuers issuers;

  ContainerCredentials(AwsEnvironment environment, Issuers issuers) {
    this.environment = environment;
    this.issuers = issuers;
  }

  /** Whether the environment names an address for them. */
  static boolean areNamedIn(AwsEnvironment environment) {
    return environment.get(RELATIVE).isPresent() || environment.get(FULL).isPresent();
  }

  /** The credentials; empty if the environment names no address for them. */
  Optional<Expiring<AwsCredentials>> find() throws ProviderException, InterruptedException {
    Optional<String> relative = environment.get(RELATIVE);
    Optional<String> address =
        relative.map(path -> HOST_OF_RELATIVE + path).or(() -> environment.get(FULL));
    if (address.isEmpty()) {
      return Optional.empty();
    }
    String variable = relative.isPresent() ? RELATIVE : FULL;
    HttpRequest.Builder request =
        HttpRequest.newBuilder(allowed(address.get(), variable))
            .header("Accept", "application/json");
    token().ifPresent(token -> request.header("Authorization", Settings.secret(token, TOKEN)));
    String origin = "the container's credentials (" + variable + ")";
    return Optional.of(
        IssuedCredentials.in(
            issuers.send(origin, request.build(), TIMEOUT),
            IssuedCredentials.Names.METADATA,
            origin));
  }

  private static URI allowed(String value, String variable) throws Hopeless {
    URI address = Settings.address(value, variable);
    if (address.getScheme().equals("https") || PLAIN_HOSTS.contains(address.getHost())) {
      return address;
    }
    throw new Hopeless(
        Reason.CREDENTIALS,
        variable + " must be an https address, or an http address of the container itself");
  }

  private Optional<String> token() throws Hopeless {
    Optional<String> file = environment.get(TOKEN_FILE);
    if (file.isEmpty()) {
      return environment.get(TOKEN);
    }
    try {
      return Optional.of(Files.readString(Path.of(file.get())).strip());
    } catch (IOException e) {
      throw new Hopeless(
          Reason.CREDENTIALS, TOKEN_FILE + " " + file.get() + " cannot be read: " + e.getMessage());
    }
  }
}
