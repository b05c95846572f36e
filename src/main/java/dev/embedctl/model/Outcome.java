package dev.embedctl.model;

import java.time.Duration;
import java.util.Objects;

/** A record and its result. */
public sealed interface Outcome {

  InputRecord record();

  /** The time of the look-up for a hit, or of the request with its retries for a miss. */
  Duration latency();

  /** The record has a vector. */
  sealed interface Embedding extends Outcome {
    Vector vector();
  }

  /** Its vector was in the cache when it was looked up. */
  record Hit(InputRecord record, Vector vector, Duration latency) implements Embedding {
    public Hit {
      Objects.requireNonNull(record);
      Objects.requireNonNull(vector);
      Objects.requireNonNull(latency);
    }
  }

  /** Its vector came from the provider in this run. */
  record Fresh(InputRecord record, Vector vector, Duration latency) implements Embedding {
    public Fresh {
      Objects.requireNonNull(record);
      Objects.requireNonNull(vector);
      Objects.requireNonNull(latency);
    }
  }

  /** It has no vector. */
  record Failed(InputRecord record, TextFailure failure, Duration latency) implements Outcome {
    public Failed {
      Objects.requireNonNull(record);
      Objects.requireNonNull(failure);
      Objects.requireNonNull(latency);
    }
  }
}
