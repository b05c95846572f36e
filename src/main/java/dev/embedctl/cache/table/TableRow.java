package dev.embedctl.cache.table;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.model.Vector;
import java.util.Objects;
import java.util.Optional;

/** An intact row of a cache table: the key of a text, and its vector. */
public record TableRow(CacheKey key, Vector vector) {
  public TableRow {
    Objects.requireNonNull(key);
    Objects.requireNonNull(vector);
  }

  /**
   * The row with these cells; empty if it is damaged: its checksum is wrong, its key has not 32
   * bytes, or its vector cannot be an embedding.
   */
  public static Optional<TableRow> ofCells(byte[] key, float[] vector, int checksum) {
    boolean whole =
        key.length == CacheKey.BYTES
            && vector.length > 0
            && RowChecksum.of(key, vector) == checksum;
    return whole
        ? Optional.of(new TableRow(CacheKey.ofBytes(key), Vector.wrap(vector)))
            .filter(row -> row.vector().defect().isEmpty())
        : Optional.empty();
  }

  /** The cell of the column {@link TableColumns#CHECKSUM}. */
  public int checksum() {
    return RowChecksum.of(key.bytes(), vector.toArray());
  }
}
