package dev.embedctl.spark;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import dev.embedctl.model.EmbedctlException.Usage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/** Where a job writes: embeddings, failed rows, metrics and events. */
final class JobOutput {
  /** The names of columns inside of a job; those of the input may be others. */
  static final String ID = "id";

  static final String TEXT = "embedctl_text";
  static final String EMBEDDING = "embedding";
  static final String CACHED = "cached";

  private final SparkSession spark;
  private final JobOptions typed;

  JobOutput(SparkSession spark, JobOptions typed) {
    this.spark = spark;
    this.typed = typed;
  }

  /** The rows of an output and how many of them cost nothing. */
  record Written(long rows, long cached) {}

  /**
   * Refuses places that would be overwritten by mistake.
   *
   * @throws Usage if there is one
   */
  void check() {
    if (typed.inputs.contains(typed.output)) {
      throw new Usage("--output " + typed.output + " is also --input; choose another");
    }
    if (JobInput.table(typed.output).isEmpty()) {
      checkIsOwn("--output", typed.output);
    }
    errors().ifPresent(folder -> checkIsOwn("--errors", folder));
  }

  /** A folder of a job of Spark has a mark of its success. */
  private void checkIsOwn(String option, String place) {
    Path folder = new Path(place);
    try {
      FileSystem files = filesOf(folder);
      if (files.exists(folder)
          && (files.getFileStatus(folder).isFile() || files.listStatus(folder).length > 0)
          && !files.exists(new Path(folder, "_SUCCESS"))
          && !files.exists(new Path(folder, "_delta_log"))) {
        throw new Usage(
            option + " " + place + ": exists, and is not the output of a job; remove it");
      }
    } catch (IOException e) {
      throw new Usage(option + " " + place + ": " + e.getMessage());
    }
  }

  /** Writes the rows that have an embedding, in place of those of an earlier run. */
  Written write(Dataset<Row> embedded) {
    Dataset<Row> rows =
        embedded
            .filter(col(EMBEDDING).isNotNull())
            .drop(TEXT)
            .withColumnRenamed(Columns.CACHED, CACHED);
    save(rows, typed.output);
    Row counts =
        JobInput.table(typed.output)
            .map(name -> spark.read().table(name))
            .orElseGet(() -> spark.read().format(typed.outputFormat).load(typed.output))
            .agg(count(lit(1)), coalesce(sum(col(CACHED).cast("long")), lit(0L)))
            .first();
    return new Written(counts.getLong(0), counts.getLong(1));
  }

  /** Writes the failed rows, or removes those of an earlier run; returns their number. */
  long writeErrors(Dataset<Row> failed) throws IOException {
    if (errors().isEmpty()) {
      return 0;
    }
    String folder = errors().get();
    save(failed.withColumnRenamed(TEXT, typed.textField), folder);
    long rows = spark.read().format(typed.outputFormat).load(folder).count();
    if (rows == 0) {
      filesOf(new Path(folder)).delete(new Path(folder), true);
    }
    return rows;
  }

  /** The folder of the failed rows; empty if the first one ends the run. */
  Optional<String> errors() {
    return switch (typed.onError()) {
      case FAIL -> Optional.empty();
      case COLLECT -> Optional.of(typed.errors == null ? beside("errors") : typed.errors);
    };
  }

  /** The file of the metrics; a table has none beside it. */
  Optional<String> metrics() {
    return Optional.ofNullable(typed.metrics)
        .or(
            () ->
                JobInput.table(typed.output).isPresent()
                    ? Optional.empty()
                    : Optional.of(beside("metrics.json")));
  }

  /** Opens a file of any file system of the cluster. */
  OutputStream create(String file) throws IOException {
    Path path = new Path(file);
    return filesOf(path).create(path, true);
  }

  private String beside(String suffix) {
    if (JobInput.table(typed.output).isPresent()) {
      throw new Usage("--on-error collect needs --errors PATH, because the output is a table");
    }
    return typed.output.replaceAll("/+$", "") + "." + suffix;
  }

  private FileSystem filesOf(Path path) throws IOException {
    return path.getFileSystem(spark.sessionState().newHadoopConf());
  }

  private void save(Dataset<Row> rows, String place) {
    DataFrameWriter<Row> writer = rows.write().format(typed.outputFormat).mode(SaveMode.Overwrite);
    JobInput.table(place).ifPresentOrElse(writer::saveAsTable, () -> writer.save(place));
  }
}
