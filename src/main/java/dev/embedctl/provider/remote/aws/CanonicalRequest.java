package dev.embedctl.provider.remote.aws;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The one spelling of a request that both sides sign. Source: as {@link SigV4}. */
final class CanonicalRequest {
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

  private final String method;
  private final String path;
  private final String query;
  private final SortedMap<String, String> headers;
  private final String payloadHash;

  /**
   * A request.
   *
   * @param path the path as it is sent; its percent signs are encoded once more
   * @param query the query as it is sent, without the question mark
   * @param headers the signed headers, names in any case and any order
   */
  CanonicalRequest(
      String method,
      String path,
      String query,
      List<Map.Entry<String, String>> headers,
      byte[] body) {
    this.method = method;
    this.path = path.isEmpty() ? "/" : encoded(path, UNRESERVED + "/");
    this.query = canonical(query);
    this.headers =
        headers.stream()
            .collect(
                Collectors.groupingBy(
                    header -> header.getKey().toLowerCase(Locale.ROOT),
                    TreeMap::new,
                    Collectors.mapping(
                        header -> header.getValue().strip().replaceAll("\\s+", " "),
                        Collectors.joining(","))));
    this.payloadHash = Hashes.hexOfSha256(body);
  }

  /** The names of the signed headers. */
  String signedHeaders() {
    return String.join(";", headers.keySet());
  }

  @Override
  public String toString() {
    String lines =
        headers.entrySet().stream()
            .map(header -> header.getKey() + ":" + header.getValue() + "\n")
            .collect(Collectors.joining());
    return String.join("\n", method, path, query, lines, signedHeaders(), payloadHash);
  }

  private static String canonical(String query) {
    return Stream.of(query.split("&"))
        .filter(each -> !each.isEmpty())
        .map(each -> each.split("=", 2))
        .map(each -> List.of(recoded(each[0]), each.length == 1 ? "" : recoded(each[1])))
        .sorted(
            Comparator.comparing((List<String> each) -> each.getFirst())
                .thenComparing(List::getLast))
        .map(each -> String.join("=", each))
        .collect(Collectors.joining("&"));
  }

  /** The text in the one encoding, whichever encoding it is sent in. */
  private static String recoded(String text) {
    return encoded(URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8), UNRESERVED);
  }

  private static String encoded(String text, String plain) {
    StringBuilder encoded = new StringBuilder();
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      if (each > 0 && plain.indexOf(each) >= 0) {
        encoded.append((char) each);
      } else {
        encoded.append('%').append(Hashes.HEX.withUpperCase().toHexDigits(each));
      }
    }
    return encoded.toString();
  }
}
