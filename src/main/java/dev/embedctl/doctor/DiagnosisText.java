package dev.embedctl.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A diagnosis for people: a line a finding, then what to put into the config. */
public final class DiagnosisText {
  private static final String CONTINUED = " ".repeat(18);

  private DiagnosisText() {}

  /**
   * The lines.
   *
   * @param asked the options by which it was asked, those that are not as they are by default
   */
  public static List<String> lines(Diagnosis diagnosis, Map<String, String> asked) {
    List<String> lines = new ArrayList<>();
    for (Finding finding : diagnosis.findings()) {
      lines.add(
          String.format(
              Locale.ROOT, "%-4s  %-11s %s", word(finding), finding.check(), finding.found()));
      finding.advice().ifPresent(advice -> lines.add(CONTINUED + advice));
    }
    lines.add("");
    if (diagnosis.unusable().isPresent()) {
      lines.add("it cannot be used as it is");
      return lines;
    }
    Prescription prescription = Prescription.of(diagnosis, asked);
    lines.add("it can be used; put this into config.properties:");
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
