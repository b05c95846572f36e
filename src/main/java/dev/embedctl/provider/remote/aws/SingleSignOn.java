package dev.embedctl.provider.remote.aws;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.remote.auth.Expiring;
import dev.embedctl.provider.remote.auth.Issuers;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * The credentials of a role for whoever has signed in to IAM Identity Center with {@code aws sso
 * login}: the token that it stored is used, and no browser is opened. Source:
 * docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html and
 * /singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html.
 */
final class SingleSignOn {
  private static final String SERVICE = "IAM Identity Center";
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final AwsEnvironment environment;
  private final Issuers issuers;
  private final Clock clock;

  SingleSignOn(AwsEnvironment environment, Issuers issuers, Clock clock) {
    this.environment = environment;
    this.issuers = issuers;
    this.clock = clock;
  }

  /** Whether a profile signs in this way. */
  static boolean isUsedBy(Profile profile) {
    return profile.get("sso_account_id").isPresent();
  }

  /** The credentials for a profile. */
  Expiring<AwsCredentials> of(Profile profile, Profiles profiles)
      throws ProviderException, InterruptedException {
    Optional<Profile> session = profile.get("sso_session").flatMap(profiles::session);
    Profile shared = session.orElse(profile);
    String key =
        profile.get("sso_session").isPresent()
            ? profile.get("sso_session").get()
            : needed(shared, "sso_start_url");
    String region = needed(shared, "sso_region");
    String query = query(needed(profile, "sso_account_id"), needed(profile, "sso_role_name"));
    HttpRequest request =
        HttpRequest.newBuilder(
                address("SSO", "portal.sso", region, "/federation/credentials" + query))
            .header("x-amz-sso_bearer_token", token(key, region, profile))
            .build();
    HttpResponse<byte[]> reply = issuers.send(SERVICE, request, TIMEOUT);
    if (reply.statusCode() == 401) {
      throw signIn(profile, "has ended");
    }
    return IssuedCredentials.in(reply, IssuedCredentials.Names.SSO, profile.described());
  }

  private static String needed(Profile profile, String setting) throws Hopeless {
    Optional<String> value = profile.get(setting);
    if (value.isEmpty()) {
      throw new Hopeless(Reason.CREDENTIALS, profile.described() + ": " + setting + " is missing");
    }
    return value.get();
  }

  private URI address(String service, String host, String region, String path) {
    String base =
        environment
            .endpoint(service)
            .orElse("https://" + host + "." + region + "." + AwsEnvironment.domain(region));
    return Settings.address(base + path, "the address of " + SERVICE);
  }

  private static String query(String account, String role) {
    return "?role_name="
        + URLEncoder.encode(role, StandardCharsets.UTF_8)
        + "&account_id="
        + URLEncoder.encode(account, StandardCharsets.UTF_8);
  }

  /** The token of the sign-in that is stored under the hash of a session's name or address. */
  private String token(String key, String region, Profile profile)
      throws ProviderException, InterruptedException {
    Optional<Path> file =
        environment
            .folder()
            .map(folder -> folder.resolve("sso/cache/" + Hashes.hexOfSha1(key) + ".json"))
            .filter(Files::exists);
    if (file.isEmpty()) {
      throw signIn(profile, "is not there");
    }
    URI issuer = address("SSO_OIDC", "oidc", region, "/token");
    Optional<String> token = new SignIn(file.get(), issuer, issuers, clock).token();
    if (token.isEmpty()) {
      throw signIn(profile, "has ended");
    }
    return Settings.secret(token.get(), file.get().toString());
  }

  private static Hopeless signIn(Profile profile, String state) {
    return new Hopeless(
        Reason.CREDENTIALS,
        profile.described()
            + ": its sign-in to "
            + SERVICE
            + " "
            + state
            + "; run aws sso login for this profile");
  }
}
