package dev.embedctl.provider;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;

/** Hears of each call to a provider when it has ended. Called from many threads. */
@FunctionalInterface
public interface CallListener {

  /** Hears nothing. */
  CallListener NONE = call -> {};

  /** A call has ended. */
  void ended(Call call);

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
   * @param attempt which call for its request it was, from 1
   * @param texts texts in it
   * @param tokens what the provider counted for it, where it said so
   * @param took from before it was sent until its last byte was checked
   */
  record Call(Ending ending, int attempt, int texts, OptionalLong tokens, Duration took) {
    public Call {
      Objects.requireNonNull(ending);
      Objects.requireNonNull(tokens);
      Objects.requireNonNull(took);
    }
  }
}
