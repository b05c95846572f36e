package dev.embedctl.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A diagnosis as text: one line for each finding, then the lines for the config file. */
public final class DiagnosisText {
  private static final String CONTINUED = " ".repeat(18);

  private DiagnosisText() {}

  /**
   * The lines.
   *
   * @param options the options of the examination that differ from their defaults
   */
  public static List<String> lines(Diagnosis diagnosis, Map<String, String> options) {
    List<String> lines = new ArrayList<>();
    for (Finding finding : diagnosis.findings()) {
      lines.add(
          String.format(
              Locale.ROOT, "%-4s  %-11s %s", word(finding), finding.check(), finding.found()));
      finding.advice().ifPresent(advice -> lines.add(CONTINUED + advice));
    }
    lines.add("");
    if (diagnosis.unusable().isPresent()) {
      lines.add("the provider cannot be used with these settings");
      return lines;
    }
    Prescription prescription = Prescription.of(diagnosis, options);
    lines.add("the provider can be used; put this into config.properties:");
    lines.add("");
    lines.addAll(prescription.lines());
    lines.add("");
    lines.add("or type:");
    lines.add("");
    lines.add(prescription.command());
    return lines;
  }

  private static String word(Finding finding) {
    return finding.verdict().name().toLowerCase(Locale.ROOT);
  }
}
