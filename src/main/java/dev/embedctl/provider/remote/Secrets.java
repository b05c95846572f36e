package dev.embedctl.provider.remote;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Removes keys and passwords from texts, in each form in which a server or proxy may send them
 * back: plain, percent-encoded, in base64.
 */
final class Secrets {
  private static final String MASK = "***";
  private static final int SHORTEST_ANYWHERE = 8;

  private final List<String> forms;

  /** Removes these secrets. */
  Secrets(Stream<String> secrets) {
    this.forms =
        secrets
            .filter(secret -> !secret.isBlank())
            .flatMap(Secrets::formsOf)
            .distinct()
            // A form may contain another one, so the longest is replaced first.
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
  }

  private static Stream<String> formsOf(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    String percent = URLEncoder.encode(secret, StandardCharsets.UTF_8);
    return Stream.of(
        secret,
        percent,
        percent.replace("+", "%20"),
        Base64.getEncoder().withoutPadding().encodeToString(bytes),
        Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** The text without secrets. */
  String scrub(String text) {
    String scrubbed = text;
    for (String form : forms) {
      scrubbed =
          form.length() < SHORTEST_ANYWHERE
              ? withoutWord(scrubbed, form)
              : scrubbed.replace(form, MASK);
    }
    return scrubbed;
  }

  /** Replaces a short secret only as a whole word, since it may be a part of other words. */
  private static String withoutWord(String text, String word) {
    return Pattern.compile("(?<![A-Za-z0-9])" + Pattern.quote(word) + "(?![A-Za-z0-9])")
        .matcher(text)
        .replaceAll(Matcher.quoteReplacement(MASK));
  }

  /** The body of a reply without secrets; called before it is shortened, which may split one. */
  byte[] scrub(byte[] body) {
    // One character for each byte, so that the bytes around a secret do not change.
    return scrub(new String(body, StandardCharsets.ISO_8859_1))
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The failure, or a copy without secrets if its stack trace contains one. */
  Throwable scrub(Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    if (scrub(trace.toString()).contentEquals(trace.getBuffer())) {
      return failure;
    }
    IOException copy = new IOException(scrub(failure.toString()));
    copy.setStackTrace(failure.getStackTrace());
    return copy;
  }
}
