package dev.embedctl.provider.remote;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
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
  private static final JsonFactory JSON = new JsonFactory();
  private static final String A_DAYS_QUOTA = "PerDay";

  GoogleDetails {
    reasons = List.copyOf(reasons);
    quotas = List.copyOf(quotas);
    retryDelays = List.copyOf(retryDelays);
  }

  /** The details in a body; one that breaks off still gives what came before. */
  static GoogleDetails of(byte[] body) {
    List<String> reasons = new ArrayList<>();
    List<String> quotas = new ArrayList<>();
    List<Duration> delays = new ArrayList<>();
    try (JsonParser json = JSON.createParser(body)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.VALUE_STRING) {
          switch (String.valueOf(json.currentName())) {
            case "reason" -> reasons.add(json.getText());
            case "quotaId" -> quotas.add(json.getText());
            case "retryDelay" -> RateLimitHeaders.duration(json.getText()).ifPresent(delays::add);
            default -> {} // says nothing that is asked for here
          }
        }
      }
    } catch (IOException e) {
      return new GoogleDetails(reasons, quotas, delays); // the status says the rest
    }
    return new GoogleDetails(reasons, quotas, delays);
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
