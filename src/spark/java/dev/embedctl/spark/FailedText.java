package dev.embedctl.spark;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.model.FailureCode;
import dev.embedctl.model.TextFailure;
import java.io.Serializable;
import java.util.Objects;

/**
 * A text without a vector, on its way from a task to the driver.
 *
 * @param key the key of the text as hexadecimal digits
 * @param code the reason
 * @param message the reason as a sentence
 * @param attempts the number of calls for the text
 */
record FailedText(String key, FailureCode code, String message, int attempts)
    implements Serializable {
  FailedText {
    Objects.requireNonNull(key);
    Objects.requireNonNull(code);
    Objects.requireNonNull(message);
  }

  /** The failure of the text with this key. */
  static FailedText of(CacheKey key, TextFailure failure) {
    return new FailedText(key.hex(), failure.code(), failure.message(), failure.attempts());
  }

  /** The bytes of the key. */
  byte[] keyBytes() {
    return CacheKey.ofHex(key).bytes();
  }

  TextFailure failure() {
    return new TextFailure(code, message, attempts);
  }
}
