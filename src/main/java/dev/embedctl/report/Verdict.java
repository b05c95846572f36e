package dev.embedctl.report;

import dev.embedctl.verify.Differences;
import dev.embedctl.verify.Drift;
import dev.embedctl.verify.Findings;
import java.util.Optional;

/**
 * What can be said of an output that was held against its input.
 *
 * @param drift where a sample was embedded again
 */
public record Verdict(
    String output, Findings findings, Optional<Drift> drift, Differences differences) {}
