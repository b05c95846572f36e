package dev.embedctl.provider.remote.token;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.provider.remote.auth.Authorization;
import dev.embedctl.provider.remote.auth.Issuers;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The Application Default Credentials of Google Cloud, in the order of Google's own libraries: the
 * file in {@code GOOGLE_APPLICATION_CREDENTIALS}, the file that gcloud wrote, the machine's own
 * service account.
 */
public final class GoogleCredentials {
  static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";

  private static final String METADATA_VARIABLE = "GCE_METADATA_HOST";
  private static final String METADATA_HOST = "metadata.google.internal";
  private static final String TOKEN_PATH =
      "/computeMetadata/v1/instance/service-accounts/default/token";

  private final Map<String, String> env;
  private final Optional<GoogleFile> file;

  private GoogleCredentials(Map<String, String> env, Optional<GoogleFile> file) {
    this.env = Map.copyOf(env);
    this.file = file;
  }

  /**
   * The credentials in an environment; nothing is sent.
   *
   * @throws Usage if a file with credentials cannot be read
   */
  public static GoogleCredentials in(Map<String, String> env) {
    return new GoogleCredentials(env, GoogleFile.find(env));
  }

  /** Whether there is a file with credentials, or a variable names the metadata server. */
  public boolean areSet() {
    return file.isPresent() || isSet(METADATA_VARIABLE);
  }

  /** Whether only the machine's own service account is left, which may not exist. */
  public boolean areOfTheMachine() {
    return file.isEmpty();
  }

  /** The project for calls: a variable's, or the one of the file. */
  public Optional<String> project() {
    return Stream.of("GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT")
        .filter(this::isSet)
        .map(env::get)
        .map(String::strip)
        .findFirst()
        .or(() -> file.flatMap(GoogleFile::project));
  }

  /**
   * What authorises calls.
   *
   * @throws Usage if a field of the file is missing or wrong
   */
  public Authorization authorization(Issuers issuers, Clock clock) {
    TokenRequests requests = new TokenRequests(issuers, clock);
    return new TokenAuthorization(
        file.map(each -> each.source(requests)).orElseGet(() -> machine(requests)),
        payer().map(project -> Map.of("x-goog-user-project", project)).orElse(Map.of()),
        clock);
  }

  private Optional<String> payer() {
    return isSet("GOOGLE_CLOUD_QUOTA_PROJECT")
        ? Optional.of(env.get("GOOGLE_CLOUD_QUOTA_PROJECT").strip())
        : file.flatMap(GoogleFile::quotaProject);
  }

  private TokenSource machine(TokenRequests requests) {
    String host = isSet(METADATA_VARIABLE) ? env.get(METADATA_VARIABLE).strip() : METADATA_HOST;
    return new MachineIdentity(
        requests,
        "this machine's service account",
        metadata(host),
        Map.of("Metadata-Flavor", "Google"),
        "no credentials of Google Cloud were found: set "
            + GoogleFile.VARIABLE
            + " to a file with credentials, or run gcloud auth application-default login"
            + " (no metadata server answers at "
            + host
            + ")");
  }

  private static URI metadata(String host) {
    try {
      return URI.create("http://" + host + TOKEN_PATH);
    } catch (IllegalArgumentException e) {
      throw new Usage(METADATA_VARIABLE + ": not a host: " + host);
    }
  }

  private boolean isSet(String variable) {
    return !env.getOrDefault(variable, "").isBlank();
  }
}
