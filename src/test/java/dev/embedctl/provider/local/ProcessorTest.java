package dev.embedctl.provider.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads the description of processors that Linux gives. */
final class ProcessorTest {
  @TempDir Path folder;

  private Processor read(String description, String architecture) throws IOException {
    Path file = folder.resolve("cpuinfo");
    Files.writeString(file, description);
    return Processor.read(file, architecture);
  }

  private Processor intel(String flags) throws IOException {
    return read(
        """
        processor\t: 0
        model name\t: Some Processor 3
        flags\t\t: %s
        bugs\t\t: none

        processor\t: 1
        model name\t: Another
        flags\t\t: fpu
        """
            .formatted(flags),
        "amd64");
  }

  @Test
  void readsTheFirstProcessor() throws IOException {
    assertEquals(
        new Processor("amd64", Optional.of("Some Processor 3"), Set.of("fpu", "sse2", "avx2")),
        intel("fpu sse2 avx2"));
  }

  @Test
  void aProcessorWithoutVnniComputesFloatsAsFast() throws IOException {
    assertTrue(intel("fpu sse2 avx2 avx512f").computesFloatsAsFast());
    assertFalse(intel("fpu sse2 avx2 avx_vnni").computesFloatsAsFast());
    assertFalse(intel("fpu sse2 avx512f avx512_vnni").computesFloatsAsFast());
  }

  @Test
  void anUnknownProcessorIsNotJudged() throws IOException {
    Processor arm = read("processor\t: 0\nFeatures\t: fp asimd asimddp\n", "aarch64");

    assertFalse(arm.computesFloatsAsFast());
    assertEquals("aarch64 asimddp", arm.decisive());
    Processor unknown = Processor.read(folder.resolve("none"), "aarch64");
    assertFalse(unknown.computesFloatsAsFast());
    assertEquals(new Processor("aarch64", Optional.empty(), Set.of()), unknown);
  }

  @Test
  void onlyInstructionSetsWithOtherCodeInTheRuntimeAreDecisive() throws IOException {
    assertEquals("amd64 avx2 fma", intel("fpu sse2 fma avx2").decisive());
    assertEquals(intel("avx2 fma").decisive(), intel("aes fma sse2 avx2").decisive());
  }
}
