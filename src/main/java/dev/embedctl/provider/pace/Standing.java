package dev.embedctl.provider.pace;

import java.time.Duration;

/**
 * Whether one of several servers gets the calls of a run: from a first call that it answers, until
 * it fails. Then it is left out for a while, which grows from failure to failure, and is tried
 * again. Times are nanoseconds. Not thread-safe.
 */
final class Standing {
  private static final long FIRST_PAUSE = Duration.ofSeconds(1).toNanos();
  private static final long LONGEST_PAUSE = Duration.ofMinutes(1).toNanos();

  private State state;
  private int trials;
  private int failuresInRow;
  private long until;

  private enum State {
    UNTRIED,
    /** It has asked to wait before its first trial had a result. */
    PUT_OFF,
    IN,
    OUT
  }

  private Standing(State state) {
    this.state = state;
  }

  /** The standing of the only server, which is never left out. */
  static Standing ofTheOnlyOne() {
    return new Standing(State.IN);
  }

  /** The standing of one of several servers. */
  static Standing untried() {
    return new Standing(State.UNTRIED);
  }

  /** Whether it gets calls. */
  boolean isIn() {
    return state == State.IN;
  }

  /** Whether it has failed and is left out. */
  boolean isOut() {
    return state == State.OUT;
  }

  /** Whether it has ever been tried, with any result. */
  boolean isTried() {
    return state != State.UNTRIED;
  }

  /** The time until it should be tried; at once if it never was. */
  long waitForTrial(long now) {
    return switch (state) {
      case IN -> Pace.UNTIL_ONE_RETURNS;
      case UNTRIED, PUT_OFF -> trials == 0 ? 0 : Pace.UNTIL_ONE_RETURNS;
      case OUT -> trials == 0 ? Math.max(0, until - now) : Pace.UNTIL_ONE_RETURNS;
    };
  }

  void trialBegan() {
    trials++;
  }

  void trialEnded() {
    trials--;
  }

  /** It asks to wait. */
  void putOff() {
    if (state == State.UNTRIED) {
      state = State.PUT_OFF;
    }
  }

  /** It works, and gets calls from now on. */
  void letIn() {
    state = State.IN;
  }

  /** It has answered a call that was no trial. */
  void answered() {
    failuresInRow = 0;
  }

  /**
   * It has failed, and is left out for a while.
   *
   * @return the length of the while; 0 if it is left out already
   */
  long leaveOut(long now) {
    if (state == State.OUT && until - now > 0) {
      return 0; // a call that was sent before the failure of another one
    }
    double doubled = FIRST_PAUSE * Math.pow(2, failuresInRow);
    long pause = (long) Math.min(doubled, (double) LONGEST_PAUSE);
    failuresInRow++;
    state = State.OUT;
    until = now + pause;
    return pause;
  }
}
