package dev.embedctl.doctor;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The options that make {@code batch} use the examined provider.
 *
 * @param settings values by option, as in a config file; several values of one option are lines
 * @param limits the limits in the server's headers, by the option that sets such a limit
 */
record Prescription(Map<String, String> settings, Map<String, String> limits) {
  private static final String PLAIN = "[A-Za-z0-9_./:=@%+,-]+";

  Prescription {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    limits = Collections.unmodifiableMap(new LinkedHashMap<>(limits));
  }

  /**
   * The options for a diagnosis.
   *
   * @param options the options of the examination that differ from their defaults
   */
  static Prescription of(Diagnosis diagnosis, Map<String, String> options) {
    Map<String, String> settings = new LinkedHashMap<>(options);
    diagnosis.fewerTexts().ifPresent(texts -> settings.put("texts-per-request", "" + texts));
    Map<String, String> limits = new LinkedHashMap<>();
    for (Finding finding : diagnosis.findings()) {
      if (finding.check().equals("rate limit")) {
        limit(finding, "requests").ifPresent(count -> limits.put("rpm", count));
        limit(finding, "tokens").ifPresent(count -> limits.put("tpm", count));
      }
    }
    return new Prescription(settings, limits);
  }

  private static Optional<String> limit(Finding finding, String figure) {
    return Optional.ofNullable(finding.figures().get(figure)).map(BigDecimal::toPlainString);
  }

  /** The lines of a config file. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    settings.forEach(
        (name, value) -> value.lines().forEach(each -> lines.add(name + " = " + each)));
    if (!limits.isEmpty()) {
      lines.add("# the limits in the server's headers; a run respects them without these lines");
      limits.forEach((name, value) -> lines.add("# " + name + " = " + value));
    }
    return lines;
  }

  /** The command line, for a shell. */
  String command() {
    StringBuilder command = new StringBuilder("embedctl batch INPUT -o OUTPUT");
    settings.forEach(
        (name, value) ->
            value
                .lines()
                .forEach(
                    each ->
                        command
                            .append(" --")
                            .append(name)
                            .append(each.equals("true") ? "" : " " + quoted(each))));
    return command.toString();
  }

  private static String quoted(String value) {
    return value.matches(PLAIN) ? value : "'" + value.replace("'", "'\\''") + "'";
  }
}
