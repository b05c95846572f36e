package dev.embedctl.provider.remote.aws;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.remote.auth.AuthorizedCall;
import dev.embedctl.provider.remote.auth.Expiring;
import dev.embedctl.provider.remote.auth.Issuers;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The temporary credentials of a role, from AWS's Security Token Service. Source:
 * docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html and
 * API_AssumeRoleWithWebIdentity.html.
 */
final class SecurityTokens {
  private static final String SERVICE = "AWS STS";
  private static final String SESSION = "embedctl";
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final Map<String, String> FORM =
      Map.of("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");

  private final AwsEnvironment environment;
  private final String region;
  private final Issuers issuers;
  private final Clock clock;

  SecurityTokens(AwsEnvironment environment, String region, Issuers issuers, Clock clock) {
    this.environment = environment;
    this.region = region;
    this.issuers = issuers;
    this.clock = clock;
  }

  /** The credentials of the role that a profile names, for whoever has these ones. */
  Expiring<AwsCredentials> assumed(Profile profile, AwsCredentials by)
      throws ProviderException, InterruptedException {
    String role = profile.get("role_arn").orElseThrow();
    Map<String, String> form = form("AssumeRole", role, profile.get("role_session_name"));
    profile.get("external_id").ifPresent(id -> form.put("ExternalId", id));
    profile.get("duration_seconds").ifPresent(time -> form.put("DurationSeconds", time));
    AuthorizedCall call = new AuthorizedCall("POST", address(), FORM, body(form));
    Map<String, String> signature = new SigV4(region, "sts").headers(by, call, clock.instant());
    return issued(call, signature, role, profile.described());
  }

  /** The credentials of a role, for whoever has the token of another identity provider. */
  Expiring<AwsCredentials> withWebIdentity(
      String role, String token, Optional<String> session, String origin)
      throws ProviderException, InterruptedException {
    Map<String, String> form = form("AssumeRoleWithWebIdentity", role, session);
    form.put("WebIdentityToken", token);
    return issued(new AuthorizedCall("POST", address(), FORM, body(form)), Map.of(), role, origin);
  }

  private static Map<String, String> form(String action, String role, Optional<String> session) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("Action", action);
    form.put("Version", "2011-06-15");
    form.put("RoleArn", role);
    form.put("RoleSessionName", session.orElse(SESSION));
    return form;
  }

  private static byte[] body(Map<String, String> form) {
    return form.entrySet().stream()
        .map(
            field ->
                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"))
        .getBytes(StandardCharsets.UTF_8);
  }

  private URI address() {
    String base =
        environment
            .endpoint("STS")
            .orElse("https://sts." + region + "." + AwsEnvironment.domain(region));
    return Settings.address(base + "/", "AWS_ENDPOINT_URL_STS");
  }

  private Expiring<AwsCredentials> issued(
      AuthorizedCall call, Map<String, String> signature, String role, String origin)
      throws ProviderException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(call.address()).POST(BodyPublishers.ofByteArray(call.body()));
    call.headers().forEach(request::header);
    signature.forEach(request::header);
    HttpResponse<byte[]> reply = issuers.send(SERVICE, request.build(), TIMEOUT);
    String xml = new String(reply.body(), StandardCharsets.UTF_8);
    if (reply.statusCode() != 200) {
      throw refused(reply, xml, role, origin);
    }
    try {
      return new Expiring<>(
          new AwsCredentials(
              element(xml, "AccessKeyId").orElseThrow(),
              element(xml, "SecretAccessKey").orElseThrow(),
              element(xml, "SessionToken"),
              "role " + role + " of " + origin),
          element(xml, "Expiration").map(Instant::parse));
    } catch (NoSuchElementException | DateTimeException e) {
      throw new Transient(
          SERVICE + ": the reply has no credentials", Kind.BAD_REPLY, Optional.empty(), e);
    }
  }

  private ProviderException refused(
      HttpResponse<byte[]> reply, String xml, String role, String origin) {
    String words = element(xml, "Message").orElse("");
    String message =
        SERVICE
            + " did not issue credentials of role "
            + role
            + " for "
            + origin
            + ": HTTP "
            + reply.statusCode()
            + element(xml, "Code").map(code -> " " + code).orElse("")
            + (words.isEmpty() ? "" : ": " + words);
    if (reply.statusCode() >= 500 || message.contains("Throttling")) {
      return new Transient(message, Kind.SERVER_ERROR, Optional.empty(), null);
    }
    return ClockSkew.in(words)
        ? new Hopeless(Reason.CLOCK, ClockSkew.message(reply.headers(), clock) + ": " + message)
        : new Hopeless(Reason.CREDENTIALS, message);
  }

  /** The text of the first element with a name. */
  private static Optional<String> element(String xml, String name) {
    Matcher found = Pattern.compile("<" + name + ">\\s*([^<]*?)\\s*</" + name + ">").matcher(xml);
    return found.find()
        ? Optional.of(
            found
                .group(1)
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&amp;", "&"))
        : Optional.empty();
  }
}
