package dev.embedctl.provider.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The processor of this machine, as far as the system describes it.
 *
 * @param architecture as Java names it
 * @param model its name; empty if the system has no file with it
 * @param features its instruction sets, by the system's names; empty if the system has no file with
 *     them
 */
public record Processor(String architecture, Optional<String> model, Set<String> features) {
  private static final Path LINUX = Path.of("/proc/cpuinfo");

  /** Instruction sets for which the runtime has other code, so that the last bits differ. */
  private static final List<String> DECISIVE =
      List.of(
          "avx",
          "avx2",
          "fma",
          "avx_vnni",
          "avx512f",
          "avx512bw",
          "avx512_vnni",
          "amx_int8",
          "asimddp",
          "i8mm",
          "sve");

  /** Instructions that multiply and add eight-bit numbers at several times the pace of floats. */
  private static final List<String> VNNI = List.of("avx_vnni", "avx512_vnni", "amx_int8");

  public Processor {
    features = Set.copyOf(features);
  }

  /** This machine's. */
  public static Processor here() {
    return read(LINUX, System.getProperty("os.arch", ""));
  }

  /** The first processor of a file in the form of {@code /proc/cpuinfo}. */
  static Processor read(Path file, String architecture) {
    Optional<String> model = Optional.empty();
    Set<String> features = Set.of();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      // Later processors are the same, and many of them would take long to list.
      for (String line = lines.readLine();
          line != null && !line.isBlank();
          line = lines.readLine()) {
        int colon = line.indexOf(':');
        String value = line.substring(colon + 1).strip();
        switch (line.substring(0, Math.max(colon, 0)).strip()) {
          case "model name" -> model = Optional.of(value);
          case "flags", "Features" -> features = Set.of(value.split("\\s+"));
          default -> {} // does not matter for a model
        }
      }
    } catch (IOException e) {
      // Other systems have no such file.
    }
    return new Processor(architecture, model, features);
  }

  /**
   * The instruction sets on which the last bits of a computed vector depend. Eight-bit models
   * amplify such differences.
   */
  String decisive() {
    List<String> found = new ArrayList<>(List.of(architecture));
    DECISIVE.stream().filter(features::contains).forEach(found::add);
    return String.join(" ", found);
  }

  /** Whether it is known to have no instructions for products of eight-bit numbers. */
  public boolean computesFloatsAsFast() {
    return features.contains("sse2") && VNNI.stream().noneMatch(features::contains);
  }
}
