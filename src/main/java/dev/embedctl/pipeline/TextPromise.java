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
 * A text on its way to a vector, with all places that wait for it. Its {@link MissQueue}'s lock
 * guards who waits.
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

  /** This place waits too. */
  void awaitedAt(Place place) {
    waiting.add(place);
  }

  /** Gives all that wait the vector, which was in the cache after all. */
  void find(Vector vector, Duration took) {
    waiting.forEach(place -> place.hit(vector, took));
  }

  /** Gives all that wait the vector. */
  void keep(Vector vector, Duration took) {
    waiting.forEach(place -> place.fresh(vector, took));
  }

  /** Tells all that wait why there is none. */
  void fail(TextFailure failure, Duration took) {
    waiting.forEach(place -> place.fail(failure, took));
  }
}
