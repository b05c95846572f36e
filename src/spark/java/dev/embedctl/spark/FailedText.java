package dev.embedctl.spark;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.model.TextFailure;
import java.io.Serializable;

/**
 * A text without a vector, on its way from a task to the driver.
 *
 * @param key the key of the text
 * @param code the name of the reason
 */
record FailedText(byte[] key, String code, String message, int attempts) implements Serializable {

  /** The failure of the text with this key. */
  static FailedText of(CacheKey key, TextFailure failure) {
    return new FailedText(
        key.bytes(), failure.code().name(), failure.message(), failure.attempts());
  }
}
