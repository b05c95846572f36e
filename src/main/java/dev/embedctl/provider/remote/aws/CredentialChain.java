package dev.embedctl.provider.remote.aws;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.remote.auth.Expiring;
import dev.embedctl.provider.remote.auth.Issuers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds credentials in the places and the order of AWS's tools: environment variables, a token file
 * of Kubernetes, the profile, the container, the instance. Source:
 * docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html.
 */
final class CredentialChain {
  private static final String ACCESS_KEY = "AWS_ACCESS_KEY_ID";
  private static final String SECRET_KEY = "AWS_SECRET_ACCESS_KEY";
  private static final String TOKEN_FILE = "AWS_WEB_IDENTITY_TOKEN_FILE";
  private static final String ROLE = "AWS_ROLE_ARN";

  private final AwsEnvironment environment;
  private final SecurityTokens securityTokens;
  private final SingleSignOn singleSignOn;
  private final ContainerCredentials container;
  private final InstanceCredentials instance;

  CredentialChain(AwsEnvironment environment, String region, Issuers issuers, Clock clock) {
    this.environment = environment;
    this.securityTokens = new SecurityTokens(environment, region, issuers, clock);
    this.singleSignOn = new SingleSignOn(environment, issuers, clock);
    this.container = new ContainerCredentials(environment, issuers);
    this.instance = new InstanceCredentials(environment, issuers);
  }

  /**
   * Whether a variable or a profile names credentials, good or bad; nothing is sent.
   *
   * @throws Usage if a file with profiles cannot be read, or the profile of the variable is missing
   */
  static boolean isNamedIn(AwsEnvironment environment) {
    if (environment.get(ACCESS_KEY).isPresent() || environment.get(TOKEN_FILE).isPresent()) {
      return true;
    }
    Profiles profiles = environment.profiles();
    Optional<Profile> profile = profiles.get(environment.profile());
    if (environment.get(AwsEnvironment.PROFILE).isPresent()) {
      if (profile.isEmpty()) {
        throw new Usage(missing(environment.profile(), profiles, AwsEnvironment.PROFILE));
      }
      return true;
    }
    return ContainerCredentials.areNamedIn(environment)
        || profile.stream().anyMatch(CredentialChain::hasCredentials);
  }

  private static boolean hasCredentials(Profile profile) {
    return SingleSignOn.isUsedBy(profile)
        || Stream.of("role_arn", "aws_access_key_id", "credential_process")
            .anyMatch(setting -> profile.get(setting).isPresent());
  }

  /**
   * Looks everywhere anew, since files and services may have newer credentials.
   *
   * @throws ProviderException if there are none, or the first ones that are found cannot be used
   */
  Expiring<AwsCredentials> find() throws ProviderException, InterruptedException {
    try {
      return first();
    } catch (Usage e) {
      throw new Hopeless(Reason.CREDENTIALS, e.getMessage());
    }
  }

  private Expiring<AwsCredentials> first() throws ProviderException, InterruptedException {
    Optional<Expiring<AwsCredentials>> found = ofVariables();
    if (found.isEmpty()) {
      found = ofTokenFile();
    }
    if (found.isEmpty()) {
      found = ofProfile();
    }
    if (found.isEmpty()) {
      found = container.find();
    }
    if (found.isEmpty()) {
      found = instance.find();
    }
    if (found.isEmpty()) {
      throw new Hopeless(
          Reason.CREDENTIALS,
          "no AWS credentials found: set AWS_BEARER_TOKEN_BEDROCK, or "
              + ACCESS_KEY
              + " and "
              + SECRET_KEY
              + ", or "
              + AwsEnvironment.PROFILE
              + " to the name of a profile; this machine is no AWS container or instance with a role"
              + " either");
    }
    return found.get();
  }

  private Optional<Expiring<AwsCredentials>> ofVariables() throws Hopeless {
    Optional<String> accessKey = environment.get(ACCESS_KEY);
    if (accessKey.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> secretKey = environment.get(SECRET_KEY);
    if (secretKey.isEmpty()) {
      throw new Hopeless(Reason.CREDENTIALS, ACCESS_KEY + " is set, but " + SECRET_KEY + " is not");
    }
    return Optional.of(
        new Expiring<>(
            new AwsCredentials(
                accessKey.get(), secretKey.get(), environment.get("AWS_SESSION_TOKEN"), ACCESS_KEY),
            Optional.empty()));
  }

  private Optional<Expiring<AwsCredentials>> ofTokenFile()
      throws ProviderException, InterruptedException {
    Optional<String> file = environment.get(TOKEN_FILE);
    Optional<String> role = environment.get(ROLE);
    if (file.isEmpty() || role.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        securityTokens.withWebIdentity(
            role.get(),
            read(file.get(), TOKEN_FILE),
            environment.get("AWS_ROLE_SESSION_NAME"),
            TOKEN_FILE));
  }

  private static String read(String file, String setting) throws Hopeless {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      throw new Hopeless(
          Reason.CREDENTIALS, setting + " " + file + " cannot be read: " + e.getMessage());
    }
  }

  private Optional<Expiring<AwsCredentials>> ofProfile()
      throws ProviderException, InterruptedException {
    Profiles profiles = environment.profiles();
    String name = environment.profile();
    Optional<Profile> profile = profiles.get(name);
    boolean named = environment.get(AwsEnvironment.PROFILE).isPresent();
    if (profile.isEmpty() && named) {
      throw new Hopeless(Reason.CREDENTIALS, missing(name, profiles, AwsEnvironment.PROFILE));
    }
    if (profile.isEmpty()) {
      return Optional.empty();
    }
    Optional<Expiring<AwsCredentials>> found =
        of(profile.get(), profiles, new LinkedHashSet<>(Set.of(name)));
    if (found.isEmpty() && named) {
      throw new Hopeless(Reason.CREDENTIALS, profile.get().described() + " has no credentials");
    }
    return found;
  }

  private static String missing(String name, Profiles profiles, String setting) {
    return setting
        + ": no profile '"
        + name
        + "'"
        + profiles.hint(name)
        + " (in "
        + profiles.places()
        + ")";
  }

  /** The credentials of a profile; empty if it only has other settings. */
  private Optional<Expiring<AwsCredentials>> of(
      Profile profile, Profiles profiles, Set<String> above)
      throws ProviderException, InterruptedException {
    if (profile.get("role_arn").isPresent()) {
      return Optional.of(assumed(profile, profiles, above));
    }
    if (SingleSignOn.isUsedBy(profile)) {
      return Optional.of(singleSignOn.of(profile, profiles));
    }
    if (profile.get("aws_access_key_id").isPresent()) {
      return Optional.of(stored(profile));
    }
    if (profile.get("credential_process").isPresent()) {
      return Optional.of(CredentialProcess.of(profile).run());
    }
    return Optional.empty();
  }

  private static Expiring<AwsCredentials> stored(Profile profile) throws Hopeless {
    Optional<String> secretKey = profile.get("aws_secret_access_key");
    if (secretKey.isEmpty()) {
      throw new Hopeless(
          Reason.CREDENTIALS, profile.described() + ": aws_secret_access_key is missing");
    }
    return new Expiring<>(
        new AwsCredentials(
            profile.get("aws_access_key_id").orElseThrow(),
            secretKey.get(),
            profile.get("aws_session_token"),
            profile.described()),
        Optional.empty());
  }

  private Expiring<AwsCredentials> assumed(Profile profile, Profiles profiles, Set<String> above)
      throws ProviderException, InterruptedException {
    if (profile.get("mfa_serial").isPresent()) {
      throw new Hopeless(
          Reason.CREDENTIALS,
          profile.described()
              + ": mfa_serial needs a code, which a run cannot ask for; run aws configure"
              + " export-credentials and put the result into the environment");
    }
    Optional<String> tokenFile = profile.get("web_identity_token_file");
    if (tokenFile.isPresent()) {
      return securityTokens.withWebIdentity(
          profile.get("role_arn").orElseThrow(),
          read(tokenFile.get(), profile.described() + ": web_identity_token_file"),
          profile.get("role_session_name"),
          profile.described());
    }
    return securityTokens.assumed(profile, source(profile, profiles, above).value());
  }

  /** The credentials that assume a profile's role. */
  private Expiring<AwsCredentials> source(Profile profile, Profiles profiles, Set<String> above)
      throws ProviderException, InterruptedException {
    Optional<String> name = profile.get("source_profile");
    Optional<Expiring<AwsCredentials>> found;
    if (name.isPresent()) {
      Optional<Profile> source = profiles.get(name.get());
      if (source.isEmpty()) {
        throw new Hopeless(
            Reason.CREDENTIALS,
            missing(name.get(), profiles, profile.described() + ": source_profile"));
      }
      if (name.get().equals(profile.name())) {
        return stored(profile);
      }
      if (!above.add(name.get())) {
        throw new Hopeless(
            Reason.CREDENTIALS,
            profile.described()
                + ": the source profiles lead in a circle: "
                + String.join(", ", above));
      }
      found = of(source.get(), profiles, above);
    } else {
      String kind = profile.get("credential_source").orElse("");
      found =
          switch (kind) {
            case "Environment" -> ofVariables();
            case "EcsContainer" -> container.find();
            case "Ec2InstanceMetadata" -> instance.find();
            default ->
                throw new Hopeless(
                    Reason.CREDENTIALS,
                    profile.described()
                        + ": role_arn needs source_profile, credential_source (Environment,"
                        + " EcsContainer or Ec2InstanceMetadata) or web_identity_token_file");
          };
    }
    if (found.isEmpty()) {
      throw new Hopeless(
          Reason.CREDENTIALS,
          profile.described() + ": there are no credentials where it takes them from");
    }
    return found.get();
  }
}
