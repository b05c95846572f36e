package dev.embedctl.spark;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.HdrHistogram.Histogram;

/**
 * What a task has learned beside its vectors. It leaves the task through an accumulator, which
 * Spark updates once for each partition whose task has ended well; its figures tell how the calls
 * went, and what they cost is in the rows.
 *
 * @param failures texts without a vector
 * @param endings why the task embedded no more texts before it had embedded all of them; empty if
 *     it did embed all
 * @param calls the calls of the task
 * @param latencies the time of the call of each text that has its vector
 * @param unstored calls that no row contains, since no text of the task has a vector
 * @param encodingConfirmed whether it is known that the server encodes its vectors correctly
 */
record TaskReport(
    List<FailedText> failures,
    List<Ending> endings,
    CallTotals calls,
    Histogram latencies,
    CallCounter.Charge unstored,
    boolean encodingConfirmed)
    implements Serializable {

  TaskReport {
    failures = List.copyOf(failures);
    endings = List.copyOf(endings);
    Objects.requireNonNull(calls);
    Objects.requireNonNull(latencies);
    Objects.requireNonNull(unstored);
  }

  /** The failure that ended the work of a task. */
  record Ending(Kind kind, String message) implements Serializable {}

  /** The kinds of failures that end a run, which decide its exit code. */
  enum Kind {
    USAGE,
    INVALID_INPUT,
    RUN_FAILED
  }
}
