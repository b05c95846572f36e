package dev.embedctl.provider;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code OLLAMA_HOST} as Ollama's own tools do: a host, a port or both, with or without a
 * scheme. An address at which a server listens on all interfaces means this machine.
 */
final class OllamaHost {
  static final String VARIABLE = "OLLAMA_HOST";

  private static final String USUAL_PORT = "11434";

  private static final Pattern QUOTED = Pattern.compile("[\"' ]*(.*?)[\"' ]*");

  private static final Pattern PARTS =
      Pattern.compile(
          "(?:(?<scheme>[A-Za-z]+)://)?(?<host>\\[[^\\]]*\\]|[^:/]*|[^/]*:[^/]*:[^/]*)"
              + "(?::(?<port>\\d*))?(?<path>/.*)?");

  private OllamaHost() {}

  /** The URL; a value that has another form is returned as it is, so that the error names it. */
  static String url(String value) {
    Matcher quoted = QUOTED.matcher(value);
    Matcher parts = PARTS.matcher(quoted.matches() ? quoted.group(1) : value);
    if (!parts.matches()) {
      return value;
    }
    String scheme = parts.group("scheme") == null ? "" : parts.group("scheme");
    String given = parts.group("port") == null ? "" : parts.group("port");
    String port = given.isEmpty() && scheme.isEmpty() ? USUAL_PORT : given;
    String path = parts.group("path") == null ? "" : parts.group("path");
    return (scheme.isEmpty() ? "http" : scheme.toLowerCase(Locale.ROOT))
        + "://"
        + host(parts.group("host"))
        + (port.isEmpty() ? "" : ":" + port)
        + path.replaceAll("/+$", "");
  }

  private static String host(String given) {
    String plain = given.replaceAll("[\\[\\]]", "");
    return switch (plain) {
      case "", "0.0.0.0" -> "127.0.0.1";
      case "::" -> "[::1]";
      default -> plain.contains(":") ? "[" + plain + "]" : plain;
    };
  }
}
