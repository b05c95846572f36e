package dev.embedctl.pipeline;

import dev.embedctl.model.FailureCode;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome;
import dev.embedctl.model.TextFailure;
import dev.embedctl.model.Vector;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The vector of a long text: the mean of its windows' vectors, weighted by their tokens and scaled
 * to unit length. The record gets it once the last window has its vector.
 */
final class WindowMean implements Place.Windows {
  private final Place.OfRecord place;
  private final List<Window> windows;
  // Each element is written once before the counter decreases, and read when it is zero.
  private final Outcome[] outcomes;
  private final AtomicInteger awaited;

  WindowMean(Place.OfRecord place, List<Window> windows) {
    this.place = place;
    this.windows = List.copyOf(windows);
    this.outcomes = new Outcome[windows.size()];
    this.awaited = new AtomicInteger(windows.size());
  }

  List<Window> windows() {
    return windows;
  }

  Place placeOf(int window) {
    return new Place.OfWindow(place, window, this);
  }

  /** Sets the outcome of a window, once; the last one completes the record. */
  @Override
  public void put(int index, Outcome outcome) {
    outcomes[index] = outcome;
    if (awaited.decrementAndGet() == 0) {
      place.chunk().put(place.index(), outcome());
    }
  }

  private Outcome outcome() {
    InputRecord record = place.record();
    Duration longest = Duration.ZERO;
    boolean fresh = false;
    Sum sum = new Sum();
    for (int i = 0; i < outcomes.length; i++) {
      longest = longest.compareTo(outcomes[i].latency()) > 0 ? longest : outcomes[i].latency();
      switch (outcomes[i]) {
        case Outcome.Hit hit -> sum.add(hit.vector(), windows.get(i).tokens());
        case Outcome.Fresh bought -> {
          fresh = true;
          sum.add(bought.vector(), windows.get(i).tokens());
        }
        case Outcome.Failed failed -> {
          return new Outcome.Failed(record, inWindow(i, failed.failure()), failed.latency());
        }
      }
    }
    Vector mean = sum.ofUnitLength();
    if (mean.defect().isPresent()) {
      return new Outcome.Failed(
          record,
          new TextFailure(
              FailureCode.PROVIDER_FAILED,
              "the mean of the text's windows is not a valid vector: " + mean.defect().get(),
              0),
          longest);
    }
    return fresh
        ? new Outcome.Fresh(record, mean, longest, outcomes.length)
        : new Outcome.Hit(record, mean, longest, outcomes.length);
  }

  private TextFailure inWindow(int index, TextFailure failure) {
    return new TextFailure(
        failure.code(),
        "window " + (index + 1) + " of " + outcomes.length + ": " + failure.message(),
        failure.attempts());
  }

  /** A weighted sum in double precision, always in the order of the text. */
  private static final class Sum {
    private double[] values = {};

    void add(Vector vector, int weight) {
      if (values.length == 0) {
        values = new double[vector.dimensions()];
      }
      for (int i = 0; i < values.length; i++) {
        values[i] += (double) weight * vector.at(i);
      }
    }

    Vector ofUnitLength() {
      double squares = 0;
      for (double value : values) {
        squares += value * value;
      }
      double length = Math.sqrt(squares);
      float[] unit = new float[values.length];
      for (int i = 0; i < unit.length && length > 0; i++) {
        unit[i] = (float) (values[i] / length);
      }
      return Vector.wrap(unit);
    }
  }
}
