package dev.embedctl.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.doctor.Finding.Verdict;
import dev.embedctl.provider.local.Processor;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is reported about the processor of a model in eight bits. */
final class ProcessorCheckTest {
  private static Processor processor(String... features) {
    return new Processor("amd64", Optional.of("Some Processor 3"), Set.of(features));
  }

  @Test
  void withoutInstructionsForEightBitsTheFloatModelIsAdvised() {
    Finding finding = ProcessorCheck.of(processor("sse2", "avx2")).orElseThrow();

    assertEquals(Verdict.WARN, finding.verdict());
    assertEquals(
        "Some Processor 3 has no instructions for eight bits (VNNI): the model in float32 is as"
            + " fast; use the model in float32, whose vectors are exact",
        finding.line());
  }

  @Test
  void aProcessorThatGainsAndAnUnknownOneAreNotMentioned() {
    assertEquals(Optional.empty(), ProcessorCheck.of(processor("sse2", "avx512_vnni")));
    assertEquals(Optional.empty(), ProcessorCheck.of(processor()));
  }
}
