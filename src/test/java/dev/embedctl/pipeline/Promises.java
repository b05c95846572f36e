package dev.embedctl.pipeline;

import dev.embedctl.cache.CacheKeys;
import dev.embedctl.provider.CountedText;
import dev.embedctl.testing.Records;
import dev.embedctl.testing.ScriptedProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Texts that wait for their vectors, and options, for tests of single parts. */
final class Promises {
  static final CacheKeys KEYS = new CacheKeys(new ScriptedProvider(1, texts -> {}).spec());

  private Promises() {}

  /** A chunk with these texts. */
  static Chunk chunk(String... texts) {
    return new Chunk(
        0,
        IntStream.range(0, texts.length).mapToObj(i -> Records.of(i, texts[i])).toList(),
        texts.length,
        outcome -> {});
  }

  /** The texts of a chunk, each wanted at its place. */
  static List<WantedText> wanted(Chunk chunk, String... texts) {
    return in(chunk, texts).stream()
        .map(
            promise ->
                new WantedText(
                    promise.key(),
                    promise.counted().text(),
                    new Place.OfRecord(chunk, (int) promise.record().index())))
        .toList();
  }

  /** A promise for each place of a chunk; a text has as many tokens as characters. */
  static List<TextPromise> in(Chunk chunk, String... texts) {
    List<TextPromise> promises = new ArrayList<>();
    for (int place = 0; place < texts.length; place++) {
      promises.add(
          new TextPromise(
              new WantedText(
                  KEYS.keyOf(texts[place]), texts[place], new Place.OfRecord(chunk, place)),
              CountedText.of(texts[place], texts[place].length())));
    }
    return promises;
  }

  /** Promises for the texts of a new chunk. */
  static List<TextPromise> of(String... texts) {
    return in(chunk(texts), texts);
  }

  static List<String> texts(List<TextPromise> request) {
    return request.stream().map(promise -> promise.counted().text()).toList();
  }
}
