package dev.embedctl.spark;

import java.util.Objects;
import org.HdrHistogram.Histogram;

/**
 * What a run has done. The vectors, calls and tokens that were paid for are counted in the rows of
 * the cache table, so that a task that ran twice counts once; all other figures of calls come from
 * accumulators, and no money depends on them.
 *
 * @param misses the distinct texts that were not in the cache
 * @param embedded the distinct texts whose vectors were paid for
 * @param failed the distinct texts that failed at the provider
 * @param invalidRows the rows without a text that can be embedded
 * @param calls the calls that were sent
 * @param tokens the tokens that were charged
 * @param retries the calls that repeated a request
 * @param rateLimited the calls that were refused because of the rate
 * @param busyNanos the time of all calls
 * @param nanos the time of the rounds
 * @param rounds the jobs that added to the cache table
 * @param latencies the time of the call of each text that has its vector
 */
public record JobFigures(
    long misses,
    long embedded,
    long failed,
    long invalidRows,
    long calls,
    long tokens,
    long retries,
    long rateLimited,
    long busyNanos,
    long nanos,
    int rounds,
    Histogram latencies) {
  public JobFigures {
    Objects.requireNonNull(latencies);
  }
}
