package dev.embedctl.model;

import java.util.Objects;

/** What became of a record. */
public sealed interface Outcome {

  /** Its vector was in the cache when it was looked up. */
  record Hit(Vector vector) implements Outcome {
    public Hit {
      Objects.requireNonNull(vector);
    }
  }

  /** Its vector came from the provider in this run. */
  record Embedded(Vector vector) implements Outcome {
    public Embedded {
      Objects.requireNonNull(vector);
    }
  }

  /** It has no vector. */
  record Failed(TextFailure failure) implements Outcome {
    public Failed {
      Objects.requireNonNull(failure);
    }
  }
}
