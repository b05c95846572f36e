package dev.embedctl.provider.jobs;

import dev.embedctl.provider.ProviderLimits;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The limits of a provider's jobs; a job must be within all of them.
 *
 * @param line the limits of the texts in one line
 * @param lines the most lines of a job
 * @param texts the most texts in all lines of a job
 * @param bytes the most bytes of a job's file, line ends included
 * @param enqueuedTokens the most tokens in all jobs that have not ended, if known
 * @param jobs the most jobs at once that have not ended, if limited
 * @param priceShare the part of the usual price that is paid, for example 0.5
 * @param window the time after which a job that is not done expires
 */
public record JobLimits(
    ProviderLimits line,
    int lines,
    int texts,
    long bytes,
    OptionalLong enqueuedTokens,
    OptionalInt jobs,
    BigDecimal priceShare,
    Duration window) {
  public JobLimits {
    Objects.requireNonNull(line);
    Objects.requireNonNull(enqueuedTokens);
    Objects.requireNonNull(jobs);
    Objects.requireNonNull(window);
    if (lines < 1 || texts < 1 || bytes < 1) {
      throw new IllegalArgumentException("limits of a job: " + lines + ", " + texts + ", " + bytes);
    }
    if (priceShare.signum() < 0 || priceShare.compareTo(BigDecimal.ONE) > 0) {
      throw new IllegalArgumentException("share of the price: " + priceShare);
    }
  }
}
