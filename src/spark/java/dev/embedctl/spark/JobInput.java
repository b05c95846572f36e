package dev.embedctl.spark;

import static org.apache.spark.sql.functions.col;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.NameHint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/** Reads the input of a job: files or a table. */
final class JobInput {
  private static final String TABLE = "table:";
  private static final String ALL = "all";

  private JobInput() {}

  /** The name of the table, if it is one. */
  static Optional<String> table(String place) {
    return place.startsWith(TABLE)
        ? Optional.of(place.substring(TABLE.length()))
        : Optional.empty();
  }

  /**
   * The rows of the input, with the columns that the job needs.
   *
   * @throws Usage if it has not these columns
   */
  static Dataset<Row> read(SparkSession spark, JobOptions typed) {
    Dataset<Row> rows =
        typed.inputs.stream()
            .map(place -> read(spark, place, Optional.ofNullable(typed.inputFormat)))
            .reduce(Dataset::unionByName)
            .orElseThrow();
    return rows.select(columns(rows, typed));
  }

  private static Dataset<Row> read(SparkSession spark, String place, Optional<String> format) {
    return table(place)
        .map(name -> spark.read().table(name))
        .orElseGet(() -> files(spark, place, format.orElseGet(() -> formatOf(place))));
  }

  private static String formatOf(String path) {
    String name = path.toLowerCase(Locale.ROOT).replaceAll("\\.(gz|zst|bz2)$", "");
    int dot = name.lastIndexOf('.');
    return switch (name.substring(dot + 1)) {
      case "jsonl", "ndjson" -> "jsonl";
      case "json" -> "json";
      case "csv" -> "csv";
      case "tsv" -> "tsv";
      case "txt" -> "txt";
      default -> "parquet";
    };
  }

  private static Dataset<Row> files(SparkSession spark, String path, String format) {
    DataFrameReader reader = spark.read();
    return switch (format) {
      // As in the other outputs, ids and metadata are text.
      case "jsonl" -> reader.option("primitivesAsString", "true").json(path);
      case "json" ->
          reader.option("primitivesAsString", "true").option("multiLine", "true").json(path);
      case "csv" -> csv(reader, ",").csv(path);
      case "tsv" -> csv(reader, "\t").csv(path);
      case "txt" -> reader.text(path).withColumnRenamed("value", "text");
      default -> reader.format(format).load(path);
    };
  }

  private static DataFrameReader csv(DataFrameReader reader, String separator) {
    return reader
        .option("header", "true")
        .option("sep", separator)
        .option("multiLine", "true")
        .option("escape", "\"");
  }

  private static Column[] columns(Dataset<Row> rows, JobOptions typed) {
    List<String> present = Arrays.asList(rows.columns());
    Set<String> metadata = new LinkedHashSet<>(metadata(present, typed));
    metadata.forEach(name -> require(name, "--metadata", present));
    require(typed.textField, "--text-field", present);
    require(typed.idField, "--id-field", present);
    if (!rows.schema().apply(typed.textField).dataType().sameType(DataTypes.StringType)) {
      throw new Usage(
          "--text-field "
              + typed.textField
              + ": the column contains "
              + rows.schema().apply(typed.textField).dataType().simpleString()
              + ", not text; name another");
    }
    List<Column> columns = new ArrayList<>();
    columns.add(named(typed.idField).as(JobOutput.ID));
    metadata.stream().map(JobInput::named).forEach(columns::add);
    columns.add(named(typed.textField).as(JobOutput.TEXT));
    return columns.toArray(Column[]::new);
  }

  private static List<String> metadata(List<String> present, JobOptions typed) {
    if (typed.metadata == null) {
      return List.of();
    }
    return typed.metadata.equals(ALL)
        ? present.stream()
            .filter(name -> !name.equals(typed.idField) && !name.equals(typed.textField))
            .toList()
        : Arrays.asList(typed.metadata.split(","));
  }

  private static void require(String name, String option, List<String> present) {
    if (!present.contains(name)) {
      throw new Usage(
          option
              + " "
              + name
              + ": the input has no such column"
              + NameHint.among(name, present)
              + (option.equals("--id-field")
                  ? "; rows of a cluster have no order, so a column must name them"
                  : ""));
    }
  }

  /** A column by its whole name, which may contain a dot. */
  private static Column named(String name) {
    return col("`" + name.replace("`", "``") + "`");
  }
}
