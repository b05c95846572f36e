package dev.embedctl.provider.jobs;

import dev.embedctl.provider.ProviderException;
import java.util.Objects;
import java.util.OptionalLong;

/** The state of a job at a provider. */
public sealed interface JobState {

  /** A state in which the provider still works on the job or is about to. */
  sealed interface Pending extends JobState {}

  /** A state that does not change any more; there may be results in each of them. */
  sealed interface Ended extends JobState {}

  /** It was accepted and has not begun; it may be in validation. */
  record Waiting() implements Pending {}

  /** Its lines are being embedded. */
  record Running() implements Pending {}

  /** Its results are being written. */
  record Finishing() implements Pending {}

  /** It is being cancelled. */
  record Cancelling() implements Pending {}

  /** All lines have a result. */
  record Completed() implements Ended {}

  /** The provider's time for it is over; lines without a result were not embedded. */
  record Expired() implements Ended {}

  /** It was cancelled; lines without a result were not embedded. */
  record Cancelled() implements Ended {}

  /**
   * The account had too many tokens in jobs; nothing was embedded, and it can be created again when
   * other jobs have ended.
   *
   * @param limit the most tokens, if the provider names them
   * @param message the provider's words
   */
  record OverQuota(OptionalLong limit, String message) implements Ended {
    public OverQuota {
      Objects.requireNonNull(limit);
      Objects.requireNonNull(message);
    }
  }

  /**
   * The provider does not have it, or not for this key.
   *
   * @param message the provider's words
   */
  record Forgotten(String message) implements Ended {
    public Forgotten {
      Objects.requireNonNull(message);
    }
  }

  /**
   * It was rejected as a whole, or broke.
   *
   * @param cause hopeless if no other job of the run can succeed
   */
  record Failed(ProviderException cause) implements Ended {
    public Failed {
      Objects.requireNonNull(cause);
    }
  }
}
