package dev.embedctl.pipeline;

import dev.embedctl.cache.CacheKey;
import java.util.Objects;

/** A text whose vector is needed at a place: the text of a record, or a window of it. */
record WantedText(CacheKey key, String text, Place place) {
  WantedText {
    Objects.requireNonNull(key);
    Objects.requireNonNull(text);
    Objects.requireNonNull(place);
  }
}
