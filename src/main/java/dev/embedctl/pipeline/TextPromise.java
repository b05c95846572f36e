package dev.embedctl.pipeline;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.TextFailure;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.CountedText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A text that waits for its vector, with all places that need it. The places are guarded by the
 * lock of {@link MissQueue}.
 */
final class TextPromise {
  private final WantedText first;
  private final CountedText counted;
  private final List<Place> waiting = new ArrayList<>(1);

  /** The promise for the first place that needs the text. */
  TextPromise(WantedText first, CountedText counted) {
    this.first = first;
    this.counted = counted;
    this.waiting.add(first.place());
  }

  CacheKey key() {
    return first.key();
  }

  /** The text as it is sent. */
  CountedText counted() {
    return counted;
  }

  /** The first record that has the text. */
  InputRecord record() {
    return first.place().record();
  }

  /** The chunk of the first record that has the text. */
  Chunk chunk() {
    return first.place().chunk();
  }

  /** Adds a place that needs the text too. */
  void awaitedAt(Place place) {
    waiting.add(place);
  }

  /** Gives all that wait the vector, which was in the cache after all. */
  void find(Vector vector, Duration took) {
    waiting.forEach(place -> place.hit(vector, took));
  }

  /** Gives the vector to all places. */
  void keep(Vector vector, Duration took) {
    waiting.forEach(place -> place.fresh(vector, took));
  }

  /** Gives the failure to all places. */
  void fail(TextFailure failure, Duration took) {
    waiting.forEach(place -> place.fail(failure, took));
  }
}
