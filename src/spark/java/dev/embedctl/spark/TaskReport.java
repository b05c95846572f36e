package dev.embedctl.spark;

import java.io.Serializable;
import java.util.List;

/**
 * What a task has learned beside its vectors. It leaves the task through an accumulator, which
 * Spark updates once for each task that has stored its vectors.
 *
 * @param failures texts without a vector
 * @param endings why the task embedded no more texts before it had embedded all of them; empty if
 *     it did embed all
 * @param calls what its calls were and cost, as far as its rows do not contain it
 * @param encodingConfirmed whether it is known that the server encodes its vectors correctly
 */
record TaskReport(
    List<FailedText> failures, List<Ending> endings, CallTotals calls, boolean encodingConfirmed)
    implements Serializable {

  TaskReport {
    failures = List.copyOf(failures);
    endings = List.copyOf(endings);
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
