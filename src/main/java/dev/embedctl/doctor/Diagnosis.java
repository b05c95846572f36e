package dev.embedctl.doctor;

import dev.embedctl.doctor.Finding.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The result of an examination.
 *
 * @param fewerTexts the most texts in one request, if the server takes fewer than was known
 * @param cause the exception of the call that failed, if one did
 */
public record Diagnosis(
    Subject subject, List<Finding> findings, OptionalInt fewerTexts, Optional<Exception> cause) {

  public Diagnosis {
    Objects.requireNonNull(subject);
    findings = List.copyOf(findings);
    Objects.requireNonNull(fewerTexts);
    Objects.requireNonNull(cause);
  }

  static Diagnosis of(Subject subject, Observations seen) {
    List<Finding> findings = new ArrayList<>();
    if (seen.calls().isEmpty()) {
      seen.failure().map(f -> FailureCheck.ofTheFirst(subject, f)).ifPresent(findings::add);
      seen.learned().forEach(sentence -> findings.add(Finding.ok("learned", sentence)));
    } else {
      ServerChecks server = new ServerChecks(subject, seen);
      findings.addAll(server.identity());
      findings.addAll(new VectorChecks(subject, seen).findings());
      findings.addAll(server.behaviour());
      subject.processor().flatMap(ProcessorCheck::of).ifPresent(findings::add);
      seen.failure().map(f -> FailureCheck.ofALater(subject, f)).ifPresent(findings::add);
    }
    int texts = seen.after().textsPerRequest();
    return new Diagnosis(
        subject,
        findings,
        texts < seen.before().textsPerRequest() ? OptionalInt.of(texts) : OptionalInt.empty(),
        seen.failure().map(Observations.Failure::exception));
  }

  /** The reason why the provider cannot be used, on one line; empty if it can. */
  public Optional<String> unusable() {
    return findings.stream()
        .filter(finding -> finding.verdict() == Verdict.FAIL)
        .findFirst()
        .map(Finding::line);
  }
}
