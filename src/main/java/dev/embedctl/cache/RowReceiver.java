package dev.embedctl.cache;

import dev.embedctl.model.EmbeddingSpec;
import java.io.IOException;

/** Receives the rows of a cache. A spec may begin several times, since it may have several logs. */
public interface RowReceiver {

  /** Receives the keys of rows that the receiver has already; they are not passed on again. */
  @FunctionalInterface
  interface KnownKeys {
    void add(CacheKey key);
  }

  /** Begins the rows of a log. */
  void begin(EmbeddingSpec spec, KnownKeys known) throws IOException;

  /** Receives a row of the spec that began last. */
  void row(EmbeddingSpec spec, Row row) throws IOException;

  /** Ends the rows of all specs. Not called if the cache fails before. */
  void end() throws IOException;
}
