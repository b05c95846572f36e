package dev.embedctl.provider.remote.aws;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The environment variables and files that AWS's tools read. Source:
 * docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html.
 */
final class AwsEnvironment {
  static final String PROFILE = "AWS_PROFILE";
  static final String DEFAULT_PROFILE = "default";

  private final Map<String, String> variables;

  AwsEnvironment(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  /** The value of a variable, if it is set and not blank. */
  Optional<String> get(String variable) {
    return Optional.ofNullable(variables.get(variable))
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }

  /** The name of the profile to use. */
  String profile() {
    return get(PROFILE).orElse(DEFAULT_PROFILE);
  }

  /** The profiles in the files as they are now. */
  Profiles profiles() {
    return Profiles.in(
        file("AWS_CONFIG_FILE", "config"), file("AWS_SHARED_CREDENTIALS_FILE", "credentials"));
  }

  private Optional<Path> file(String variable, String name) {
    return get(variable).map(Path::of).or(() -> folder().map(folder -> folder.resolve(name)));
  }

  /** The folder {@code .aws} of the user, if the environment names a home. */
  Optional<Path> folder() {
    return Stream.of("HOME", "USERPROFILE")
        .flatMap(variable -> get(variable).stream())
        .findFirst()
        .map(home -> Path.of(home, ".aws"));
  }

  /** The region of the variables, else of the profile. */
  Optional<String> region() {
    return get("AWS_REGION")
        .or(() -> get("AWS_DEFAULT_REGION"))
        .or(() -> profiles().get(profile()).flatMap(profile -> profile.get("region")));
  }

  /** The address of a service, if a variable replaces the usual one. */
  Optional<String> endpoint(String service) {
    return get("AWS_ENDPOINT_URL_" + service).map(url -> url.replaceAll("/+$", ""));
  }

  /** The end of the names of hosts in a region. */
  static String domain(String region) {
    return region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  }
}
