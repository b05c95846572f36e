package dev.embedctl.report;

import dev.embedctl.model.Parameter;
import dev.embedctl.pipeline.Findings;
import dev.embedctl.pipeline.Findings.Certainty;
import dev.embedctl.provider.catalog.TokenMeter.Precision;
import java.util.ArrayList;
import java.util.List;

/** Explains the figures of an estimate that are not exact counts. */
final class Assumptions {
  private Assumptions() {}

  /** A sentence for each kind of figure. */
  static List<String> of(Estimate estimate) {
    List<String> all = new ArrayList<>();
    Findings found = estimate.findings();
    if (estimate.precision() == Precision.ESTIMATED && found.textsToEmbed() > 0) {
      all.add(
          "the tokenizer of "
              + estimate.spec().model()
              + " is not available: likely assumes 4 bytes per token, low 8 characters, high 1"
              + " byte");
    }
    if (found.requests() < found.requestsAtMost()) {
      all.add(
          "requests assumes full requests; while fewer calls than "
              + Parameter.CONCURRENCY
              + " are in flight,"
              + " a run also sends partly filled ones, up to requests_at_most");
    }
    if (estimate.time().isPresent()) {
      all.add("no call is repeated, and each takes " + Estimate.CALL.toSeconds() + " second");
    }
    if (found.certainty() == Certainty.AT_LEAST) {
      all.add(
          "the memory was too small to find all duplicates: there may be more duplicates and"
              + " fewer texts to embed; a larger EMBEDCTL_HEAP helps");
    }
    if (estimate.memory() == Estimate.Memory.NONE && found.duplicates() > 0) {
      all.add(
          "without a cache, a text that occurs again after its call has ended is paid for again");
    }
    return all;
  }
}
