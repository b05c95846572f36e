package dev.embedctl.report;

import dev.embedctl.verify.Differences;
import dev.embedctl.verify.Drift;
import dev.embedctl.verify.Findings;
import java.util.Optional;

/**
 * The result of comparing an output with its input.
 *
 * @param drift if a sample was embedded again
 */
public record Verdict(
    String output, Findings findings, Optional<Drift> drift, Differences differences) {}
