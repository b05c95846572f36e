package dev.embedctl.spark;

import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The rows of an input with their embeddings.
 *
 * @param rows all rows of the input with two more columns: the embedding, which is null for a text
 *     that failed, and {@code embedctl_cached}, whether this run did not pay for it
 * @param errors the rows whose text failed, with the columns {@code code}, {@code message} and
 *     {@code attempts}; empty if the first failure ends a run
 * @param figures what the run has done
 */
public record EmbeddedRows(Dataset<Row> rows, Dataset<Row> errors, JobFigures figures) {
  public EmbeddedRows {
    Objects.requireNonNull(rows);
    Objects.requireNonNull(errors);
    Objects.requireNonNull(figures);
  }
}
