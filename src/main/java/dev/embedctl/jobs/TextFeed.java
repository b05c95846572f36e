package dev.embedctl.jobs;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.io.input.RecordSource;
import dev.embedctl.pipeline.MissingTexts;
import dev.embedctl.pipeline.MissingTexts.Missing;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The texts of one pass over the input that are to be put into jobs, in order. */
final class TextFeed implements Closeable {
  private final RecordSource source;
  private final MissingTexts texts;
  private final Predicate<CacheKey> isWanted;
  private final Deque<Missing> next = new ArrayDeque<>();
  private boolean ended;

  /**
   * The wanted texts among the missing ones.
   *
   * @param isWanted is asked again each time that a text is the next one
   */
  TextFeed(RecordSource source, MissingTexts texts, Predicate<CacheKey> isWanted) {
    this.source = source;
    this.texts = texts;
    this.isWanted = isWanted;
  }

  /** The next text; empty at the end of the input. */
  Optional<Missing> peek() {
    while (true) {
      while (!next.isEmpty() && !isWanted.test(next.peek().key())) {
        next.remove();
      }
      if (!next.isEmpty() || ended) {
        return Optional.ofNullable(next.peek());
      }
      Optional<List<Missing>> chunk = texts.next();
      ended = chunk.isEmpty();
      chunk.ifPresent(next::addAll);
    }
  }

  /** Removes the text of {@link #peek}. */
  void take() {
    next.remove();
  }

  /** Puts texts back, before all others. */
  void putBack(List<Missing> taken) {
    taken.reversed().forEach(next::addFirst);
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
