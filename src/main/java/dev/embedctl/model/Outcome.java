package dev.embedctl.model;

import java.time.Duration;
import java.util.Objects;

/** A record and its result. */
public sealed interface Outcome {

  /** The kinds of outcomes. A switch over a kind, unlike one over types, costs nothing at start. */
  enum Kind {
    /** {@link Hit}. */
    HIT,
    /** {@link Fresh}. */
    FRESH,
    /** {@link Failed}. */
    FAILED
  }

  Kind kind();

  InputRecord record();

  /** The time of the look-up for a hit, or of the request with its retries for a miss. */
  Duration latency();

  /** The record has a vector. */
  sealed interface Embedding extends Outcome {
    Vector vector();

    /** The windows whose mean the vector is; 1 where the text was embedded as a whole. */
    int parts();
  }

  /** Its vector, or those of all its windows, were in the cache when they were looked up. */
  record Hit(InputRecord record, Vector vector, Duration latency, int parts) implements Embedding {
    public Hit {
      Objects.requireNonNull(record);
      Objects.requireNonNull(vector);
      Objects.requireNonNull(latency);
      requireParts(parts);
    }

    @Override
    public Kind kind() {
      return Kind.HIT;
    }

    /** The hit of a text that was embedded as a whole. */
    public Hit(InputRecord record, Vector vector, Duration latency) {
      this(record, vector, latency, 1);
    }
  }

  /** Its vector, or that of a window, came from the provider in this run. */
  record Fresh(InputRecord record, Vector vector, Duration latency, int parts)
      implements Embedding {
    public Fresh {
      Objects.requireNonNull(record);
      Objects.requireNonNull(vector);
      Objects.requireNonNull(latency);
      requireParts(parts);
    }

    @Override
    public Kind kind() {
      return Kind.FRESH;
    }

    /** The vector of a text that was embedded as a whole. */
    public Fresh(InputRecord record, Vector vector, Duration latency) {
      this(record, vector, latency, 1);
    }
  }

  /** It has no vector. */
  record Failed(InputRecord record, TextFailure failure, Duration latency) implements Outcome {
    public Failed {
      Objects.requireNonNull(record);
      Objects.requireNonNull(failure);
      Objects.requireNonNull(latency);
    }

    @Override
    public Kind kind() {
      return Kind.FAILED;
    }
  }

  private static void requireParts(int parts) {
    if (parts < 1) {
      throw new IllegalArgumentException("parts: " + parts);
    }
  }
}
