package dev.embedctl.io.output;

import java.util.Objects;

/**
 * The names of the columns of a file of keyed vectors.
 *
 * @param key the column with the bytes of the key
 * @param vector the column with the list of floats
 * @param checksum the column with the checksum of both
 */
public record TableNames(String key, String vector, String checksum) {
  public TableNames {
    Objects.requireNonNull(key);
    Objects.requireNonNull(vector);
    Objects.requireNonNull(checksum);
  }
}
