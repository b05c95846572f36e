package dev.embedctl.verify;

import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Vector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/** So many of all records, each as likely as any other, with the vectors that the output has. */
public final class Sample {
  private final int size;
  private final RandomGenerator randomness;
  private final List<Sampled> taken = new ArrayList<>();
  private long shown;

  /**
   * One of them.
   *
   * @param place where its vector stands
   */
  public record Sampled(InputRecord record, String place, Vector vector) {}

  /** A sample of a size, 0 for none. */
  public Sample(int size, RandomGenerator randomness) {
    this.size = size;
    this.randomness = randomness;
  }

  /** Takes it or not. */
  void show(Sampled sampled) {
    shown++;
    if (taken.size() < size) {
      taken.add(sampled);
      return;
    }
    long place = randomness.nextLong(shown);
    if (place < size) {
      taken.set((int) place, sampled);
    }
  }

  /** What was taken, in the order of the input. */
  public List<Sampled> taken() {
    return taken.stream()
        .sorted(Comparator.comparingLong(sampled -> sampled.record().index()))
        .toList();
  }
}
