package dev.embedctl.spark;

import static org.apache.spark.sql.functions.col;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.provider.TokenLimit;
import dev.embedctl.service.EmbeddingSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.PartitionPruningRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.CollectionAccumulator;
import scala.Function1;
import scala.reflect.ClassTag$;

/**
 * Embeds misses in rounds of bounded size, each of which is a Spark job that adds rows to the cache
 * table.
 *
 * <p>Spark keeps what a task has written when the task ends, so a task must be short: one that is
 * run again pays again for its texts. The misses are therefore spread over partitions of at most
 * {@code textsPerTask} texts by one shuffle, and each round takes as many partitions as tasks may
 * run at the same time. The shuffle's files stay where they are, and no round reads more than its
 * own partitions. A round has no more tasks than the job has calls at once, and all of them may run
 * together: so each number of a partition has a fixed share of the totals, and the shares are
 * exactly the totals, wherever Spark runs the tasks and however often. Between rounds the driver
 * counts in the table what was paid, and shares out what is left.
 *
 * <p>A speculative copy of a task would pay for the same texts at the same time, with a share that
 * is already in use. So a session with speculation is refused.
 */
final class Rounds {
  private final SparkSession spark;
  private final CacheTable table;
  private final EmbeddingSettings settings;
  private final Optional<TokenLimit> limit;
  private final String run;
  private final int textsPerTask;
  private final RoundListener listener;
  private final Map<CacheKey, FailedText> failures = new LinkedHashMap<>();
  private CallTotals beside = CallTotals.NONE;
  private boolean encodingConfirmed;

  Rounds(
      SparkSession spark,
      CacheTable table,
      EmbeddingSettings settings,
      Optional<TokenLimit> limit,
      String run,
      int textsPerTask,
      RoundListener listener) {
    this.spark = spark;
    this.table = table;
    this.settings = settings;
    this.limit = limit;
    this.run = run;
    this.textsPerTask = textsPerTask;
    this.listener = listener;
  }

  /** Receives the end of each round. */
  @FunctionalInterface
  interface RoundListener {
    /** A round has ended, which has added these vectors to the table. */
    void ended(int round, int rounds);
  }

  /**
   * How the rounds ended.
   *
   * @param failures texts without a vector
   * @param ending why not all texts were embedded, if so
   * @param beside figures of calls that are in no row
   */
  record Outcome(
      List<FailedText> failures,
      Optional<TaskReport.Ending> ending,
      CallTotals beside,
      int rounds) {}

  /**
   * Embeds all misses, or ends at the first failure that ends a run.
   *
   * @param misses rows of {@link Columns#MISS}, each with a key
   * @param texts their number
   */
  Outcome embed(Dataset<Row> misses, long texts) {
    Totals totals = new Totals(settings.provider(), OptionalLong.empty());
    int tasks = totals.tasks(spark.sparkContext().defaultParallelism(), texts);
    int rounds = Math.toIntExact(Math.max(1, Math.ceilDiv(texts, (long) tasks * textsPerTask)));
    JavaRDD<Row> spread = misses.repartition(rounds * tasks, col(Columns.KEY)).toJavaRDD();
    for (int round = 0; round < rounds; round++) {
      List<TaskReport> reports = embed(slice(spread, round * tasks, tasks), tasks);
      listener.ended(round, rounds);
      Optional<TaskReport.Ending> ending =
          reports.stream().flatMap(report -> report.endings().stream()).findFirst();
      boolean failed = settings.onError() == OnError.FAIL && !failures.isEmpty();
      if (ending.isPresent() || failed) {
        return new Outcome(List.copyOf(failures.values()), ending, beside, round + 1);
      }
    }
    return new Outcome(List.copyOf(failures.values()), Optional.empty(), beside, rounds);
  }

  private List<TaskReport> embed(JavaRDD<Row> misses, int tasks) {
    Totals totals = new Totals(settings.provider(), tokensLeft());
    List<TaskSettings> shares = new ArrayList<>(tasks);
    totals
        .shares(tasks)
        .forEach(share -> shares.add(new TaskSettings(settings, share, run, encodingConfirmed)));
    CollectionAccumulator<TaskReport> accumulator =
        spark.sparkContext().collectionAccumulator("embedctl");
    table.append(misses.mapPartitions(new EmbedTask(shares, accumulator)));
    List<TaskReport> reports = List.copyOf(accumulator.value());
    for (TaskReport report : reports) {
      report.failures().forEach(text -> failures.put(CacheKey.ofBytes(text.key()), text));
      beside = beside.plus(report.calls());
      encodingConfirmed |= report.encodingConfirmed();
    }
    return reports;
  }

  private OptionalLong tokensLeft() {
    return limit.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(
            Math.max(0, limit.get().tokens() - table.paidBy(run).tokens() - beside.tokens()));
  }

  private static JavaRDD<Row> slice(JavaRDD<Row> all, int from, int count) {
    Function1<Object, Object> chosen = new PartitionRange(from, count);
    return JavaRDD.fromRDD(
        PartitionPruningRDD.create(all.rdd(), chosen), ClassTag$.MODULE$.apply(Row.class));
  }
}
