package dev.embedctl.provider;

import java.util.List;
import java.util.Locale;

/**
 * Identifies the same failure of different requests: its kind and the words of its message, without
 * digits and quotations, which depend on the request.
 */
public record FailureSignature(String kind, String words) {
  /** Messages are compared by this many characters. */
  private static final int MOST_CHARACTERS = 500;

  private static final String STATUS = "HTTP ";
  private static final String QUOTES = "\"'`";
  private static final String REFUSED = "REFUSED";

  /** Words in refusals of texts that are too long. */
  private static final List<String> OF_LENGTH =
      List.of(
          "tokens",
          "too long",
          "too large",
          "context length",
          "context size",
          "maximum length",
          "length exceeds");

  /** The signature of a failure. */
  public static FailureSignature of(ProviderException failure) {
    String kind =
        switch (failure) {
          case ProviderException.Transient e -> e.kind().toString();
          case ProviderException.Refused e -> REFUSED;
          case ProviderException.Unsent e -> "UNSENT";
          case ProviderException.Hopeless e -> "HOPELESS";
        };
    return new FailureSignature(kind, words(failure.getMessage()));
  }

  /** Whether a reply came that is invalid, although it may be charged for. */
  public boolean isBadReply() {
    return kind.equals(ProviderException.Transient.Kind.BAD_REPLY.toString());
  }

  /** Whether the provider refused the texts, which costs nothing. */
  public boolean isRefusal() {
    return kind.equals(REFUSED);
  }

  /** Whether a text was refused because of its length. */
  public boolean namesLength() {
    return isRefusal() && OF_LENGTH.stream().anyMatch(words::contains);
  }

  private static String words(String message) {
    String begin = message.substring(0, Math.min(message.length(), MOST_CHARACTERS));
    StringBuilder words = new StringBuilder(begin.length());
    for (int at = 0; at < begin.length(); ) {
      int end = Math.max(afterDigits(begin, at), afterQuotation(begin, at));
      if (end == at) {
        end = at + 1;
        words.append(begin.charAt(at));
      } else if (begin.startsWith(STATUS, at - STATUS.length())) {
        words.append(begin, at, end);
      }
      at = end;
    }
    return words.toString().toLowerCase(Locale.ROOT);
  }

  /** The end of the digits that begin here; the same place if there are none. */
  private static int afterDigits(String message, int at) {
    int end = at;
    while (end < message.length() && message.charAt(end) >= '0' && message.charAt(end) <= '9') {
      end++;
    }
    return end;
  }

  /** The end of the quotation that begins here; the same place if there is none. */
  private static int afterQuotation(String message, int at) {
    boolean opens =
        QUOTES.indexOf(message.charAt(at)) >= 0
            && (at == 0 || !Character.isLetterOrDigit(message.charAt(at - 1)));
    int closing = opens ? message.indexOf(message.charAt(at), at + 1) : -1;
    return closing < 0 ? at : closing + 1;
  }
}
