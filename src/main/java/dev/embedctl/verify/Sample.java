package dev.embedctl.verify;

import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Vector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/** A uniform random sample of all records, with their vectors in the output. */
public final class Sample {
  private final int size;
  private final RandomGenerator randomness;
  private final List<Sampled> taken = new ArrayList<>();
  private long offered;

  /**
   * A record of the sample.
   *
   * @param place the place of its vector in the output
   */
  public record Sampled(InputRecord record, String place, Vector vector) {}

  /** A sample of the given size, which may be 0. */
  public Sample(int size, RandomGenerator randomness) {
    this.size = size;
    this.randomness = randomness;
  }

  /** Decides whether a record becomes part of the sample. */
  void offer(Sampled sampled) {
    offered++;
    if (taken.size() < size) {
      taken.add(sampled);
      return;
    }
    long place = randomness.nextLong(offered);
    if (place < size) {
      taken.set((int) place, sampled);
    }
  }

  /** The sample, in the order of the input. */
  public List<Sampled> taken() {
    return taken.stream()
        .sorted(Comparator.comparingLong(sampled -> sampled.record().index()))
        .toList();
  }
}
