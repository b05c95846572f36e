package dev.embedctl.provider.remote.aws;

import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Signatures that AWS rejects because of this machine's clock. */
final class ClockSkew {
  private static final Pattern WORDS =
      Pattern.compile(
          "signature expired|signature not yet (?:current|valid)|is now earlier than"
              + "|time too skewed|request (?:has )?expired|requestexpired|requesttimetooskewed",
          Pattern.CASE_INSENSITIVE);

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT);

  private ClockSkew() {}

  /** Whether the words of an error are about the time of a signature. */
  static boolean in(String words) {
    return WORDS.matcher(words).find();
  }

  /** A sentence that states how wrong the clock is, as far as the reply's date tells. */
  static String message(HttpHeaders headers, Clock clock) {
    return "this machine's clock is "
        + difference(headers, clock).map(ClockSkew::words).orElse("wrong")
        + ", so AWS rejects its signatures; set the clock";
  }

  /** Positive if this clock is behind. */
  private static Optional<Duration> difference(HttpHeaders headers, Clock clock) {
    try {
      return headers
          .firstValue("date")
          .map(date -> Duration.between(clock.instant(), Instant.from(DATE.parse(date))))
          .filter(difference -> difference.abs().compareTo(Duration.ofMinutes(1)) > 0);
    } catch (DateTimeException e) {
      return Optional.empty(); // the sentence states no figure then
    }
  }

  private static String words(Duration difference) {
    long minutes = difference.abs().toMinutes();
    String size = minutes < 120 ? minutes + " min" : difference.abs().toHours() + " h";
    return size + (difference.isNegative() ? " ahead" : " behind");
  }
}
