package dev.embedctl.spark;

import dev.embedctl.cache.table.TableRow;
import org.apache.spark.sql.api.java.UDF3;
import scala.collection.Seq;

/** Whether a row of a cache table is as it was written. */
final class IntactRow implements UDF3<byte[], Seq<Float>, Integer, Boolean> {
  private static final long serialVersionUID = 1L;

  @Override
  public Boolean call(byte[] key, Seq<Float> vector, Integer checksum) {
    return key != null
        && vector != null
        && checksum != null
        && TableRow.ofCells(key, floats(vector), checksum).isPresent();
  }

  private static float[] floats(Seq<Float> vector) {
    float[] floats = new float[vector.length()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = vector.apply(i);
    }
    return floats;
  }
}
