package dev.embedctl.jobs;

import dev.embedctl.cache.VectorCache;
import dev.embedctl.jobs.JobCalls.Stopped;
import dev.embedctl.jobs.LaneOptions.Finish;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.StopSignal;
import dev.embedctl.provider.EmbeddingProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Embeds the texts that a cache lacks by jobs at the provider: reads the input, fills jobs as far
 * as their limits allow, submits them, waits, and puts the results into the cache. All state is in
 * the journal and the cache, so that a run which is killed at any point is continued by the next
 * one. One thread uses it.
 */
public final class AsyncLane implements AutoCloseable {
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final Duration BETWEEN_LOOKS_AT_OTHERS = Duration.ofSeconds(15);

  /** Jobs are polled whenever they have got older by this part of their age. */
  private static final int POLLS_PER_AGE = 20;

  private final LaneParts parts;
  private final LaneOptions options;
  private final LaneClock clock;
  private final StopSignal stop;
  private final LaneListener listener;
  private final LaneStore store;
  private final JobSupply supply;
  private final OtherLanes others;
  private final PendingJobs jobs;
  private final JobCalls calls;
  private final Optional<Instant> end;
  private final SecureRandom randomness = new SecureRandom();
  private Optional<String> untakenElsewhere = Optional.empty();
  private Optional<Allowance> callsBesideJobs = Optional.empty();
  private Instant nextSubmission = Instant.MIN;
  private boolean textsWereDropped;
  private boolean finished;

  /** How a lane's run ended. */
  public enum Ending {
    /** Every text is in the cache or has no more attempts. */
    DONE,
    /** Jobs are pending or calls about them have to wait, and the run's wait is over. */
    PENDING,
    /** The run was stopped. */
    INTERRUPTED
  }

  private AsyncLane(
      LaneParts parts,
      LaneOptions options,
      LaneClock clock,
      StopSignal stop,
      LaneListener listener,
      LaneStore store,
      String name)
      throws IOException {
    this.parts = parts;
    this.options = options;
    this.clock = clock;
    this.stop = stop;
    this.listener = listener;
    this.store = store;
    this.end = options.longest().map(clock.now()::plus);
    this.calls = new JobCalls(options.retries(), clock, stop, end);
    this.others =
        new OtherLanes(store.folder(), parts.api().spec(), parts.pipeline().memory() / 4, calls);
    this.supply = new JobSupply(parts, options, store, calls, clock, others);
    this.jobs = new PendingJobs(parts, options, store, calls, clock, stop, name, reaction());
  }

  private PendingJobs.Reaction reaction() {
    return new PendingJobs.Reaction() {
      @Override
      public void submitted(Submission.Result result) throws IOException {
        react(result);
      }

      @Override
      public void seen() {
        listener.changed(figures());
      }

      @Override
      public void ended() {
        nextSubmission = Instant.MIN; // there is room again
        listener.changed(figures());
      }
    };
  }

  /**
   * Opens a lane of a cache.
   *
   * @param user the command, which other runs print
   * @throws RunFailed if another run has it, or its files cannot be used
   */
  public static AsyncLane open(
      Path cacheFolder,
      String user,
      LaneParts parts,
      LaneOptions options,
      LaneClock clock,
      StopSignal stop,
      LaneListener listener) {
    return open(cacheFolder, user, LaneDisk.SYSTEM, parts, options, clock, stop, listener);
  }

  static AsyncLane open(
      Path cacheFolder,
      String user,
      LaneDisk disk,
      LaneParts parts,
      LaneOptions options,
      LaneClock clock,
      StopSignal stop,
      LaneListener listener) {
    String name = LaneFolder.nameOf(parts.api().spec(), parts.files());
    try {
      LaneStore store = LaneStore.open(cacheFolder, name, user, disk, listener::appended);
      try {
        return new AsyncLane(parts, options, clock, stop, listener, store, name);
      } catch (IOException | RuntimeException e) {
        store.close();
        throw e;
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private static RunFailed failure(IOException e) {
    return new RunFailed(
        "the journal of jobs or the cache cannot be used ("
            + e.getMessage()
            + "); free disk space or mend the folder, and run the same command again: no job is"
            + " lost",
        e);
  }

  /**
   * Works until there is nothing to wait for, the wait is over, or the run is stopped.
   *
   * @throws RunFailed if it cannot go on
   */
  public Ending run() throws InterruptedException {
    try (supply) {
      if (stop.isRaised()) {
        return Ending.INTERRUPTED; // the run may have no cache, which would lose paid results
      }
      recover();
      while (true) {
        jobs.poll();
        fill();
        if (stop.isRaised()) {
          return Ending.INTERRUPTED;
        }
        if (store.book().open().isEmpty()) {
          if (!supply.hasTexts() && !beginNextPass()) {
            if (!others.areAwaited()) {
              return done();
            }
            if (!awaitOthers()) {
              return Ending.PENDING;
            }
          }
        } else if (!pause()) {
          return Ending.PENDING;
        }
      }
    } catch (Stopped e) {
      return stop.isRaised() ? Ending.INTERRUPTED : Ending.PENDING;
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private Ending done() throws IOException, InterruptedException, Stopped {
    if (options.finish() == Finish.SYNC && !store.book().incomplete().isEmpty()) {
      jobs.compareForCalls(atFullPrice());
    }
    return Ending.DONE;
  }

  /**
   * Waits for jobs of other lanes, and brings those on that no other run works on; returns false if
   * the whole wait is over first.
   */
  private boolean awaitOthers() throws IOException, InterruptedException, Stopped {
    bringOthersOn();
    while (!others.haveEnded()) {
      if (!pause(BETWEEN_LOOKS_AT_OTHERS)) {
        return false;
      }
      if (stop.isRaised()) {
        throw new Stopped();
      }
      bringOthersOn();
    }
    supply.beginAgain();
    return true;
  }

  private void bringOthersOn() throws IOException, InterruptedException, Stopped {
    for (String lane : others.awaited()) {
      Optional<LaneStore> free = store.other(lane);
      if (free.isPresent()) {
        bringOn(free.get(), lane);
      }
    }
  }

  private void bringOn(LaneStore free, String lane)
      throws IOException, InterruptedException, Stopped {
    try (LaneStore other = free) {
      PendingJobs pending =
          new PendingJobs(
              parts, options, other, calls, clock, stop, lane, PendingJobs.Reaction.NONE);
      try {
        pending.dropUnsubmitted();
        pending.completeBegun();
        pending.poll();
      } finally {
        untakenElsewhere = pending.untaken();
      }
    }
  }

  /** Begins the journal, and completes what the last run began and did not end. */
  private void recover() throws IOException, InterruptedException, Stopped {
    if (store.book().opened().isEmpty()) {
      store.append(
          new JournalEvent.Opened(
              parts.api().spec().provider(),
              parts.api().spec().endpoint(),
              parts.api().spec().model(),
              parts.files(),
              randomness.nextLong(),
              clock.now().toEpochMilli()));
    }
    if (store.book().attempt() == 0) {
      store.append(new JournalEvent.RoundBegan(store.book().round() + 1, 1));
      supply.jobsChanged();
    }
    jobs.completeBegun();
  }

  private void react(Submission.Result result) throws IOException {
    switch (result) {
      case SUBMITTED -> {}
      case OVER_QUOTA -> nextSubmission = clock.now().plus(LONGEST_PAUSE);
      case TOO_LARGE -> {
        supply.jobsChanged();
        textsWereDropped = true;
      }
    }
    listener.changed(figures());
  }

  /** Submits jobs as long as there are texts and room for them. */
  private void fill() throws IOException, InterruptedException, Stopped {
    for (LaneJob job : store.book().open()) {
      if (maySubmit() && !job.isSubmitted() && supply.hasRoomFor(job)) {
        jobs.submit(job);
      }
    }
    while (maySubmit() && store.book().open().stream().allMatch(LaneJob::isSubmitted)) {
      Optional<LaneJob> next = supply.next();
      if (next.isEmpty()) {
        return;
      }
      jobs.submit(next.get());
    }
  }

  private boolean maySubmit() {
    return !stop.isRaised() && !clock.now().isBefore(nextSubmission);
  }

  /** Begins another pass over the input if texts can be submitted again. */
  private boolean beginNextPass() throws IOException {
    boolean again = textsWereDropped;
    textsWereDropped = false;
    if (!again && options.finish() == Finish.ASYNC && !store.book().incomplete().isEmpty()) {
      int attempt = store.book().attempt() + 1;
      int most = options.retries().maxAttempts();
      again = attempt <= most || (attempt == most + 1 && store.anyTextIsSuspected());
      if (again) {
        store.append(new JournalEvent.RoundBegan(store.book().round() + 1, attempt));
      }
    }
    if (again) {
      supply.beginAgain();
    }
    return again;
  }

  /** Waits until jobs may have changed; returns false if the whole wait is over. */
  private boolean pause() throws InterruptedException {
    Duration pause = figures().oldest().dividedBy(POLLS_PER_AGE);
    pause = pause.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : pause;
    return pause(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
  }

  /** Waits for this time; returns false if the whole wait is over first. */
  private boolean pause(Duration wanted) throws InterruptedException {
    Duration pause = wanted;
    if (end.isPresent()) {
      Duration left = Duration.between(clock.now(), end.get());
      if (left.isNegative() || left.isZero()) {
        return false;
      }
      pause = pause.compareTo(left) > 0 ? left : pause;
    }
    clock.pause(pause);
    return true;
  }

  /** The view of the cache for the run that writes the output. */
  public VectorCache bought() {
    return new BoughtCache(parts.cache(), store.paid());
  }

  /**
   * The provider of the run that writes the output, after the lane is done.
   *
   * @param inCalls the provider for texts that no job embedded, if they are to be sent in calls
   */
  public EmbeddingProvider boughtFrom(EmbeddingProvider inCalls) {
    BoughtTexts.Rest rest =
        switch (options.finish()) {
          case ASYNC -> new BoughtTexts.Rest.Failed();
          case SYNC -> new BoughtTexts.Rest.PaidAtFullPrice(atFullPrice());
        };
    return new BoughtTexts(inCalls, parts.cache(), store.troubles(), rest);
  }

  /** What the limit leaves for calls when all jobs have ended. */
  private Allowance atFullPrice() {
    if (callsBesideJobs.isEmpty()) {
      callsBesideJobs = Optional.of(Allowance.of(options.limit(), store.book().charged(), parts));
    }
    return callsBesideJobs.get();
  }

  /** The job whose results no run with these options can take, if the run ended for that. */
  public Optional<String> untaken() {
    return jobs.untaken().or(() -> untakenElsewhere);
  }

  /** Files that could not be deleted at the provider. */
  public List<String> undeleted() {
    return jobs.undeleted();
  }

  /** The state of the jobs. */
  public LaneFigures figures() {
    return LaneFigures.of(
        store.book(), jobs.lastSeen(), clock.now(), parts.api().limits().priceShare());
  }

  /** The output is written: closing removes the lane's files. */
  public void finish() {
    finished = true;
  }

  /** The run failed, since some texts have no vector: the next one submits them anew. */
  public void giveUp() {
    try {
      store.append(new JournalEvent.GaveUp());
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public void close() {
    try {
      if (finished) {
        store.closeForGood();
      } else {
        store.close();
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }
}
