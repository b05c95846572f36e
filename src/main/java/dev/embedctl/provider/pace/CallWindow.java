package dev.embedctl.provider.pace;

/**
 * How many calls may be in flight: fewer after each pushback, slowly more again while calls are
 * admitted, never more than the ceiling (additive increase, multiplicative decrease). Not safe for
 * many threads at once.
 */
final class CallWindow {
  private static final double DECREASE = 0.7;

  /** One more call after so many windows of admitted ones, so that pushback stays rare. */
  private static final double WINDOWS_FOR_ONE_MORE = 4;

  private final int ceiling;
  private double size;
  private int inFlight;

  CallWindow(int ceiling) {
    this.ceiling = ceiling;
    this.size = ceiling;
  }

  boolean hasRoom() {
    return inFlight < (int) size;
  }

  void sent() {
    inFlight++;
  }

  void returned() {
    inFlight--;
  }

  void admitted() {
    size = Math.min(ceiling, size + 1 / (WINDOWS_FOR_ONE_MORE * size));
  }

  void pushedBack() {
    size = Math.max(1, size * DECREASE);
  }
}
