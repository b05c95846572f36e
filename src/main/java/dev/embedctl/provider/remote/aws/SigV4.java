package dev.embedctl.provider.remote.aws;

import dev.embedctl.provider.remote.auth.AuthorizedCall;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Signs requests to one service with AWS Signature Version 4. Source:
 * docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
 */
final class SigV4 {
  static final String TOKEN_HEADER = "X-Amz-Security-Token";

  private static final String DATE_HEADER = "X-Amz-Date";
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final String TERMINATOR = "aws4_request";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private static final int DATE_LENGTH = 8;

  private final String region;
  private final String service;

  SigV4(String region, String service) {
    this.region = region;
    this.service = service;
  }

  /** The headers that sign a call, to be sent besides its own. */
  Map<String, String> headers(AwsCredentials credentials, AuthorizedCall call, Instant now) {
    URI address = call.address();
    Map<String, String> added = added(credentials, now);
    List<Map.Entry<String, String>> signed = new ArrayList<>(call.headers().entrySet());
    signed.addAll(added.entrySet());
    signed.add(Map.entry("Host", host(address)));
    CanonicalRequest request =
        new CanonicalRequest(
            call.method(),
            address.getRawPath(),
            Objects.requireNonNullElse(address.getRawQuery(), ""),
            signed,
            call.body());
    added.put("Authorization", authorization(credentials, request, now));
    return added;
  }

  private static String host(URI address) {
    return address.getPort() == -1
        ? address.getHost()
        : address.getHost() + ":" + address.getPort();
  }

  private static Map<String, String> added(AwsCredentials credentials, Instant now) {
    Map<String, String> added = new LinkedHashMap<>();
    added.put(DATE_HEADER, TIME.format(now));
    credentials.sessionToken().ifPresent(token -> added.put(TOKEN_HEADER, token));
    return added;
  }

  /** The header {@code Authorization} for a request. */
  String authorization(AwsCredentials credentials, CanonicalRequest request, Instant now) {
    String time = TIME.format(now);
    String date = time.substring(0, DATE_LENGTH);
    String scope = String.join("/", date, region, service, TERMINATOR);
    String toSign =
        String.join(
            "\n",
            ALGORITHM,
            time,
            scope,
            Hashes.hexOfSha256(request.toString().getBytes(StandardCharsets.UTF_8)));
    byte[] key =
        Hashes.hmac(
            Hashes.hmac(
                Hashes.hmac(
                    Hashes.hmac(
                        ("AWS4" + credentials.secretKey()).getBytes(StandardCharsets.UTF_8), date),
                    region),
                service),
            TERMINATOR);
    return ALGORITHM
        + " Credential="
        + credentials.accessKey()
        + "/"
        + scope
        + ", SignedHeaders="
        + request.signedHeaders()
        + ", Signature="
        + Hashes.HEX.formatHex(Hashes.hmac(key, toSign));
  }
}
