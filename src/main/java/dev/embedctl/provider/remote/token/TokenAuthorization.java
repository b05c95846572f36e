package dev.embedctl.provider.remote.token;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.remote.auth.Authorization;
import dev.embedctl.provider.remote.auth.AuthorizedCall;
import dev.embedctl.provider.remote.auth.Renewed;
import dev.embedctl.provider.remote.errors.FailedReply;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * An access token in each call. The first token that the server rejects is replaced; if it rejects
 * another one too, or the same one comes again, the credentials are at fault.
 */
final class TokenAuthorization implements Authorization {
  private static final String HEADER = "Authorization";
  private static final String BEARER = "Bearer ";
  private static final int UNAUTHORIZED = 401;

  private final TokenSource source;
  private final Map<String, String> otherHeaders;
  private final Renewed<String> token;
  private final Set<String> issued = ConcurrentHashMap.newKeySet();
  private final AtomicReference<Optional<String>> rejected =
      new AtomicReference<>(Optional.empty());

  /** Tokens from a source; each call has the other headers too. */
  TokenAuthorization(TokenSource source, Map<String, String> otherHeaders, Clock clock) {
    this.source = source;
    this.otherHeaders = Map.copyOf(otherHeaders);
    this.token = new Renewed<>(source, clock);
  }

  @Override
  public Map<String, String> headers(AuthorizedCall call)
      throws ProviderException, InterruptedException {
    String current = token.now();
    issued.add(current);
    Map<String, String> headers = new HashMap<>(otherHeaders);
    headers.put(HEADER, BEARER + current);
    return headers;
  }

  @Override
  public Stream<String> secrets() {
    return issued.stream();
  }

  @Override
  public String note(Reason reason) {
    return " (token from " + source.description() + ")";
  }

  @Override
  public Optional<ProviderException> rejected(HttpHeaders sent, FailedReply reply) {
    if (reply.status() != UNAUTHORIZED) {
      return Optional.empty();
    }
    String old = sent.firstValue(HEADER).orElseThrow().substring(BEARER.length());
    return Optional.of(
        replaced(old)
            ? new Transient(reply.message(), Kind.MISUNDERSTOOD, Optional.empty(), null)
            : new Hopeless(Reason.CREDENTIALS, "the token was rejected: " + reply.message()));
  }

  private boolean replaced(String old) {
    rejected.updateAndGet(first -> first.or(() -> Optional.of(old)));
    return rejected.get().equals(Optional.of(old)) && token.drop(old);
  }
}
