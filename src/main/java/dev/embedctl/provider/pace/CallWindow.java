package dev.embedctl.provider.pace;

/**
 * The limit of calls in flight. It falls after each refusal, rises slowly while calls are admitted,
 * and never exceeds the ceiling (additive increase, multiplicative decrease). A provider that is
 * not ready gets one call at a time until it answers one. Not thread-safe.
 */
final class CallWindow {
  private static final double DECREASE = 0.7;

  private static final double DECREASE_IN_TIME = 0.5;

  /** The limit rises by one after this number of full windows, so that refusals stay rare. */
  private static final double WINDOWS_FOR_ONE_MORE = 4;

  /** The part of the timeout that an answer may take if all calls wait for each other. */
  private static final double PART_OF_TIME = 0.8;

  private final int ceiling;
  private double size;
  private int inFlight;
  private boolean probing;
  private long time = Long.MAX_VALUE;

  CallWindow(int ceiling) {
    this.ceiling = ceiling;
    this.size = ceiling;
  }

  boolean hasRoom() {
    return inFlight < (probing ? 1 : (int) size);
  }

  void sent() {
    inFlight++;
  }

  void returned() {
    inFlight--;
  }

  /** A call was answered after this number of nanoseconds. */
  void admitted(long took) {
    probing = false;
    double oneMore = ((int) size + 1.0) / (int) size;
    if (took * oneMore <= PART_OF_TIME * time) {
      size = Math.min(ceiling, size + 1 / (WINDOWS_FOR_ONE_MORE * size));
    }
  }

  void pushedBack() {
    size = Math.max(1, size * DECREASE);
  }

  /** A call was not answered within its timeout, in nanoseconds. */
  void timedOut(long took) {
    time = took;
    size = Math.max(1, size * DECREASE_IN_TIME);
    probing = true;
  }

  /** The provider does not answer calls yet. */
  void notReady() {
    probing = true;
  }
}
