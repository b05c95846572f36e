package dev.embedctl.provider;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;

/** Receives events about each call to a provider. Called from many threads. */
public interface CallListener {

  /** A listener that ignores all events. */
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

  /** A request is about to be sent again, since its last call returned no vectors. */
  void retrying(ProviderException.Transient.Kind reason);

  /** A request waited for this time, which is over now. */
  void waited(Wait why, Duration took);

  /** The provider asked for a wait; the run sends no call before it is over. */
  void heldBack(Duration wait);

  /** The reason why a request with a permit waits. */
  enum Wait {
    /** The limits of the run's pace. */
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
   * @param texts the number of texts
   * @param tokens the tokens that the provider counted, if it reports them
   * @param uncounted an estimate of the charged tokens if the provider reports none
   * @param took the time from sending the call until its reply was checked
   */
  record Call(Ending ending, int texts, OptionalLong tokens, long uncounted, Duration took) {
    public Call {
      Objects.requireNonNull(ending);
      Objects.requireNonNull(tokens);
      Objects.requireNonNull(took);
    }
  }
}
