package dev.embedctl.provider.pace;

/**
 * How many texts a provider embeds within the time of one call: half of those that took too long,
 * and twice as many again once they take a small part of the time. Times are nanoseconds. Not safe
 * for many threads at once.
 */
final class TextsInTime {
  /** Answers that are quicker by so much leave room for twice as many texts. */
  private static final int QUICK = 4;

  private int most = Integer.MAX_VALUE;
  private long time = Long.MAX_VALUE;

  /** Texts that one call may have; as many as an int holds while no call took too long. */
  int most() {
    return most;
  }

  /** A call with so many texts was not answered in time. */
  void timedOut(int texts, long took) {
    most = Math.max(1, Math.min(most, texts / 2));
    time = took;
  }

  /** A call with so many texts was answered. */
  void answered(int texts, long took) {
    if (texts >= most && took <= time / QUICK) {
      most = most > Integer.MAX_VALUE / 2 ? Integer.MAX_VALUE : 2 * most;
    }
  }
}
