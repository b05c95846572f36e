package dev.embedctl.spark;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.TaskCompletionListener;

/** The function of the tasks of a round: from misses to rows of the cache table. */
final class EmbedTask implements FlatMapFunction<Iterator<Row>, Row> {
  private static final long serialVersionUID = 1L;

  private final TaskSettings[] shares;
  private final CollectionAccumulator<TaskReport> reports;

  /**
   * A function.
   *
   * @param shares the settings of each task, by the number of its partition
   */
  EmbedTask(List<TaskSettings> shares, CollectionAccumulator<TaskReport> reports) {
    this.shares = shares.toArray(TaskSettings[]::new);
    this.reports = reports;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> misses) {
    TaskContext task = TaskContext.get();
    TaskEngine engine =
        TaskEngine.start(misses, shares[task.partitionId()], task::isInterrupted, reports::add);
    TaskCompletionListener end = ended -> engine.close();
    task.addTaskCompletionListener(end);
    return engine;
  }
}
