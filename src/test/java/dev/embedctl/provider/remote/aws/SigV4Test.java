package dev.embedctl.provider.remote.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.provider.remote.auth.AuthorizedCall;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Signatures against the vectors that AWS publishes; {@code sigv4.json} names their source. */
final class SigV4Test {
  private static final JsonNode SUITE = read();
  private static final Instant NOW = Instant.parse(SUITE.get("time").textValue());
  private static final SigV4 SIGNER =
      new SigV4(SUITE.get("region").textValue(), SUITE.get("service").textValue());

  private static JsonNode read() {
    try (InputStream in = SigV4Test.class.getResourceAsStream("/aws/sigv4.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Named<JsonNode>> vectors() {
    return StreamSupport.stream(SUITE.get("vectors").spliterator(), false)
        .map(vector -> Named.of(vector.get("name").textValue(), vector));
  }

  private static AwsCredentials credentials(JsonNode vector) {
    return new AwsCredentials(
        SUITE.get("access_key").textValue(),
        SUITE.get("secret_key").textValue(),
        Optional.ofNullable(vector.path("token").textValue()),
        "the suite");
  }

  private static byte[] body(JsonNode vector) {
    return vector.get("body").textValue().getBytes(StandardCharsets.UTF_8);
  }

  /** The headers of the request, and those that its signer adds. */
  private static List<Map.Entry<String, String>> headers(JsonNode vector) {
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    for (JsonNode header : vector.get("headers")) {
      headers.add(Map.entry(header.get(0).textValue(), header.get(1).textValue()));
    }
    headers.add(Map.entry("X-Amz-Date", "20150830T123600Z"));
    credentials(vector)
        .sessionToken()
        .ifPresent(token -> headers.add(Map.entry("X-Amz-Security-Token", token)));
    if (vector.path("body_is_signed").booleanValue()) {
      headers.add(Map.entry("X-Amz-Content-Sha256", Hashes.hexOfSha256(body(vector))));
    }
    return headers;
  }

  private static CanonicalRequest request(JsonNode vector) {
    return new CanonicalRequest(
        vector.get("method").textValue(),
        vector.get("path").textValue(),
        vector.get("query").textValue(),
        headers(vector),
        body(vector));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void aRequestHasItsPublishedCanonicalForm(JsonNode vector) {
    assertEquals(vector.get("canonical_request").textValue(), request(vector).toString());
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void aRequestHasItsPublishedSignature(JsonNode vector) {
    String authorization = SIGNER.authorization(credentials(vector), request(vector), NOW);

    assertTrue(
        authorization.startsWith(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                + " SignedHeaders="),
        authorization);
    assertEquals(
        vector.get("signature").textValue(),
        authorization.substring(authorization.indexOf("Signature=") + "Signature=".length()));
  }

  @Test
  void aWholeCallIsSignedAsTheSuiteSignsIt() {
    JsonNode vector =
        vectors()
            .map(Named::getPayload)
            .filter(each -> each.get("name").textValue().equals("post-sts-header-before"))
            .findFirst()
            .orElseThrow();
    AuthorizedCall call =
        new AuthorizedCall(
            "POST", URI.create("https://example.amazonaws.com/"), Map.of(), new byte[0]);

    Map<String, String> added = SIGNER.headers(credentials(vector), call, NOW);

    assertEquals("20150830T123600Z", added.get("X-Amz-Date"));
    assertEquals(vector.get("token").textValue(), added.get("X-Amz-Security-Token"));
    assertTrue(
        added.get("Authorization").endsWith(vector.get("signature").textValue()),
        added.get("Authorization"));
  }

  @Test
  void eachPartOfACallChangesItsSignature() {
    AwsCredentials credentials =
        new AwsCredentials("AKIDEXAMPLE", "secret", Optional.empty(), "a test");
    AuthorizedCall call = call("https://a.example/model/m%3A0/invoke", "{}", "application/json");
    String signed = SIGNER.headers(credentials, call, NOW).get("Authorization");

    for (AuthorizedCall other :
        List.of(
            call("https://b.example/model/m%3A0/invoke", "{}", "application/json"),
            call("https://a.example:8443/model/m%3A0/invoke", "{}", "application/json"),
            call("https://a.example/model/m%3A1/invoke", "{}", "application/json"),
            call("https://a.example/model/m%3A0/invoke?x=1", "{}", "application/json"),
            call("https://a.example/model/m%3A0/invoke", "[]", "application/json"),
            call("https://a.example/model/m%3A0/invoke", "{}", "text/plain"))) {
      assertNotEquals(signed, SIGNER.headers(credentials, other, NOW).get("Authorization"));
    }
    assertNotEquals(
        signed, SIGNER.headers(credentials, call, NOW.plusSeconds(1)).get("Authorization"));
    assertEquals(signed, SIGNER.headers(credentials, call, NOW).get("Authorization"));
  }

  private static AuthorizedCall call(String address, String body, String type) {
    return new AuthorizedCall(
        "POST",
        URI.create(address),
        Map.of("Content-Type", type),
        body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void credentialsKeepTheirSecretsOutOfMessages() {
    assertEquals(
        "AwsCredentials[AWS_ACCESS_KEY_ID]",
        new AwsCredentials("AKID", "secret", Optional.of("token"), "AWS_ACCESS_KEY_ID").toString());
  }
}
