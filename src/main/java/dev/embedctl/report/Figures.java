package dev.embedctl.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Formats numbers with their units for people. */
final class Figures {
  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm:ss 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private Figures() {}

  static String count(double number) {
    return String.format(Locale.ROOT, "%,.0f", number);
  }

  /** A count with its noun: "1 text", "2 texts". */
  static String count(double number, String word) {
    return count(number) + " " + word + (number == 1 ? "" : "s");
  }

  static String retries(double number) {
    return count(number) + (number == 1 ? " retry" : " retries");
  }

  /** A count with few digits: "1.2 M", "340 k". */
  static String compact(double number) {
    double millions = number / 1e6;
    return millions >= 1
        ? String.format(Locale.ROOT, millions < 10 ? "%.1f M" : "%,.0f M", millions)
        : number >= 1e5 ? count(number / 1e3) + " k" : count(number);
  }

  static String rate(double number) {
    return String.format(Locale.ROOT, number < 10 ? "%,.1f" : "%,.0f", number);
  }

  static String percent(double share) {
    double percent = 100 * share;
    boolean edge = (percent > 0 && percent < 10) || (percent > 99 && percent < 100);
    String shown = String.format(Locale.ROOT, edge ? "%.1f" : "%.0f", percent);
    return switch (shown) {
      case "0.0" -> "< 0.1 %";
      case "100.0" -> "> 99.9 %";
      default -> shown + " %";
    };
  }

  static String milliseconds(double ms) {
    if (ms >= 1000) {
      return seconds(ms / 1000);
    }
    String pattern =
        ms >= 100 ? "%.0f ms" : ms >= 10 ? "%.1f ms" : ms >= 0.1 ? "%.2f ms" : "%.3f ms";
    return String.format(Locale.ROOT, ms == 0 ? "%.0f ms" : pattern, ms);
  }

  static String seconds(double seconds) {
    if (seconds < 60) {
      return String.format(Locale.ROOT, seconds < 10 ? "%.2f s" : "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    long hours = whole / 3600;
    return hours > 0
        ? String.format(Locale.ROOT, "%d h %02d min", hours, whole % 3600 / 60)
        : String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
  }

  /** Dollars; small amounts keep two significant digits. */
  static String dollars(double usd) {
    if (usd == 0) {
      return "$0";
    }
    if (usd >= 0.1) {
      return String.format(Locale.ROOT, "$%,.2f", usd);
    }
    BigDecimal shown = new BigDecimal(usd).round(new MathContext(2)).stripTrailingZeros();
    return "$" + shown.setScale(Math.max(2, shown.scale())).toPlainString();
  }

  /** An instant in ISO format, reformatted; any other text is returned unchanged. */
  static String moment(String instant) {
    try {
      return MOMENT.format(Instant.parse(instant));
    } catch (DateTimeException e) {
      return instant;
    }
  }
}
