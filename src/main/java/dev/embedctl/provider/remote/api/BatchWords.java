package dev.embedctl.provider.remote.api;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.jobs.JobState;
import dev.embedctl.provider.remote.errors.FailedReply;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words for failed jobs and full queues. */
final class BatchWords {
  private static final String OVER_QUOTA = "token_limit_exceeded";

  private static final Pattern FULL =
      Pattern.compile(
          "enqueued.?token|batch.{0,40}(?:limit|quota|too many)"
              + "|(?:limit|quota|too many).{0,40}batch",
          Pattern.CASE_INSENSITIVE);

  private static final int TOO_MANY = 429;

  /** "Limit: 3,000,000 enqueued tokens". */
  private static final Pattern LIMIT =
      Pattern.compile("limit:? {1,3}(\\d{1,3}+(?:,?\\d{3}){0,4}+)", Pattern.CASE_INSENSITIVE);

  private static final Set<String> NO_MONEY =
      Set.of("billing_hard_limit_reached", "insufficient_quota", "credit_balance_exhausted");

  private static final Set<String> NO_MODEL = Set.of("model_not_found", "invalid_model");

  private BatchWords() {}

  /** Whether a reply says that the provider holds too much work of the account already. */
  static boolean isFull(FailedReply reply) {
    return reply.body().valuesNamed("code").contains(OVER_QUOTA)
        || (reply.status() == TOO_MANY && FULL.matcher(reply.body().message()).find());
  }

  /**
   * The same for an API whose 429 is always about jobs, unless it asks to wait for a certain time.
   */
  static boolean isFullUnlessItAsksToWait(FailedReply reply) {
    return isFull(reply)
        || (reply.status() == TOO_MANY
            && reply.headers().firstValue("retry-after").isEmpty()
            && reply.body().valuesNamed("retryDelay").isEmpty());
  }

  /** The quota that a message may name. */
  static JobState.OverQuota overQuota(String message) {
    Matcher limit = LIMIT.matcher(message);
    return new JobState.OverQuota(
        limit.find()
            ? OptionalLong.of(Long.parseLong(limit.group(1).replace(",", "")))
            : OptionalLong.empty(),
        message);
  }

  /**
   * The end of a job that failed as a whole.
   *
   * @param codes the codes of its errors
   */
  static JobState.Ended failed(List<String> codes, String message) {
    return codes.contains(OVER_QUOTA)
        ? overQuota(message)
        : new JobState.Failed(cause(codes, "the job failed: " + message));
  }

  private static ProviderException cause(List<String> codes, String message) {
    if (codes.stream().anyMatch(NO_MONEY::contains)) {
      return new Hopeless(Reason.MONEY, message);
    }
    if (codes.stream().anyMatch(NO_MODEL::contains)) {
      return new Hopeless(Reason.MODEL, message);
    }
    return new Refused(message);
  }
}
