package dev.embedctl.bench;

import java.util.List;

/** The time of a round. */
record Took(double seconds, double cpuSeconds) {
  Took less(Took other) {
    return new Took(seconds - other.seconds, cpuSeconds - other.cpuSeconds);
  }

  /** The measurement that other load on the machine disturbed least. */
  static Took least(List<Took> times) {
    return new Took(
        times.stream().mapToDouble(Took::seconds).min().orElseThrow(),
        times.stream().mapToDouble(Took::cpuSeconds).min().orElseThrow());
  }
}
