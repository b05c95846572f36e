package dev.embedctl.provider.remote.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Encodes texts for addresses. */
final class UriText {
  private UriText() {}

  /** The text as one segment of a path, or as a value in a query. */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
