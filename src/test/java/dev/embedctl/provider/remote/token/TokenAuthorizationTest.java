package dev.embedctl.provider.remote.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.remote.auth.Authorization;
import dev.embedctl.provider.remote.auth.AuthorizedCall;
import dev.embedctl.provider.remote.auth.Expiring;
import dev.embedctl.provider.remote.errors.ErrorBody;
import dev.embedctl.provider.remote.errors.FailedReply;
import dev.embedctl.testing.SteppedClock;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An access token in each call, and what happens where the server rejects it. */
final class TokenAuthorizationTest {
  private static final URI ADDRESS = URI.create("https://example.org/predict");
  private static final AuthorizedCall CALL =
      new AuthorizedCall("POST", ADDRESS, Map.of(), new byte[0]);

  private static Authorization issuing(String... tokens) {
    Deque<String> left = new ArrayDeque<>(List.of(tokens));
    TokenSource source =
        new TokenSource() {
          @Override
          public Expiring<String> get() {
            return new Expiring<>(left.remove(), Optional.empty());
          }

          @Override
          public String description() {
            return "a test";
          }
        };
    return new TokenAuthorization(source, Map.of(), new SteppedClock());
  }

  private static HttpHeaders sent(Authorization authorization)
      throws ProviderException, InterruptedException {
    String header = authorization.headers(CALL).get("Authorization");
    return HttpHeaders.of(Map.of("Authorization", List.of(header)), (name, value) -> true);
  }

  private static FailedReply reply(int status) {
    return new FailedReply(
        status,
        HttpHeaders.of(Map.of(), (name, value) -> true),
        ErrorBody.of("{\"error\":{\"message\":\"no\"}}".getBytes(StandardCharsets.UTF_8)),
        ADDRESS);
  }

  @Test
  void theFirstRejectedTokenIsReplacedForAllCallsThatHadIt() throws Exception {
    Authorization authorization = issuing("a", "b");
    HttpHeaders one = sent(authorization);
    HttpHeaders other = sent(authorization);

    ProviderException failure = authorization.rejected(one, reply(401)).orElseThrow();
    assertEquals(Transient.Kind.MISUNDERSTOOD, ((Transient) failure).kind());
    assertEquals("Bearer b", sent(authorization).firstValue("Authorization").orElseThrow());

    assertTrue(authorization.rejected(other, reply(401)).isPresent(), "it was replaced before");
    assertEquals("Bearer b", sent(authorization).firstValue("Authorization").orElseThrow());
    assertEquals(List.of("a", "b"), authorization.secrets().sorted().toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"b", "a"})
  void theSecondRejectionIsHopeless(String next) throws Exception {
    Authorization authorization = issuing("a", next);
    assertTrue(authorization.rejected(sent(authorization), reply(401)).isPresent());

    ProviderException failure =
        authorization.rejected(sent(authorization), reply(401)).orElseThrow();
    assertEquals(Reason.CREDENTIALS, ((Hopeless) failure).reason());
    assertEquals("the token was rejected: HTTP 401: no", failure.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404, 429, 500})
  void otherFailuresRejectNoToken(int status) throws Exception {
    Authorization authorization = issuing("a");

    assertEquals(Optional.empty(), authorization.rejected(sent(authorization), reply(status)));
    assertEquals("Bearer a", sent(authorization).firstValue("Authorization").orElseThrow());
  }
}
