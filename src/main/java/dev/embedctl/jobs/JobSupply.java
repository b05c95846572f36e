package dev.embedctl.jobs;

import dev.embedctl.io.input.RecordSource;
import dev.embedctl.jobs.JobCalls.Stopped;
import dev.embedctl.jobs.JobFilling.Room;
import dev.embedctl.jobs.TextFeed.FeedText;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.pipeline.MissingTexts;
import dev.embedctl.pipeline.SeenKeys;
import dev.embedctl.provider.jobs.JobLimits;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Makes jobs of the texts that the cache lacks, pass by pass over the input, as far as there is
 * room for them. A text is in one job at a time.
 */
final class JobSupply implements Closeable {
  /** Jobs smaller than this part of the quota are not worth their overhead while others run. */
  private static final int SMALLEST_SHARE = 8;

  private final LaneParts parts;
  private final LaneOptions options;
  private final LaneStore store;
  private final JobCalls calls;
  private final LaneClock clock;
  private final OtherLanes others;
  private final JobFilling filling;

  /** The texts in jobs that have not ended, and those that got no vector in this round. */
  private SeenKeys submitted;

  private Optional<TextFeed> feed = Optional.empty();

  JobSupply(
      LaneParts parts,
      LaneOptions options,
      LaneStore store,
      JobCalls calls,
      LaneClock clock,
      OtherLanes others)
      throws IOException {
    this.parts = parts;
    this.options = options;
    this.store = store;
    this.calls = calls;
    this.clock = clock;
    this.others = others;
    this.filling = new JobFilling(parts, options.textsPerLine());
    this.submitted = read();
    others.refresh();
  }

  private SeenKeys read() throws IOException {
    SeenKeys keys = new SeenKeys(parts.pipeline().memory() / 2);
    for (LaneJob job : store.book().jobs()) {
      if (job.isOpen() || (job.round() == store.book().round() && job.isIncomplete())) {
        JobKeys.read(store.folder().keys(job.number())).all().forEach(keys::add);
      }
    }
    return keys;
  }

  /** The jobs have changed other than by {@link #next}. */
  void jobsChanged() throws IOException {
    submitted = read();
  }

  /** The next job, with its files on the disk; empty if there are no texts or no room now. */
  Optional<LaneJob> next() throws IOException, InterruptedException, Stopped {
    if (!hasRoom() || !hasTexts()) {
      return Optional.empty();
    }
    LaneFolder.Turn turn = others.turn();
    try {
      others.refresh();
      feed().removeCached(parts.cache()); // where a job of another lane has ended meanwhile
      return hasTexts() ? filled() : Optional.empty();
    } finally {
      turn.close();
    }
  }

  private Optional<LaneJob> filled() throws IOException, Stopped {
    int number = store.book().nextNumber();
    Room room =
        new Room(
            store.book().submitted().isEmpty() ? Math.max(1, tokens()) : tokens(),
            options
                .limit()
                .map(limit -> limit.tokens() - store.book().charged())
                .orElse(Long.MAX_VALUE));
    try (JobDraft draft = store.draft(number)) {
      filling.fill(draft, feed(), room, submitted::add);
      if (draft.lines() == 0) {
        endIfNothingIsLeftToSpend();
        return Optional.empty();
      }
      draft.force();
      store.append(
          new JournalEvent.Prepared(
              number,
              store.book().round(),
              draft.lines(),
              draft.texts(),
              draft.tokens(),
              filling.mostOf(draft),
              clock.now().toEpochMilli()));
    }
    return Optional.of(store.book().job(number));
  }

  /** Whether a job that is on the disk can be submitted now. */
  boolean hasRoomFor(LaneJob job) {
    return hasRoomForJobs() && (store.book().submitted().isEmpty() || job.tokens() <= tokens());
  }

  private boolean hasRoom() throws IOException {
    boolean alone = store.book().submitted().isEmpty();
    boolean scant = quota().isPresent() && tokens() < quota().getAsLong() / SMALLEST_SHARE;
    if (!hasRoomForJobs() || (scant && !alone)) {
      return false;
    }
    int texts = filling.texts();
    if (!submitted.hasRoomFor(texts)) {
      submitted = read();
    }
    if (!submitted.hasRoomFor(texts) && store.book().open().isEmpty()) {
      throw new RunFailed(
          "more texts failed than this run can remember; give the process more memory");
    }
    return submitted.hasRoomFor(texts);
  }

  private boolean hasRoomForJobs() {
    OptionalInt most = parts.api().limits().jobs();
    return most.isEmpty() || store.book().submitted().size() < most.getAsInt();
  }

  private OptionalLong quota() {
    JobLimits limits = parts.api().limits();
    OptionalLong learned = store.book().quota();
    return limits.enqueuedTokens().isPresent() && learned.isPresent()
        ? OptionalLong.of(Math.min(limits.enqueuedTokens().getAsLong(), learned.getAsLong()))
        : learned.isPresent() ? learned : limits.enqueuedTokens();
  }

  /** The tokens that the provider takes beside those in its jobs. */
  private long tokens() {
    OptionalLong quota = quota();
    return quota.isPresent()
        ? Math.max(0, quota.getAsLong() - store.book().enqueued())
        : Long.MAX_VALUE;
  }

  /** Jobs may cost less than is reserved for them, so they are waited for. */
  private void endIfNothingIsLeftToSpend() throws IOException, Stopped {
    if (store.book().open().isEmpty() && options.limit().isPresent()) {
      throw new RunFailed(
          options.limit().get().setting()
              + " ends the run: "
              + store.book().charged()
              + " tokens are spent on jobs, and a job of the next text could take up to "
              + filling.mostOf(feed().peek().orElseThrow().missing())
              + " more");
    }
  }

  /** Whether the pass has more texts for jobs. */
  boolean hasTexts() throws IOException, Stopped {
    return feed().peek().isPresent();
  }

  /** Begins another pass over the input. */
  void beginAgain() throws IOException {
    close();
    submitted = read();
    others.awaitNone();
    others.refresh();
  }

  private TextFeed feed() {
    if (feed.isEmpty()) {
      feed = Optional.of(opened());
    }
    return feed.get();
  }

  private TextFeed opened() {
    RecordSource source = parts.read();
    return new TextFeed(
        source,
        new MissingTexts(source, parts.cache(), parts.provider(), parts.pipeline()),
        store.troubles(),
        calls,
        this::isWanted);
  }

  private boolean isWanted(FeedText text) {
    boolean hasAttempts = store.book().attempt() <= options.retries().maxAttempts();
    return (hasAttempts || text.isSuspected())
        && !submitted.contains(text.key())
        && !text.isRefused()
        && !others.have(text.key());
  }

  @Override
  public void close() throws IOException {
    if (feed.isPresent()) {
      feed.get().close();
      feed = Optional.empty();
    }
  }
}
