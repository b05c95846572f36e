package dev.embedctl.verify;

import dev.embedctl.cache.CaffeineCache;
import dev.embedctl.cache.NoCache;
import dev.embedctl.io.input.RecordSource;
import dev.embedctl.io.output.FailureSink;
import dev.embedctl.io.output.RecordSink;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome.Embedding;
import dev.embedctl.model.Outcome.Failed;
import dev.embedctl.model.StopSignal;
import dev.embedctl.model.Vector;
import dev.embedctl.pipeline.BatchPipeline;
import dev.embedctl.pipeline.PipelineOptions;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.verify.Difference.Kind;
import dev.embedctl.verify.Sample.Sampled;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Embeds the texts of a sample again, without vectors of earlier runs, and compares the vectors.
 */
public final class DriftCheck {
  private final String sourceName;
  private final List<Sampled> sample;
  private final double leastCosine;
  private final Differences differences;
  private final Map<Long, Vector> now = new HashMap<>();

  /**
   * A check of a sample.
   *
   * @param sourceName the name of the input in messages
   * @param leastCosine a lower cosine between the old and the new vector is a difference
   */
  public DriftCheck(
      String sourceName, List<Sampled> sample, double leastCosine, Differences differences) {
    this.sourceName = sourceName;
    this.sample = List.copyOf(sample);
    this.leastCosine = leastCosine;
    this.differences = differences;
  }

  /**
   * Runs the check. It does not close the provider.
   *
   * @param options with which failed texts are collected
   */
  public Drift run(EmbeddingProvider provider, PipelineOptions options, StopSignal stop)
      throws InterruptedException, IOException {
    try (RecordSource source = new SampleSource();
        RecordSink sink = new VectorCollector();
        FailureSink failures = new FailureCollector()) {
      new BatchPipeline(
              source,
              sink,
              failures,
              new CaffeineCache(new NoCache(), CaffeineCache.USUAL_BYTES),
              provider,
              options,
              stop,
              event -> {})
          .run();
    }
    return compare();
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
      double cosine = cosine(before, after);
      compared++;
      cosines += cosine;
      lowest = Math.min(lowest, cosine);
      greatest = Math.max(greatest, greatestDifference(before, after));
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

  private static double cosine(Vector one, Vector other) {
    double product = 0;
    double squaresOfOne = 0;
    double squaresOfOther = 0;
    for (int i = 0; i < one.dimensions(); i++) {
      product += (double) one.at(i) * other.at(i);
      squaresOfOne += (double) one.at(i) * one.at(i);
      squaresOfOther += (double) other.at(i) * other.at(i);
    }
    return Math.clamp(product / Math.sqrt(squaresOfOne * squaresOfOther), -1, 1);
  }

  private static double greatestDifference(Vector one, Vector other) {
    double greatest = 0;
    for (int i = 0; i < one.dimensions(); i++) {
      greatest = Math.max(greatest, Math.abs((double) one.at(i) - other.at(i)));
    }
    return greatest;
  }

  /** Reads the sample as an input. */
  private final class SampleSource implements RecordSource {
    private final Iterator<Sampled> rest = sample.iterator();

    @Override
    public String name() {
      return sourceName;
    }

    @Override
    public Optional<InputRecord> next() {
      return rest.hasNext() ? Optional.of(rest.next().record()) : Optional.empty();
    }

    @Override
    public void close() {}
  }

  /** Collects the vectors. */
  private final class VectorCollector implements RecordSink {
    @Override
    public Rendered render(List<Embedding> embeddings) {
      return () ->
          embeddings.forEach(embedding -> now.put(embedding.record().index(), embedding.vector()));
    }

    @Override
    public void flush() {}

    @Override
    public void commit() {}

    @Override
    public void close() {}
  }

  /** Counts a text that has an embedding but no longer gets one as a difference. */
  private final class FailureCollector implements FailureSink {
    @Override
    public void write(Failed failed) {
      differences.add(
          Kind.DRIFT,
          sourceName
              + ":"
              + failed.record().line()
              + ": no vector now: "
              + failed.failure().message());
    }

    @Override
    public void commit() {}

    @Override
    public void close() {}
  }
}
