package dev.embedctl.doctor;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to say to {@code batch} to use what was examined.
 *
 * @param settings by option, as a config file says them
 * @param limits what its headers allow, by the option that would keep below it
 */
record Prescription(Map<String, String> settings, Map<String, String> limits) {
  private static final String PLAIN = "[A-Za-z0-9_./:=@%+,-]+";

  Prescription {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    limits = Collections.unmodifiableMap(new LinkedHashMap<>(limits));
  }

  /**
   * A prescription.
   *
   * @param asked the options by which it was asked, those that are not as they are by default
   */
  static Prescription of(Diagnosis diagnosis, Map<String, String> asked) {
    Map<String, String> settings = new LinkedHashMap<>(asked);
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
    settings.forEach((name, value) -> lines.add(name + " = " + value));
    if (!limits.isEmpty()) {
      lines.add("# what its headers allow; a run keeps to them without being told");
      limits.forEach((name, value) -> lines.add("# " + name + " = " + value));
    }
    return lines;
  }

  /** The command line, for a shell. */
  String command() {
    StringBuilder command = new StringBuilder("embedctl batch INPUT -o OUTPUT");
    settings.forEach(
        (name, value) ->
            command
                .append(" --")
                .append(name)
                .append(value.equals("true") ? "" : " " + quoted(value)));
    return command.toString();
  }

  private static String quoted(String value) {
    return value.matches(PLAIN) ? value : "'" + value.replace("'", "'\\''") + "'";
  }
}
