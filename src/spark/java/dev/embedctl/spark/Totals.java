package dev.embedctl.spark;

import dev.embedctl.provider.ProviderSettings;
import dev.embedctl.provider.SpendingLimit;
import dev.embedctl.provider.pace.PaceLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What all tasks that run at the same time may do together: calls at once, requests and tokens a
 * minute, and the tokens that are left to spend.
 *
 * @param provider the settings of the job
 * @param tokensLeft the tokens that the job may still be charged for; empty for no limit
 */
record Totals(ProviderSettings provider, OptionalLong tokensLeft) {
  /** Fewer texts do not fill the requests of one task. */
  private static final long FEWEST_TEXTS = 2_000;

  /** How many tasks may share them, each with at least one call and one request a minute. */
  int tasks(int slots, long texts) {
    long most = Math.min(slots, provider.pace().concurrency());
    most = Math.min(most, provider.pace().requestsPerMinute().orElse(Integer.MAX_VALUE));
    most = Math.min(most, provider.pace().tokensPerMinute().orElse(Long.MAX_VALUE));
    return Math.toIntExact(Math.clamp(Math.ceilDiv(texts, FEWEST_TEXTS), 1, Math.max(1, most)));
  }

  /** The share of each task; together they are the totals. */
  List<ProviderSettings> shares(int tasks) {
    PaceLimits pace = provider.pace();
    List<ProviderSettings> shares = new ArrayList<>(tasks);
    for (int task = 0; task < tasks; task++) {
      shares.add(
          provider.within(
              new PaceLimits(
                  Math.toIntExact(share(pace.concurrency(), tasks, task)),
                  share(pace.requestsPerMinute(), tasks, task),
                  share(pace.tokensPerMinute(), tasks, task),
                  pace.backoff(),
                  pace.longestWait()),
              new SpendingLimit(share(tokensLeft, tasks, task), Optional.empty())));
    }
    return List.copyOf(shares);
  }

  private static OptionalInt share(OptionalInt total, int tasks, int task) {
    return total.isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(Math.toIntExact(share(total.getAsInt(), tasks, task)));
  }

  private static OptionalLong share(OptionalLong total, int tasks, int task) {
    return total.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(share(total.getAsLong(), tasks, task));
  }

  /** The first tasks get the remainder. */
  private static long share(long total, int tasks, int task) {
    return total / tasks + (task < total % tasks ? 1 : 0);
  }
}
