package dev.embedctl.spark;

import dev.embedctl.cache.table.TableColumns;
import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The columns of the tables between the steps of a run. */
final class Columns {
  /** The key of a row's text; a run adds it to its rows while it works. */
  static final String KEY = "embedctl_key";

  /** Whether a run did not pay for the embedding of a row. */
  static final String CACHED = "embedctl_cached";

  /** A text of a missing key. */
  static final String TEXT = "text";

  /** How many rows of the input have a key. */
  static final String ROWS = "rows";

  /** In a cache table: the run that paid for the vector. Rows of other origin have none. */
  static final String RUN = "run";

  /** In a cache table: the calls of the task since the row before this one. */
  static final String CALLS = "calls";

  /** In a cache table: the tokens that were charged for those calls. */
  static final String TOKENS = "tokens";

  /** Why a text has no vector, in the table of errors. */
  static final StructType PROBLEM =
      new StructType()
          .add("code", DataTypes.StringType)
          .add("message", DataTypes.StringType)
          .add("attempts", DataTypes.IntegerType);

  /** A key that is not in the cache. */
  static final StructType MISS =
      new StructType(
          new StructField[] {
            DataTypes.createStructField(KEY, DataTypes.BinaryType, true),
            DataTypes.createStructField(TEXT, DataTypes.StringType, true),
            DataTypes.createStructField(ROWS, DataTypes.LongType, false)
          });

  /** A failed text, by its key. */
  static final StructType FAILURE =
      DataTypes.createStructType(
          List.of(
              DataTypes.createStructField(KEY, DataTypes.BinaryType, false),
              DataTypes.createStructField("problem", PROBLEM, false)));

  /** A row of a cache table, with what a run writes beside the columns of the format. */
  static final StructType STORED =
      new StructType()
          .add(TableColumns.KEY, DataTypes.BinaryType)
          .add(TableColumns.VECTOR, DataTypes.createArrayType(DataTypes.FloatType, false))
          .add(TableColumns.CHECKSUM, DataTypes.IntegerType)
          .add(RUN, DataTypes.StringType)
          .add(CALLS, DataTypes.LongType)
          .add(TOKENS, DataTypes.LongType);

  private Columns() {}
}
