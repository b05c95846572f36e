package dev.embedctl.jobs;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.cache.VectorCache;
import dev.embedctl.io.input.RecordSource;
import dev.embedctl.jobs.JobCalls.Stopped;
import dev.embedctl.jobs.Troubles.Trouble;
import dev.embedctl.pipeline.MissingTexts;
import dev.embedctl.pipeline.MissingTexts.Missing;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The texts of one pass over the input that are to be put into jobs, in order. */
final class TextFeed implements Closeable {
  private final RecordSource source;
  private final MissingTexts texts;
  private final Troubles troubles;
  private final JobCalls calls;
  private final Predicate<FeedText> isWanted;
  private final Deque<FeedText> next = new ArrayDeque<>();
  private boolean ended;

  /**
   * The wanted texts among the missing ones.
   *
   * @param isWanted is asked again each time that a text is the next one
   */
  TextFeed(
      RecordSource source,
      MissingTexts texts,
      Troubles troubles,
      JobCalls calls,
      Predicate<FeedText> isWanted) {
    this.calls = calls;
    this.source = source;
    this.texts = texts;
    this.troubles = troubles;
    this.isWanted = isWanted;
  }

  /** A missing text, with its trouble in earlier jobs. */
  record FeedText(Missing missing, Optional<Trouble> trouble) {
    FeedText {
      Objects.requireNonNull(missing);
      Objects.requireNonNull(trouble);
    }

    CacheKey key() {
      return missing.key();
    }

    String text() {
      return missing.text().text();
    }

    /** Whether it is sent alone in its line. */
    boolean isSuspected() {
      return trouble.filter(Trouble::isSuspected).isPresent();
    }

    boolean isRefused() {
      return trouble.filter(Trouble::isRefused).isPresent();
    }
  }

  /**
   * The next text; empty at the end of the input.
   *
   * @throws Stopped if the run is to stop
   */
  Optional<FeedText> peek() throws IOException, Stopped {
    while (true) {
      while (!next.isEmpty() && !isWanted.test(next.peek())) {
        next.remove();
      }
      if (!next.isEmpty() || ended) {
        return Optional.ofNullable(next.peek());
      }
      calls.endIfStopped();
      Optional<List<Missing>> chunk = texts.next();
      ended = chunk.isEmpty();
      if (chunk.isPresent()) {
        add(chunk.get());
      }
    }
  }

  /** Removes the texts that came into the cache after they were looked up. */
  void removeCached(VectorCache cache) throws IOException {
    Set<CacheKey> found = cache.lookup(next.stream().map(FeedText::key).toList()).keySet();
    next.removeIf(text -> found.contains(text.key()));
  }

  private void add(List<Missing> chunk) throws IOException {
    Map<CacheKey, Trouble> known = troubles.of(chunk.stream().map(Missing::key).toList());
    for (Missing text : chunk) {
      next.add(new FeedText(text, Optional.ofNullable(known.get(text.key()))));
    }
  }

  /** Removes the text of {@link #peek}. */
  void take() {
    next.remove();
  }

  /** Puts texts back, before all others. */
  void putBack(List<FeedText> taken) {
    taken.reversed().forEach(next::addFirst);
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
