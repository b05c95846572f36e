package dev.embedctl.doctor;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The result of one check.
 *
 * @param check the name of the check
 * @param found the result, on one line
 * @param advice an action for the user, on one line, if one is needed
 * @param figures the measured figures, by name
 */
public record Finding(
    String check,
    Verdict verdict,
    String found,
    Optional<String> advice,
    Map<String, BigDecimal> figures) {

  /** Whether the provider passed the check. */
  public enum Verdict {
    OK,
    /** The provider can be used, if the user takes this into account. */
    WARN,
    /** The provider cannot be used. */
    FAIL
  }

  public Finding {
    Objects.requireNonNull(check);
    Objects.requireNonNull(verdict);
    // A server's own text may contain control characters for a terminal.
    found = found.replaceAll("\\R|\t", " ").replaceAll("\\p{Cc}", "\uFFFD");
    Objects.requireNonNull(advice);
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
  }

  static Finding ok(String check, String found) {
    return new Finding(check, Verdict.OK, found, Optional.empty(), Map.of());
  }

  static Finding warn(String check, String found, String advice) {
    return new Finding(check, Verdict.WARN, found, Optional.of(advice), Map.of());
  }

  static Finding fail(String check, String found, Optional<String> advice) {
    return new Finding(check, Verdict.FAIL, found, advice, Map.of());
  }

  /** A copy with a figure added. */
  Finding with(String name, BigDecimal figure) {
    Map<String, BigDecimal> more = new LinkedHashMap<>(figures);
    more.put(name, figure);
    return new Finding(check, verdict, found, advice, more);
  }

  /** A copy with a count added. */
  Finding with(String name, long count) {
    return with(name, BigDecimal.valueOf(count));
  }

  /** The result and the advice on one line. */
  String line() {
    return found + advice.map(action -> "; " + action).orElse("");
  }
}
