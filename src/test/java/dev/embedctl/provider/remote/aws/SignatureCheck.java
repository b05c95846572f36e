package dev.embedctl.provider.remote.aws;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Checks a request's signature as a service does, without the code that made it. */
final class SignatureCheck {
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "AWS4-HMAC-SHA256 Credential=(?<key>[^/]+)/(?<scope>(?<date>\\d{8})/(?<region>[^/]+)"
              + "/(?<service>[^/]+)/aws4_request), SignedHeaders=(?<names>[^,]+),"
              + " Signature=(?<signature>[0-9a-f]{64})");

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private static final Duration MOST_OFF = Duration.ofMinutes(5);

  private SignatureCheck() {}

  /** An access key that the service knows; the token is empty where there is none. */
  record Known(String secretKey, String token, Instant end) {}

  /** The name of the error for a request; empty if it is signed well. */
  static Optional<String> fault(
      HttpExchange exchange,
      byte[] body,
      String service,
      String region,
      Map<String, Known> keys,
      Instant now) {
    Headers headers = exchange.getRequestHeaders();
    Matcher parts = AUTHORIZATION.matcher(String.valueOf(headers.getFirst("Authorization")));
    if (!parts.matches()) {
      return Optional.of("IncompleteSignatureException");
    }
    Known known = keys.get(parts.group("key"));
    String token = headers.getFirst("X-Amz-Security-Token");
    if (known == null || !known.token().equals(token == null ? "" : token)) {
      return Optional.of("UnrecognizedClientException");
    }
    if (!known.end().isAfter(now)) {
      return Optional.of("ExpiredTokenException");
    }
    String time = String.valueOf(headers.getFirst("X-Amz-Date"));
    Instant signed = Instant.from(TIME.parse(time));
    List<String> names = Arrays.asList(parts.group("names").split(";"));
    boolean complete =
        names.contains("host")
            && names.contains("x-amz-date")
            && names.contains("content-type") == headers.containsKey("Content-Type")
            && names.contains("x-amz-security-token") == !known.token().isEmpty();
    if (!complete
        || Duration.between(signed, now).abs().compareTo(MOST_OFF) > 0
        || !parts.group("date").equals(time.substring(0, 8))
        || !parts.group("service").equals(service)
        || !parts.group("region").equals(region)) {
      return Optional.of("InvalidSignatureException");
    }
    StringBuilder request = new StringBuilder(exchange.getRequestMethod()).append('\n');
    request.append(exchange.getRequestURI().getRawPath().replace("%", "%25")).append('\n');
    request.append(Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse(""));
    request.append('\n');
    for (String name : names) {
      request.append(name).append(':').append(headers.getFirst(name).strip()).append('\n');
    }
    request.append('\n').append(parts.group("names")).append('\n').append(sha256(body));
    String toSign =
        "AWS4-HMAC-SHA256\n"
            + time
            + "\n"
            + parts.group("scope")
            + "\n"
            + sha256(request.toString().getBytes(StandardCharsets.UTF_8));
    byte[] key = ("AWS4" + known.secretKey()).getBytes(StandardCharsets.UTF_8);
    for (String part : parts.group("scope").split("/", -1)) {
      key = hmac(key, part);
    }
    return HexFormat.of().formatHex(hmac(key, toSign)).equals(parts.group("signature"))
        ? Optional.empty()
        : Optional.of("InvalidSignatureException");
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
