package dev.embedctl.provider.pace;

/**
 * How many calls may be in flight: fewer after each pushback, slowly more again while calls are
 * admitted, never more than the ceiling (additive increase, multiplicative decrease). A provider
 * that is not ready gets one call at a time until it answers one. Not safe for many threads at
 * once.
 */
final class CallWindow {
  private static final double DECREASE = 0.7;

  private static final double DECREASE_IN_TIME = 0.5;

  /** One more call after so many windows of admitted ones, so that pushback stays rare. */
  private static final double WINDOWS_FOR_ONE_MORE = 4;

  /**
   * The part of the time of a call that answers may take, were all calls to wait for each other.
   */
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

  /** A call was answered, after so many nanoseconds. */
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

  /** Calls are not answered within their time, so many nanoseconds. */
  void timedOut(long took) {
    time = took;
    size = Math.max(1, size * DECREASE_IN_TIME);
    probing = true;
  }

  /** The provider answers no call yet. */
  void notReady() {
    probing = true;
  }
}
