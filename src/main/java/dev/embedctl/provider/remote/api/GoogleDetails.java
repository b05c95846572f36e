package dev.embedctl.provider.remote.api;

import dev.embedctl.provider.remote.errors.ErrorBody;
import dev.embedctl.provider.remote.errors.HeaderTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The details of an error of Google's APIs.
 *
 * @param reasons the reasons in {@code ErrorInfo}
 * @param quotas the {@code quotaId} of each exceeded quota
 * @param retryDelays the requested waits
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

  /** Whether a daily quota is used up, regardless of the requested wait. */
  boolean isOfTheDay() {
    return quotas.stream().anyMatch(id -> id.contains(A_DAYS_QUOTA));
  }

  /** The longest requested wait. */
  Optional<Duration> retryDelay() {
    return retryDelays.stream().max(Duration::compareTo);
  }
}
