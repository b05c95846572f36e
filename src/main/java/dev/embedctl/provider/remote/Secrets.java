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
 * What must be told to nobody, found in each form in which a server or a proxy may send it back: as
 * it stands, percent-encoded, in base64.
 */
final class Secrets {
  private static final String MASK = "***";
  private static final int SHORTEST_ANYWHERE = 8;

  private final List<String> forms;

  /** These, and no others. */
  Secrets(Stream<String> secrets) {
    this.forms =
        secrets
            .filter(secret -> !secret.isBlank())
            .flatMap(Secrets::formsOf)
            .distinct()
            // A form may hold another; the longest goes first, so that nothing of it stays.
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

  /** A text without them. */
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

  /** A short one may be a part of other words; it is one only where it stands by itself. */
  private static String withoutWord(String text, String word) {
    return Pattern.compile("(?<![A-Za-z0-9])" + Pattern.quote(word) + "(?![A-Za-z0-9])")
        .matcher(text)
        .replaceAll(Matcher.quoteReplacement(MASK));
  }

  /** A reply's body without them: before anybody cuts it, which would leave the half of one. */
  byte[] scrub(byte[] body) {
    // A character a byte, whatever the charset: the bytes around a secret stay as they are.
    return scrub(new String(body, StandardCharsets.ISO_8859_1))
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The failure itself, or, where its stack trace would tell one of them, what may be told. */
  Throwable scrub(Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    if (scrub(trace.toString()).contentEquals(trace.getBuffer())) {
      return failure;
    }
    IOException told = new IOException(scrub(failure.toString()));
    told.setStackTrace(failure.getStackTrace());
    return told;
  }
}
