package dev.embedctl.provider;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;

/** Hears of each call to a provider. Called from many threads. */
public interface CallListener {

  /** Hears of no call. */
  static CallListener none() {
    return new CallListener() {
      @Override
      public void began() {}

      @Override
      public void ended(Call call) {}

      @Override
      public void retrying(ProviderException.Transient.Kind reason) {}

      @Override
      public void waited(Wait why, Duration took) {}

      @Override
      public void heldBack(Duration wait) {}
    };
  }

  /** A call is about to be sent. */
  void began();

  /** A call has ended. */
  void ended(Call call);

  /** A request is about to be sent again: its last call brought no vectors, for this reason. */
  void retrying(ProviderException.Transient.Kind reason);

  /** A request was held up for so long, until now. */
  void waited(Wait why, Duration took);

  /** The provider asked for a wait; no call of the run goes before it is over. */
  void heldBack(Duration wait);

  /** What holds a request up that has its permit. */
  enum Wait {
    /** Its turn, under the run's pace. */
    PACE,
    /** The pause after a call that failed. */
    RETRY
  }

  /** How a call ended. */
  enum Ending {
    ANSWERED,
    RATE_LIMITED,
    FAILED
  }

  /**
   * One call.
   *
   * @param ending how it ended
   * @param texts texts in it
   * @param tokens what the provider counted for it, where it said so
   * @param unsaid tokens that it may be charged for where the provider did not say, estimated
   * @param took from before it was sent until its last byte was checked
   */
  record Call(Ending ending, int texts, OptionalLong tokens, long unsaid, Duration took) {
    public Call {
      Objects.requireNonNull(ending);
      Objects.requireNonNull(tokens);
      Objects.requireNonNull(took);
    }
  }
}
