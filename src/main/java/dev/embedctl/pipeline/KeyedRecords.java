package dev.embedctl.pipeline;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.CacheKeys;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Text;
import java.util.ArrayList;
import java.util.List;

/**
 * The records of a chunk with the keys of their texts. They are hashed on the thread that reads
 * them, while the chunk before them is looked up.
 *
 * @param keys the keys of the records that have a text, in their order
 * @param weight the approximate size in bytes, with all vectors
 */
record KeyedRecords(List<InputRecord> records, List<CacheKey> keys, long weight) {
  private static final int RECORD_BYTES = 512;

  /** Hashes the texts of records. */
  static KeyedRecords of(List<InputRecord> records, CacheKeys hash) {
    List<CacheKey> keys = new ArrayList<>(records.size());
    long weight = 0;
    for (InputRecord record : records) {
      if (record.text() instanceof Text.Valid(String text)) {
        keys.add(hash.keyOf(text));
      }
      weight += RECORD_BYTES + PipelineOptions.VECTOR_BYTES;
      weight += 4L * record.textChars() + 2L * record.otherChars();
    }
    return new KeyedRecords(records, keys, weight);
  }
}
