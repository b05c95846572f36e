package dev.embedctl.provider.remote.aws;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.Parameter;
import dev.embedctl.provider.remote.auth.Authorization;
import dev.embedctl.provider.remote.auth.Issuers;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amazon Bedrock for the environment of a run: its address, and what authorises calls to it. */
public final class Aws {
  private static final String NEEDED =
      "the AWS region is unknown: set AWS_REGION, or region in the profile";

  /** Public addresses of Bedrock, and those in a private network. */
  private static final Pattern OWN =
      Pattern.compile(
          "(?:[a-z0-9-]+\\.)?bedrock-runtime(?:-fips)?\\.(?<region>[a-z]+(?:-[a-z]+)+-\\d+)"
              + "\\.(?:vpce\\.)?(?:amazonaws\\.com(?:\\.cn)?|api\\.aws)");

  private final AwsEnvironment environment;

  /** AWS for an environment. */
  public Aws(Map<String, String> env) {
    this.environment = new AwsEnvironment(env);
  }

  /**
   * The address of Bedrock in the region of the environment.
   *
   * @throws Usage if no region is known
   */
  public URI bedrock() {
    Optional<String> given = environment.endpoint("BEDROCK_RUNTIME");
    String region =
        given.isPresent() ? "" : environment.region().orElseThrow(() -> new Usage(NEEDED));
    return Settings.address(
        given.orElse("https://bedrock-runtime." + region + "." + AwsEnvironment.domain(region)),
        given.isPresent() ? "AWS_ENDPOINT_URL_BEDROCK_RUNTIME" : "AWS_REGION");
  }

  /** Whether a variable or a profile names credentials; else only an instance has some. */
  public boolean namesCredentials() {
    return CredentialChain.isNamedIn(environment);
  }

  /** Whether an address is Bedrock's own, in whatever region or private network. */
  public static boolean isOwn(URI address) {
    return address.getHost() != null && OWN.matcher(address.getHost()).matches();
  }

  /**
   * Signs calls to Bedrock at an address, which may name the region.
   *
   * @throws Usage if no region is known
   */
  public Authorization authorization(URI bedrock, Issuers issuers, Clock clock) {
    Matcher own = OWN.matcher(String.valueOf(bedrock.getHost()));
    String region =
        own.matches()
            ? own.group("region")
            : environment
                .region()
                .orElseThrow(() -> new Usage(Parameter.BASE_URL + " " + bedrock + ": " + NEEDED));
    return new AwsAuthorization(environment, region, "bedrock", issuers, clock);
  }
}
