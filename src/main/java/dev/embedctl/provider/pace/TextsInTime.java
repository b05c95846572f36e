package dev.embedctl.provider.pace;

/**
 * The number of texts that a provider embeds within the timeout of one call. It is halved after a
 * timeout, and doubled again once calls take a small part of the time. Times are nanoseconds. Not
 * thread-safe.
 */
final class TextsInTime {
  /** Answers that are faster than the timeout by this factor allow twice as many texts. */
  private static final int QUICK = 4;

  private int most = Integer.MAX_VALUE;
  private long time = Long.MAX_VALUE;

  /** The most texts in one call; unlimited while no call took too long. */
  int most() {
    return most;
  }

  /** A call with this number of texts was not answered in time. */
  void timedOut(int texts, long took) {
    most = Math.max(1, Math.min(most, texts / 2));
    time = took;
  }

  /** A call with this number of texts was answered. */
  void answered(int texts, long took) {
    if (texts >= most && took <= time / QUICK) {
      most = most > Integer.MAX_VALUE / 2 ? Integer.MAX_VALUE : 2 * most;
    }
  }
}
