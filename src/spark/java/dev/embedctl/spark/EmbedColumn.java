package dev.embedctl.spark;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import dev.embedctl.cache.table.TableColumns;
import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.InvalidInput;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.pipeline.ErrorLimit;
import dev.embedctl.pipeline.PipelineOptions.OnError;
import dev.embedctl.provider.Providers.Unsent;
import dev.embedctl.provider.TokenLimit;
import dev.embedctl.provider.local.LocalModelProvider;
import dev.embedctl.service.EmbeddingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;

/**
 * Adds a column of embeddings to a dataset, with the texts of a column.
 *
 * <pre>{@code
 * EmbeddingSettings settings = EmbeddingService.builder().provider("openai").settings();
 * Dataset<Row> embedded =
 *     EmbedColumn.of(settings).cache("s3a://bucket/vectors").embed(rows, "text", "embedding");
 * }</pre>
 *
 * <p>The flow: the key of each text is computed, the same as in any cache of embedctl; one row a
 * key is left of the whole input; a left anti join removes the keys that are in the cache table;
 * {@link Rounds} pays for the others and stores them; and a join gives each row of the input its
 * vector. All calls are made before {@link #embed} returns; the dataset that it returns only reads.
 *
 * <p>Settings are immutable; each method returns another object.
 */
public final class EmbedColumn {
  /** The default of {@link #textsPerTask}: a few cents, and some minutes. */
  static final int TEXTS_PER_TASK = 50_000;

  private final EmbeddingSettings settings;
  private final Optional<String> table;
  private final Optional<ErrorLimit> maxErrors;
  private final int textsPerTask;
  private final Reuse reuse;
  private final RunListener listener;

  /** Which vectors of the cache table a run uses. */
  enum Reuse {
    ALL,
    /** Only those that the run itself has paid for. */
    OWN
  }

  private EmbedColumn(
      EmbeddingSettings settings,
      Optional<String> table,
      Optional<ErrorLimit> maxErrors,
      int textsPerTask,
      Reuse reuse,
      RunListener listener) {
    this.settings = settings;
    this.table = table;
    this.maxErrors = maxErrors;
    this.textsPerTask = textsPerTask;
    this.reuse = reuse;
    this.listener = listener;
  }

  /** With these settings, whose limits are those of the whole job. */
  public static EmbedColumn of(EmbeddingSettings settings) {
    return new EmbedColumn(
        settings,
        Optional.empty(),
        Optional.empty(),
        TEXTS_PER_TASK,
        Reuse.ALL,
        RunListener.none());
  }

  /** With a cache table in this folder, of any file system that Spark writes. */
  public EmbedColumn cache(String folder) {
    return new EmbedColumn(settings, Optional.of(folder), maxErrors, textsPerTask, reuse, listener);
  }

  /**
   * With another number of texts that a task embeds before its vectors are stored: what is paid
   * again, at most, for a task that Spark runs again.
   */
  public EmbedColumn textsPerTask(int texts) {
    if (texts < 1) {
      throw new IllegalArgumentException("texts: " + texts);
    }
    return new EmbedColumn(settings, table, maxErrors, texts, reuse, listener);
  }

  /** With a number of failed texts, or a share of them, at which a run that collects them ends. */
  EmbedColumn maxErrors(Optional<ErrorLimit> limit) {
    return new EmbedColumn(settings, table, limit, textsPerTask, reuse, listener);
  }

  /** Pays for each text again, and stores the new vectors. */
  public EmbedColumn refresh() {
    return new EmbedColumn(settings, table, maxErrors, textsPerTask, Reuse.OWN, listener);
  }

  EmbedColumn listener(RunListener other) {
    return new EmbedColumn(settings, table, maxErrors, textsPerTask, reuse, other);
  }

  /**
   * The rows with the embeddings of their texts.
   *
   * @param text the column of the texts
   * @param embedding the column to be added
   * @throws EmbedctlException as {@link #run} does
   */
  public Dataset<Row> embed(Dataset<Row> rows, String text, String embedding) {
    return run(rows, text, embedding, Optional.empty()).rows().drop(Columns.CACHED);
  }

  /**
   * The rows with the embeddings of their texts, and what became of the run.
   *
   * @param text the column of the texts
   * @param embedding the column to be added
   * @param id the column that names a row in messages, if there is one
   * @throws EmbedctlException.Usage if settings are not possible
   * @throws EmbedctlException.InvalidInput if a text cannot be embedded and the first failure ends
   *     the run
   * @throws EmbedctlException.RunFailed if the provider or the cache failed; what was paid for is
   *     in the cache
   */
  public EmbeddedRows run(Dataset<Row> rows, String text, String embedding, Optional<String> id) {
    check(rows.sparkSession());
    try (Unsent asked = Engine.providers(settings.provider()).unsent()) {
      return new Run(rows, text, embedding, id, asked.spec(), asked.limit()).embedded();
    }
  }

  private void check(SparkSession spark) {
    if (spark.sparkContext().conf().getBoolean("spark.speculation", false)) {
      throw new Usage(
          "spark.speculation is on, and a second copy of a task would pay for its texts again; set"
              + " spark.speculation=false");
    }
    if (table.isEmpty()) {
      throw new Usage("a job needs a cache, where its tasks store what they have paid for");
    }
    if (settings.provider().name().equals(LocalModelProvider.NAME)) {
      throw new Usage(
          "the provider local runs a model inside one process; name a provider on the network");
    }
    if (settings.provider().oversize() == Oversize.AVERAGE) {
      throw new Usage("the mean of the parts of long texts is not available on Spark");
    }
  }

  /** One run over one input. */
  private final class Run {
    private final SparkSession spark;
    private final Dataset<Row> keyed;
    private final String text;
    private final String embedding;
    private final Optional<String> id;
    private final Rounds.Limits limits;
    private final CacheTable cache;
    private final String name = UUID.randomUUID().toString();

    Run(
        Dataset<Row> rows,
        String text,
        String embedding,
        Optional<String> id,
        EmbeddingSpec spec,
        Optional<TokenLimit> tokens) {
      this.spark = rows.sparkSession();
      this.text = text;
      this.embedding = embedding;
      this.id = id;
      this.limits = new Rounds.Limits(tokens, maxErrors, textsPerTask);
      this.cache = CacheTable.open(spark, table.orElseThrow(), spec);
      this.keyed =
          rows.withColumn(
              Columns.KEY,
              udf(new KeyOfText(settings.provider()), DataTypes.BinaryType).apply(col(text)));
    }

    EmbeddedRows embedded() {
      JavaRDD<Row> found = misses().toJavaRDD().persist(StorageLevel.DISK_ONLY());
      try {
        return embedded(spark.createDataFrame(found, Columns.MISS));
      } finally {
        found.unpersist(false);
      }
    }

    /** One row for each key that is not in the cache, and one for all rows without a key. */
    private Dataset<Row> misses() {
      Dataset<Row> distinct =
          keyed
              .groupBy(col(Columns.KEY))
              .agg(first(col(text)).as(Columns.TEXT), count(lit(1)).as(Columns.ROWS));
      return switch (reuse) {
        case OWN -> distinct;
        case ALL ->
            distinct.join(
                cache.rows().select(col(TableColumns.KEY).as(Columns.KEY)),
                toColumns(Columns.KEY),
                "left_anti");
      };
    }

    private EmbeddedRows embedded(Dataset<Row> misses) {
      Column hasKey = col(Columns.KEY).isNotNull();
      Row counts =
          misses
              .agg(
                  count(col(Columns.KEY)),
                  coalesce(sum(when(hasKey, 0L).otherwise(col(Columns.ROWS))), lit(0L)))
              .first();
      long texts = counts.getLong(0);
      long invalid = counts.getLong(1);
      if (invalid > 0 && settings.onError() == OnError.FAIL) {
        throw invalidInput();
      }
      Rounds rounds = new Rounds(spark, cache, settings, limits, name, listener);
      JobFigures figures;
      try {
        rounds.embed(misses.filter(hasKey), texts);
      } finally {
        figures = rounds.figures(texts, invalid);
        listener.paid(figures);
      }
      rounds.ending().ifPresent(Run::end);
      if (settings.onError() == OnError.FAIL && !rounds.failures().isEmpty()) {
        throw failure(rounds.failures().getFirst());
      }
      return new EmbeddedRows(joined(), errors(rounds.failures()), figures);
    }

    private static void end(TaskReport.Ending ending) {
      throw switch (ending.kind()) {
        case USAGE -> new Usage(ending.message());
        case INVALID_INPUT -> new InvalidInput(ending.message());
        case RUN_FAILED -> new RunFailed(ending.message());
      };
    }

    private InvalidInput invalidInput() {
      Row row = keyed.filter(col(Columns.KEY).isNull()).first();
      Row problem = new ProblemOfText().call(row.getAs(text));
      return new InvalidInput(placeOf(row) + ": " + problem.getString(1));
    }

    private EmbedctlException failure(FailedText failed) {
      Row row = keyed.filter(col(Columns.KEY).equalTo(lit(failed.keyBytes()))).first();
      String message = placeOf(row) + ": " + failed.message();
      return failed.code().inputIsAtFault() ? new InvalidInput(message) : new RunFailed(message);
    }

    private String placeOf(Row row) {
      return id.map(column -> "the row with " + column + " " + row.getAs(column))
          .orElse("a row of the input");
    }

    private Dataset<Row> joined() {
      Dataset<Row> stored = cache.rows();
      Column own = coalesce(col(Columns.RUN).equalTo(name), lit(false));
      Dataset<Row> usable =
          switch (reuse) {
            case ALL -> stored;
            case OWN -> stored.filter(own);
          };
      Dataset<Row> vectors =
          usable.select(
              col(TableColumns.KEY).as(Columns.KEY),
              col(TableColumns.VECTOR).as(embedding),
              not(own).as(Columns.CACHED));
      // Most of a large table may belong to other inputs.
      Dataset<Row> wanted =
          vectors
              .join(keyed.select(Columns.KEY).distinct(), toColumns(Columns.KEY), "left_semi")
              .dropDuplicates(Columns.KEY);
      return keyed.join(wanted, toColumns(Columns.KEY), "left").drop(Columns.KEY);
    }

    private Dataset<Row> errors(List<FailedText> failures) {
      Dataset<Row> invalid =
          keyed
              .filter(col(Columns.KEY).isNull())
              .withColumn("problem", udf(new ProblemOfText(), Columns.PROBLEM).apply(col(text)));
      List<Row> rows = new ArrayList<>(failures.size());
      for (FailedText each : failures) {
        rows.add(RowFactory.create(each.keyBytes(), ProblemOfText.row(each.failure())));
      }
      Dataset<Row> failed =
          keyed.join(
              broadcast(spark.createDataFrame(rows, Columns.FAILURE)),
              toColumns(Columns.KEY),
              "inner");
      return invalid
          .unionByName(failed)
          .select(col("*"), col("problem.*"))
          .drop(Columns.KEY, "problem");
    }
  }

  private static String[] toColumns(String... names) {
    return names;
  }
}
