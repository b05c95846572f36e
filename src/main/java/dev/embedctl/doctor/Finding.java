package dev.embedctl.doctor;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What one check found.
 *
 * @param check what was looked at
 * @param found what is so, in a line
 * @param advice what to do, in a line, where something is to be done
 * @param figures what was measured, by name
 */
public record Finding(
    String check,
    Verdict verdict,
    String found,
    Optional<String> advice,
    Map<String, BigDecimal> figures) {

  /** Whether it is as it should be. */
  public enum Verdict {
    OK,
    /** It can be used, by who knows of it. */
    WARN,
    /** It cannot be used. */
    FAIL
  }

  public Finding {
    Objects.requireNonNull(check);
    Objects.requireNonNull(verdict);
    // What a server says of itself is not let loose on a terminal.
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

  /** The same, with a figure. */
  Finding with(String name, BigDecimal figure) {
    Map<String, BigDecimal> more = new LinkedHashMap<>(figures);
    more.put(name, figure);
    return new Finding(check, verdict, found, advice, more);
  }

  /** The same, with a count. */
  Finding with(String name, long count) {
    return with(name, BigDecimal.valueOf(count));
  }

  /** All of it in one line. */
  String told() {
    return found + advice.map(what -> "; " + what).orElse("");
  }
}
