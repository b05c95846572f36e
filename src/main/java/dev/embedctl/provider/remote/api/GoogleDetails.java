package dev.embedctl.provider.remote.api;

import dev.embedctl.provider.remote.errors.ErrorBody;
import dev.embedctl.provider.remote.errors.HeaderTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the details of an error of Google's say, as far as it tells what to do.
 *
 * @param reasons of an {@code ErrorInfo}
 * @param quotas the {@code quotaId} of each quota that was exceeded
 * @param retryDelays how long to wait
 */
record GoogleDetails(List<String> reasons, List<String> quotas, List<Duration> retryDelays) {
  private static final String A_DAYS_QUOTA = "PerDay";

  GoogleDetails {
    reasons = List.copyOf(reasons);
    quotas = List.copyOf(quotas);
    retryDelays = List.copyOf(retryDelays);
  }

  /** The details in a body. */
  static GoogleDetails of(ErrorBody body) {
    return new GoogleDetails(
        body.valuesNamed("reason"),
        body.valuesNamed("quotaId"),
        body.valuesNamed("retryDelay").stream()
            .flatMap(delay -> HeaderTime.duration(delay).stream())
            .toList());
  }

  /** Whether a day's quota is used up, whatever wait is asked for beside it. */
  boolean isOfTheDay() {
    return quotas.stream().anyMatch(id -> id.contains(A_DAYS_QUOTA));
  }

  /** The longest wait that is asked for. */
  Optional<Duration> retryDelay() {
    return retryDelays.stream().max(Duration::compareTo);
  }
}
