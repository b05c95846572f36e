package dev.embedctl.provider.remote.aws;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.remote.auth.Authorization;
import dev.embedctl.provider.remote.auth.AuthorizedCall;
import dev.embedctl.provider.remote.auth.Issuers;
import dev.embedctl.provider.remote.auth.Renewed;
import dev.embedctl.provider.remote.errors.AwsErrors;
import dev.embedctl.provider.remote.errors.FailedReply;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Signs each call to a service of AWS with the credentials of this machine. */
final class AwsAuthorization implements Authorization {
  private static final Set<String> EXPIRED =
      Set.of("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired");

  private static final Set<String> UNKNOWN =
      Set.of(
          "UnrecognizedClientException",
          "InvalidClientTokenId",
          "InvalidSignatureException",
          "SignatureDoesNotMatch",
          "IncompleteSignature",
          "IncompleteSignatureException",
          "MissingAuthenticationToken",
          "MissingAuthenticationTokenException");

  private static final Set<String> DENIED =
      Set.of("AccessDenied", "AccessDeniedException", "NotAuthorized", "OptInRequired");

  private final Renewed<AwsCredentials> credentials;
  private final SigV4 signer;
  private final Clock clock;

  AwsAuthorization(
      AwsEnvironment environment, String region, String service, Issuers issuers, Clock clock) {
    this.credentials =
        new Renewed<>(new CredentialChain(environment, region, issuers, clock)::find, clock);
    this.signer = new SigV4(region, service);
    this.clock = clock;
  }

  @Override
  public Map<String, String> headers(AuthorizedCall call)
      throws ProviderException, InterruptedException {
    return signer.headers(current(), call, clock.instant());
  }

  /** A failure of their issuer is none of the call, which was not sent. */
  private AwsCredentials current() throws ProviderException, InterruptedException {
    try {
      return credentials.now();
    } catch (Transient e) {
      throw e.as(Kind.UNREACHED);
    }
  }

  @Override
  public Stream<String> secrets() {
    return credentials.last().stream().flatMap(AwsCredentials::secrets);
  }

  @Override
  public String note(Reason reason) {
    return reason == Reason.CREDENTIALS
        ? credentials.last().map(used -> " (credentials: " + used.origin() + ")").orElse("")
        : "";
  }

  @Override
  public Optional<ProviderException> rejected(HttpHeaders sent, FailedReply reply) {
    String name = AwsErrors.name(reply);
    String message = reply.message();
    if (ClockSkew.in(name + " " + reply.body().message())) {
      return Optional.of(
          new Hopeless(Reason.CLOCK, ClockSkew.message(reply.headers(), clock) + ": " + message));
    }
    if (EXPIRED.contains(name)) {
      return Optional.of(expired(sent, message));
    }
    if (UNKNOWN.contains(name)) {
      return Optional.of(
          new Hopeless(Reason.CREDENTIALS, "the credentials were refused: " + message));
    }
    return DENIED.contains(name)
        ? Optional.of(
            new Hopeless(Reason.CREDENTIALS, "the credentials do not allow this: " + message))
        : Optional.empty();
  }

  private ProviderException expired(HttpHeaders sent, String message) {
    boolean mayBeRenewed =
        credentials.last().filter(last -> isIn(sent, last)).map(credentials::drop).orElse(true);
    return mayBeRenewed
        ? new Transient(
            "the credentials have expired, so new ones are needed: " + message,
            Kind.SERVER_ERROR,
            Optional.empty(),
            null)
        : new Hopeless(Reason.CREDENTIALS, "the credentials have expired; renew them: " + message);
  }

  private static boolean isIn(HttpHeaders sent, AwsCredentials credentials) {
    return sent.firstValue(SigV4.TOKEN_HEADER).equals(credentials.sessionToken());
  }
}
