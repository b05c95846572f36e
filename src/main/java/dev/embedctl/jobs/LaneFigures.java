package dev.embedctl.jobs;

import dev.embedctl.jobs.LaneJob.Stage;
import dev.embedctl.provider.catalog.Price;
import dev.embedctl.provider.jobs.Job;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What the jobs of a lane have done so far.
 *
 * @param jobs jobs that were created, those that have ended included
 * @param pending jobs that have not ended
 * @param completed jobs that ended as they should
 * @param texts texts in all jobs
 * @param embedded texts that have their vectors from a job
 * @param linesDone lines of pending jobs that the provider has done, as far as it counts them
 * @param linesPending lines of pending jobs
 * @param tokens tokens that are charged for ended jobs
 * @param reserved tokens that may be charged for pending jobs
 * @param queueTime the sum of the times that jobs spent at the provider
 * @param oldest the age of the oldest pending job
 * @param priceShare the part of the usual price that a token costs in a job
 */
public record LaneFigures(
    int jobs,
    int pending,
    int completed,
    long texts,
    long embedded,
    long linesDone,
    long linesPending,
    long tokens,
    long reserved,
    Duration queueTime,
    Duration oldest,
    BigDecimal priceShare) {
  public LaneFigures {
    Objects.requireNonNull(queueTime);
    Objects.requireNonNull(oldest);
    Objects.requireNonNull(priceShare);
  }

  /** The price of the tokens that are charged, where a token of a call has this price. */
  public BigDecimal cost(Price price) {
    return price.of(tokens).multiply(priceShare);
  }

  /** The difference to the price of the same tokens in calls. */
  public BigDecimal saved(Price price) {
    return price.of(tokens).subtract(cost(price));
  }

  /** The figures of jobs at a time, with the last replies about them. */
  static LaneFigures of(
      JobBook book, Map<Integer, Job> lastSeen, Instant now, BigDecimal priceShare) {
    int jobs = 0;
    int completed = 0;
    long texts = 0;
    long embedded = 0;
    long linesDone = 0;
    long linesPending = 0;
    long tokens = 0;
    Duration queueTime = Duration.ZERO;
    Duration oldest = Duration.ZERO;
    for (LaneJob job : book.jobs()) {
      switch (job.stage()) {
        case Stage.Submitted(String id, String file, long at) -> {
          Duration age = Duration.ofMillis(Math.max(0, now.toEpochMilli() - at));
          jobs++;
          queueTime = queueTime.plus(age);
          oldest = oldest.compareTo(age) < 0 ? age : oldest;
          linesPending += job.lines();
          linesDone +=
              Optional.ofNullable(lastSeen.get(job.number()))
                  .map(seen -> seen.progress().completed() + seen.progress().failed())
                  .orElse(0L);
          texts += job.texts();
        }
        case Stage.Ended ended -> {
          jobs++;
          completed += ended.how().equals(LaneJob.COMPLETED) ? 1 : 0;
          embedded += ended.embedded();
          tokens += ended.tokens();
          queueTime = queueTime.plus(Duration.ofMillis(ended.at() - ended.since()));
          texts += job.texts();
        }
        case Stage.Prepared s -> texts += job.texts();
        case Stage.Uploaded s -> texts += job.texts();
        case Stage.Creating s -> texts += job.texts();
        case Stage.Dropped s -> {}
      }
    }
    return new LaneFigures(
        jobs,
        book.open().size(),
        completed,
        texts,
        embedded,
        linesDone,
        linesPending,
        tokens,
        book.charged() - tokens,
        queueTime,
        oldest,
        priceShare);
  }
}
