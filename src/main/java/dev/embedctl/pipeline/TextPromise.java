package dev.embedctl.pipeline;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.model.InputRecord;
import dev.embedctl.model.Outcome;
import dev.embedctl.model.TextFailure;
import dev.embedctl.model.Vector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A text on its way to a vector, with the places of all records that wait for it. Its {@link
 * MissQueue}'s lock guards who waits.
 */
final class TextPromise {
  private final CacheKey key;
  private final String text;
  private final int tokens;
  private final Place first;
  private final List<Place> waiting = new ArrayList<>(1);

  /** A record's place in its chunk. */
  private record Place(Chunk chunk, int index) {
    InputRecord record() {
      return chunk.records().get(index);
    }
  }

  /** The promise for the first record that has the text: the one at this place. */
  TextPromise(CacheKey key, String text, int tokens, Chunk chunk, int place) {
    this.key = key;
    this.text = text;
    this.tokens = tokens;
    this.first = new Place(chunk, place);
    this.waiting.add(first);
  }

  CacheKey key() {
    return key;
  }

  String text() {
    return text;
  }

  int tokens() {
    return tokens;
  }

  /** The first record that has the text. */
  InputRecord record() {
    return first.record();
  }

  /** The chunk of the first record that has the text. */
  Chunk chunk() {
    return first.chunk();
  }

  /** The record at this place waits too. */
  void awaitedAt(Chunk chunk, int place) {
    waiting.add(new Place(chunk, place));
  }

  /** Gives all that wait the vector. */
  void keep(Vector vector, Duration took) {
    settle(record -> new Outcome.Fresh(record, vector, took));
  }

  /** Tells all that wait why there is none. */
  void fail(TextFailure failure, Duration took) {
    settle(record -> new Outcome.Failed(record, failure, took));
  }

  private void settle(Function<InputRecord, Outcome> outcome) {
    for (Place place : waiting) {
      place.chunk().put(place.index(), outcome.apply(place.record()));
    }
  }
}
