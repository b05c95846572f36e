package dev.embedctl.spark;

import java.io.Serializable;

/**
 * Sums over the calls of a task.
 *
 * @param calls the calls that were sent
 * @param tokens the tokens that were charged for them
 * @param retries calls that repeated a request
 * @param rateLimited calls that were refused because of the rate
 * @param texts texts that were answered with vectors
 * @param nanos the time of all calls
 */
record CallTotals(long calls, long tokens, long retries, long rateLimited, long texts, long nanos)
    implements Serializable {
  static final CallTotals NONE = new CallTotals(0, 0, 0, 0, 0, 0);

  CallTotals plus(CallTotals other) {
    return new CallTotals(
        calls + other.calls,
        tokens + other.tokens,
        retries + other.retries,
        rateLimited + other.rateLimited,
        texts + other.texts,
        nanos + other.nanos);
  }
}
