package dev.embedctl.verify;

import dev.embedctl.model.InputRecord;
import dev.embedctl.model.StopSignal;
import dev.embedctl.model.Text;
import dev.embedctl.model.Vector;
import dev.embedctl.service.EmbeddingError;
import dev.embedctl.service.EmbeddingReceiver;
import dev.embedctl.service.EmbeddingResponse;
import dev.embedctl.service.EmbeddingService;
import dev.embedctl.verify.Difference.Kind;
import dev.embedctl.verify.Sample.Sampled;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Embeds the texts of a sample again, without vectors of earlier runs, and compares the vectors.
 */
public final class DriftCheck {
  private final List<Sampled> sample;
  private final double leastCosine;
  private final Differences differences;
  private final Map<Long, Vector> now = new HashMap<>();

  /**
   * A check of a sample.
   *
   * @param leastCosine a lower cosine between the old and the new vector is a difference
   */
  public DriftCheck(List<Sampled> sample, double leastCosine, Differences differences) {
    this.sample = List.copyOf(sample);
    this.leastCosine = leastCosine;
    this.differences = differences;
  }

  /**
   * Embeds the texts of the sample.
   *
   * @param service one that collects the texts that fail
   */
  public Drift run(EmbeddingService service, StopSignal stop) throws InterruptedException {
    service.generate(sample.stream().map(DriftCheck::text).iterator(), new Comparing(), stop);
    return compare();
  }

  private static String text(Sampled sampled) {
    return switch (sampled.record().text()) {
      case Text.Valid valid -> valid.value();
      case Text.Invalid invalid ->
          throw new IllegalStateException("a record with a vector has a text");
    };
  }

  private Drift compare() {
    double lowest = 1;
    double cosines = 0;
    double greatest = 0;
    int compared = 0;
    for (Sampled sampled : sample) {
      Vector before = sampled.vector();
      Vector after = now.get(sampled.record().index());
      if (after == null) {
        continue;
      }
      if (before.dimensions() != after.dimensions()) {
        differences.add(
            Kind.DRIFT,
            sampled.place()
                + ": "
                + before.dimensions()
                + " dimensions, but the model now returns "
                + after.dimensions());
        continue;
      }
      double cosine = before.cosine(after);
      compared++;
      cosines += cosine;
      lowest = Math.min(lowest, cosine);
      greatest = Math.max(greatest, before.greatestDifference(after));
      if (cosine < leastCosine) {
        differences.add(
            Kind.DRIFT,
            String.format(
                Locale.ROOT,
                "%s: the model now returns another vector; the cosine is %.6f",
                sampled.place(),
                cosine));
      }
    }
    return new Drift(
        now.size(),
        sample.size() - now.size(),
        compared == 0
            ? Optional.empty()
            : Optional.of(new Drift.Distance(lowest, cosines / compared, greatest)));
  }

  /** Keeps the vectors; a text that has an embedding and gets none now is a difference too. */
  private final class Comparing implements EmbeddingReceiver {
    @Override
    public void embedded(EmbeddingResponse response) {
      now.put(record(response.index()).index(), response.embedding());
    }

    @Override
    public void failed(EmbeddingError error) {
      differences.add(
          Kind.DRIFT,
          record(error.index()).place() + ": no vector now: " + error.failure().message());
    }

    private InputRecord record(long place) {
      return sample.get(Math.toIntExact(place)).record();
    }
  }
}
