package dev.embedctl.doctor;

import dev.embedctl.provider.local.Processor;
import java.util.Optional;

/** Checks whether a processor gains by a model in eight bits. */
final class ProcessorCheck {
  private ProcessorCheck() {}

  /** A warning if it does not. */
  static Optional<Finding> of(Processor processor) {
    if (!processor.computesFloatsAsFast()) {
      return Optional.empty();
    }
    return Optional.of(
        Finding.warn(
            "processor",
            processor.model().orElse("this processor")
                + " has no instructions for eight bits (VNNI): the model in float32 is as fast",
            "use the model in float32, whose vectors are exact"));
  }
}
