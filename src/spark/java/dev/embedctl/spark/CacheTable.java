package dev.embedctl.spark;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.udf;

import dev.embedctl.cache.table.TableColumns;
import dev.embedctl.cache.table.TablePart;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbeddingSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/**
 * The part of a cache table with the vectors of one spec, as Spark reads and writes it. {@link
 * dev.embedctl.cache.table} defines its format.
 *
 * <p>Spark's own committer writes it, in its second version: the file of a task is in the table as
 * soon as the task has ended, and stays there if the job fails afterwards. A reader never sees half
 * a file. For other data it would be a fault that a job that failed leaves rows behind; here each
 * row is a vector that was paid for. Each task removes its temporary files, and the job does not
 * remove their folder, since another job may be writing to the same table.
 */
final class CacheTable {
  private final SparkSession spark;
  private final String folder;

  private CacheTable(SparkSession spark, String folder) {
    this.spark = spark;
    this.folder = folder;
  }

  /** Opens the table in a folder; makes what is missing. */
  static CacheTable open(SparkSession spark, String table, EmbeddingSpec spec) {
    TablePart part = TablePart.ofRun(spec);
    Path folder = new Path(table, part.folder());
    Path description = new Path(folder, TablePart.DESCRIPTION);
    try {
      FileSystem files = folder.getFileSystem(spark.sessionState().newHadoopConf());
      if (!files.exists(description)) {
        write(files, description, part.description());
      }
      return new CacheTable(spark, files.makeQualified(folder).toString());
    } catch (IOException e) {
      throw new RunFailed("the cache " + table + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** The file gets its name when it is complete; another run may give it first. */
  private static void write(FileSystem files, Path file, byte[] content) throws IOException {
    Path incomplete = file.suffix("." + UUID.randomUUID());
    files.mkdirs(file.getParent());
    try (OutputStream out = files.create(incomplete, false)) {
      out.write(content);
    }
    if (!files.rename(incomplete, file)) {
      files.delete(incomplete, false);
    }
  }

  /** Its intact rows, some of which may have the same key. */
  Dataset<Row> rows() {
    return stored()
        .filter(
            udf(new IntactRow(), DataTypes.BooleanType)
                .apply(
                    col(TableColumns.KEY), col(TableColumns.VECTOR), col(TableColumns.CHECKSUM)));
  }

  private Dataset<Row> stored() {
    return spark.read().schema(Columns.STORED).parquet(folder);
  }

  /** Adds rows: a job with a task for each partition, whose rows stay if others fail. */
  void append(JavaRDD<Row> rows) {
    spark
        .createDataFrame(rows, Columns.STORED)
        .write()
        .mode(SaveMode.Append)
        .option("compression", "uncompressed") // floats do not become smaller
        .option("mapreduce.fileoutputcommitter.algorithm.version", "2")
        .option("mapreduce.fileoutputcommitter.task.cleanup.enabled", "true")
        .option("mapreduce.fileoutputcommitter.cleanup.skipped", "true")
        .option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
        .parquet(folder);
  }

  /** What a run has paid for, as its rows say. */
  Paid paidBy(String run) {
    Row sums =
        stored()
            .filter(col(Columns.RUN).equalTo(run))
            .agg(
                sum(lit(1L)).as("vectors"),
                sum(col(Columns.CALLS)).as(Columns.CALLS),
                sum(col(Columns.TOKENS)).as(Columns.TOKENS))
            .select(
                coalesce(col("vectors"), lit(0L)),
                coalesce(col(Columns.CALLS), lit(0L)),
                coalesce(col(Columns.TOKENS), lit(0L)))
            .first();
    return new Paid(sums.getLong(0), sums.getLong(1), sums.getLong(2));
  }

  /** Sums over the rows of a run. */
  record Paid(long vectors, long calls, long tokens) {
    static final Paid NOTHING = new Paid(0, 0, 0);
  }
}
