package dev.embedctl.jobs;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.jobs.JobCalls.Stopped;
import dev.embedctl.jobs.TextFeed.FeedText;
import dev.embedctl.pipeline.MissingTexts.Missing;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.provider.jobs.BatchApi;
import dev.embedctl.provider.jobs.JobLimits;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/** Packs texts into lines and lines into a job, within all limits of both. */
final class JobFilling {
  /** The bytes of a line besides its texts: the model's name and the options. */
  private static final int BYTES_AROUND_TEXTS = 1024;

  /** More texts in a job would take much memory when its results come. */
  private static final int MOST_TEXTS = 100_000;

  /** The calls that may prove the results of a job: one for its model, one for its vectors. */
  private static final int CALLS_OF_A_JOB = 2;

  private final LaneParts parts;
  private final BatchApi api;
  private final EmbeddingProvider provider;
  private final JobLimits limits;
  private final int textsPerLine;

  JobFilling(LaneParts parts, OptionalInt textsPerLine) {
    this.parts = parts;
    this.api = parts.api();
    this.provider = parts.provider();
    this.limits = api.limits();
    int most = limits.line().textsPerRequest();
    this.textsPerLine = Math.min(textsPerLine.orElse(most), most);
  }

  /**
   * What a job may take.
   *
   * @param tokens the tokens that the provider takes
   * @param charged the tokens that may be charged
   */
  record Room(long tokens, long charged) {}

  /** The most texts in a job. */
  int texts() {
    return Math.min(limits.texts(), MOST_TEXTS);
  }

  /** Fills a draft with the next texts. */
  void fill(JobDraft draft, TextFeed feed, Room room, Consumer<CacheKey> onTaken)
      throws IOException, Stopped {
    while (draft.lines() < limits.lines()) {
      Line line = next(draft, feed, room);
      if (line.texts.isEmpty()) {
        return;
      }
      byte[] bytes = api.line(draft.nextId(), line.texts.stream().map(FeedText::text).toList());
      if (!draft.takes(bytes, limits)) {
        feed.putBack(line.texts);
        return;
      }
      List<CacheKey> keys = line.texts.stream().map(FeedText::key).toList();
      draft.add(bytes, keys, line.tokens, line.most, line.longest);
      keys.forEach(onTaken);
    }
  }

  /** A line that is being filled. */
  private static final class Line {
    private final List<FeedText> texts = new ArrayList<>();
    private final Set<CacheKey> keys = new HashSet<>();
    private long tokens;
    private long most;
    private long longest;
    private long bytes = BYTES_AROUND_TEXTS;
  }

  private Line next(JobDraft draft, TextFeed feed, Room room) throws IOException, Stopped {
    Line line = new Line();
    int mostTexts = Math.min(textsPerLine, texts() - draft.texts());
    while (line.texts.size() < mostTexts) {
      Optional<FeedText> next = feed.peek();
      if (next.isEmpty() || !fits(next.get(), line, draft, room)) {
        return line;
      }
      feed.take();
      if (!line.keys.add(next.get().key())) {
        continue; // it stands in two chunks
      }
      line.texts.add(next.get());
      line.tokens += next.get().missing().text().tokens();
      long most = parts.mostOf(next.get().missing().text());
      line.most += most;
      line.longest = Math.max(line.longest, most);
      line.bytes += provider.bytes(next.get().text());
      if (next.get().isSuspected()) {
        return line;
      }
    }
    return line;
  }

  private boolean fits(FeedText text, Line line, JobDraft draft, Room room) {
    ProviderLimits most = limits.line();
    boolean first = line.texts.isEmpty();
    int tokens = text.missing().text().tokens();
    boolean inLine =
        first
            || (!text.isSuspected()
                && line.tokens + tokens <= most.tokensPerRequest().orElse(Integer.MAX_VALUE)
                && line.bytes + provider.bytes(text.text())
                    <= most.bytesPerRequest().orElse(Integer.MAX_VALUE));
    boolean firstOfJob = first && draft.lines() == 0 && room.tokens() > 0;
    boolean inJob = firstOfJob || draft.tokens() + line.tokens + tokens <= room.tokens();
    long mostOfText = parts.mostOf(text.missing().text());
    long longest = Math.max(mostOfText, Math.max(line.longest, draft.longest()));
    boolean inBudget =
        draft.most() + line.most + mostOfText + mostOfCalls(longest) <= room.charged();
    return inLine && inJob && inBudget;
  }

  /** The most tokens that may be charged for a job, with the calls that prove its results. */
  long mostOf(JobDraft draft) {
    return draft.most() + mostOfCalls(draft.longest());
  }

  /** The most tokens that may be charged for a job of one text. */
  long mostOf(Missing text) {
    long most = parts.mostOf(text.text());
    return most + mostOfCalls(most);
  }

  /** The tokens in jobs that cost as much as the calls that prove the results of a job. */
  private long mostOfCalls(long longestText) {
    return BigDecimal.valueOf(CALLS_OF_A_JOB * longestText)
        .divide(limits.priceShare(), 0, RoundingMode.CEILING)
        .longValueExact();
  }
}
