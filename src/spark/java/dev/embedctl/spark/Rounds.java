package dev.embedctl.spark;

import static org.apache.spark.sql.functions.col;

import dev.embedctl.model.Parameter;
import dev.embedctl.pipeline.ErrorLimit;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.provider.TokenLimit;
import dev.embedctl.report.EventLog.Generated;
import dev.embedctl.service.EmbeddingSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.HdrHistogram.Histogram;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.PartitionPruningRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.CollectionAccumulator;
import scala.reflect.ClassTag$;

/**
 * Embeds misses in rounds of bounded size, each of which is a Spark job that adds rows to the cache
 * table.
 *
 * <p>Spark keeps what a task has written when the task ends, so a task must be short: one that is
 * run again pays again for its texts. The misses are therefore spread over partitions of about
 * {@code textsPerTask} texts by one shuffle, and each round takes as many partitions as tasks may
 * run at the same time. The shuffle's files stay where they are, and no round reads more than its
 * own partitions. A round has no more tasks than the job has calls at once, and all of them may run
 * together: so each number of a partition has a fixed share of the totals, and the shares are
 * exactly the totals, wherever Spark runs the tasks and however often. Between rounds the driver
 * counts in the table what was paid, and shares out what is left.
 *
 * <p>A speculative copy of a task would pay for the same texts at the same time, with a share that
 * is already in use. So {@link EmbedColumn} refuses a session with speculation.
 */
final class Rounds {
  private final SparkSession spark;
  private final CacheTable table;
  private final EmbeddingSettings settings;
  private final Limits limits;
  private final String run;
  private final RunListener listener;
  private final Map<String, FailedText> failures = new LinkedHashMap<>();
  private final Histogram latencies = CallCounter.latencies();
  private final long start = System.nanoTime();
  private CallTotals calls = CallTotals.NONE;
  private CallCounter.Charge unstored = CallCounter.Charge.NONE;
  private Optional<TaskReport.Ending> ending = Optional.empty();
  private boolean encodingConfirmed;
  private int rounds;

  /**
   * The limits of a run beside those of its settings.
   *
   * @param tokens the most that it may be charged, if limited
   * @param errors the failed texts at which it ends, if limited
   * @param textsPerTask texts that a task embeds before its vectors are stored
   */
  record Limits(Optional<TokenLimit> tokens, Optional<ErrorLimit> errors, int textsPerTask) {}

  Rounds(
      SparkSession spark,
      CacheTable table,
      EmbeddingSettings settings,
      Limits limits,
      String run,
      RunListener listener) {
    this.spark = spark;
    this.table = table;
    this.settings = settings;
    this.limits = limits;
    this.run = run;
    this.listener = listener;
  }

  /** Texts without a vector. */
  List<FailedText> failures() {
    return List.copyOf(failures.values());
  }

  /** The failure that ended the rounds before all texts were embedded, if one did. */
  Optional<TaskReport.Ending> ending() {
    return ending;
  }

  /**
   * Embeds all misses, or ends after the round with the first failure that ends a run.
   *
   * @param misses rows of {@link Columns#MISS}, each with a key
   * @param texts their number
   */
  void embed(Dataset<Row> misses, long texts) {
    if (texts == 0) {
      return;
    }
    Totals totals = new Totals(settings.provider(), OptionalLong.empty());
    int tasks = totals.tasks(spark.sparkContext().defaultParallelism(), texts);
    int needed = Math.toIntExact(Math.ceilDiv(texts, (long) tasks * limits.textsPerTask()));
    JavaRDD<Row> spread = misses.repartition(needed * tasks, col(Columns.KEY)).toJavaRDD();
    while (rounds < needed && ending.isEmpty()) {
      List<TaskReport> reports = round(slice(spread, rounds * tasks, tasks), tasks);
      rounds++;
      ending =
          reports.stream()
              .flatMap(report -> report.endings().stream())
              .findFirst()
              .or(this::tooManyErrors);
      if (settings.onError() == OnError.FAIL && !failures.isEmpty()) {
        return;
      }
    }
  }

  private List<TaskReport> round(JavaRDD<Row> misses, int tasks) {
    long began = System.nanoTime();
    Totals totals = new Totals(settings.provider(), tokensLeft());
    List<TaskSettings> shares = new ArrayList<>(tasks);
    totals
        .shares(tasks)
        .forEach(share -> shares.add(new TaskSettings(settings, share, run, encodingConfirmed)));
    CollectionAccumulator<TaskReport> accumulator =
        spark.sparkContext().collectionAccumulator("embedctl");
    table.append(misses.mapPartitions(new EmbedTask(shares, accumulator)));
    List<TaskReport> reports = List.copyOf(accumulator.value());
    reports.forEach(this::add);
    listener.roundEnded(generated(reports, Duration.ofNanos(System.nanoTime() - began)));
    return reports;
  }

  private void add(TaskReport report) {
    report.failures().forEach(text -> failures.put(text.key(), text));
    latencies.add(report.latencies());
    calls = calls.plus(report.calls());
    unstored = unstored.plus(report.unstored());
    encodingConfirmed |= report.encodingConfirmed();
  }

  private Generated generated(List<TaskReport> reports, Duration took) {
    CallTotals sum = CallTotals.NONE;
    long texts = 0;
    Histogram times = CallCounter.latencies();
    for (TaskReport report : reports) {
      sum = sum.plus(report.calls());
      texts += report.failures().size();
      times.add(report.latencies());
    }
    double mean = times.getTotalCount() == 0 ? 0 : times.getMean() / 1e6;
    return new Generated(rounds, texts + sum.texts(), 0, sum.calls(), took, mean);
  }

  private Optional<TaskReport.Ending> tooManyErrors() {
    long judged = failures.size() + calls.texts();
    return limits
        .errors()
        .filter(most -> most.isExceeded(failures.size(), judged))
        .map(
            most ->
                new TaskReport.Ending(
                    TaskReport.Kind.RUN_FAILED,
                    "%d of the first %d distinct texts failed, more than %s %s, the last because %s"
                        .formatted(
                            failures.size(),
                            judged,
                            Parameter.MAX_ERRORS,
                            most,
                            failures().getLast().message())));
  }

  private OptionalLong tokensLeft() {
    return limits.tokens().isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(
            Math.max(
                0,
                limits.tokens().get().tokens() - table.paidBy(run).tokens() - unstored.tokens()));
  }

  private static JavaRDD<Row> slice(JavaRDD<Row> all, int from, int count) {
    return JavaRDD.fromRDD(
        PartitionPruningRDD.create(all.rdd(), new PartitionRange(from, count)),
        ClassTag$.MODULE$.apply(Row.class));
  }

  /**
   * What the rounds have done.
   *
   * @param texts the distinct texts that were not in the cache
   * @param invalidRows the rows without a text that can be embedded
   */
  JobFigures figures(long texts, long invalidRows) {
    CacheTable.Paid paid = rounds == 0 ? CacheTable.Paid.NOTHING : table.paidBy(run);
    return new JobFigures(
        texts,
        paid.vectors(),
        failures.size(),
        invalidRows,
        paid.calls() + unstored.calls(),
        paid.tokens() + unstored.tokens(),
        calls.retries(),
        calls.rateLimited(),
        calls.nanos(),
        System.nanoTime() - start,
        rounds,
        latencies);
  }
}
