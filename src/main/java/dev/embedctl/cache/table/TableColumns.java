package dev.embedctl.cache.table;

/** The names of the columns of a cache table. */
public final class TableColumns {
  /** The column that partitions the table, {@code spec}: text, the {@link TablePart#name}. */
  public static final String SPEC = "spec";

  /** The 32 bytes of the key of a text: binary. */
  public static final String KEY = "key";

  /** The vector: a list of float. */
  public static final String VECTOR = "vector";

  /** The {@link RowChecksum} of the two: int32. */
  public static final String CHECKSUM = "checksum";

  private TableColumns() {}
}
