package dev.embedctl.cli.options;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.provider.Gateway;
import dev.embedctl.provider.remote.RemoteProvider.PlainKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The options of the way to a provider's server, as typed: a mixin of the commands that call one.
 */
public final class GatewayOptions {
  @Option(
      names = "--api-key-env",
      scope = ScopeType.INHERIT,
      paramLabel = "NAME",
      description = "Environment variable that holds the key. Default: the provider's own.")
  String apiKeyEnv;

  @Option(
      names = "--allow-insecure",
      scope = ScopeType.INHERIT,
      description = "Allow sending a key over plain http.")
  boolean allowInsecure;

  @Option(
      names = "--header",
      scope = ScopeType.INHERIT,
      paramLabel = "'NAME: VALUE'",
      description =
          "A header of each call; $VARIABLE in VALUE is taken from the environment; repeat it for"
              + " several.")
  List<String> headers = new ArrayList<>();

  @Option(
      names = "--query",
      scope = ScopeType.INHERIT,
      paramLabel = "NAME=VALUE",
      description = "A parameter in the query of each call, as for --header.")
  List<String> query = new ArrayList<>();

  @Option(
      names = "--ca-cert",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = "PEM file of the certificates to trust instead of Java's own list.")
  Path caCert;

  @Option(
      names = "--client-cert",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = "PEM file with a certificate for servers that require one.")
  Path clientCert;

  @Option(
      names = "--client-key",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = "PEM file with the key of --client-cert. Default: the same file.")
  Path clientKey;

  @Option(
      names = "--timeout",
      scope = ScopeType.INHERIT,
      paramLabel = "D",
      defaultValue = "30s",
      converter = DurationConverter.class,
      description = "One call, from connect to last byte. Default: 30s.")
  Duration timeout;

  /** The environment variable that holds the key; empty for the provider's own. */
  public Optional<String> keyVariable() {
    return Optional.ofNullable(apiKeyEnv);
  }

  /** Whether a key may go over plain HTTP to another machine. */
  public PlainKeys plainKeys() {
    return allowInsecure ? PlainKeys.ALLOWED : PlainKeys.REFUSED;
  }

  /**
   * The time of one call.
   *
   * @throws Usage if it is not possible
   */
  public Duration timeout() {
    OptionBounds.positive("--timeout", timeout);
    return timeout;
  }

  /** The settings for the way to the server; empty, without a class to load, if there are none. */
  public Optional<Gateway> gateway() {
    return headers.isEmpty()
            && query.isEmpty()
            && caCert == null
            && clientCert == null
            && clientKey == null
        ? Optional.empty()
        : Optional.of(
            new Gateway(
                headers,
                query,
                Optional.ofNullable(caCert).map(Path::toString),
                Optional.ofNullable(clientCert).map(Path::toString),
                Optional.ofNullable(clientKey).map(Path::toString)));
  }
}
