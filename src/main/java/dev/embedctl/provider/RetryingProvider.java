package dev.embedctl.provider;

import dev.embedctl.model.StopSignal;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Calls another provider again after transient failures, until its policy or the run says stop. A
 * call that the provider put off, or that was not understood, is no attempt: it goes again as soon
 * as its pace lets it. Several texts that took too long do not go again together. Where a server
 * failed and others do not, the request goes to another one at once, which is no attempt either.
 */
public final class RetryingProvider extends ForwardingProvider {
  /**
   * A request that was turned away so often for a limit that the provider does not name may be at
   * fault itself.
   */
  private static final int MOST_CROWDED_OUT = 20;

  private final RetryPolicy policy;
  private final OtherServers others;
  private final Pause pause;
  private final RandomGenerator randomness;
  private final CallListener listener;
  private final LongSupplier nanoTime;
  private volatile boolean admitted;

  /** Waits between calls; a run's is {@link StopSignal#awaitFor}. */
  @FunctionalInterface
  public interface Pause {
    /** Waits for a time; returns true early if the run stops. */
    boolean stoppedWithin(Duration pause) throws InterruptedException;
  }

  /** A provider with one server. */
  public RetryingProvider(
      EmbeddingProvider provider,
      RetryPolicy policy,
      Pause pause,
      RandomGenerator randomness,
      CallListener listener,
      LongSupplier nanoTime) {
    this(provider, policy, OtherServers.none(), pause, randomness, listener, nanoTime);
  }

  public RetryingProvider(
      EmbeddingProvider provider,
      RetryPolicy policy,
      OtherServers others,
      Pause pause,
      RandomGenerator randomness,
      CallListener listener,
      LongSupplier nanoTime) {
    super(provider);
    this.policy = policy;
    this.others = others;
    this.pause = pause;
    this.randomness = randomness;
    this.listener = listener;
    this.nanoTime = nanoTime;
  }

  @Override
  public Embeddings embed(EmbeddingRequest request) throws ProviderException, InterruptedException {
    int attempt = 1;
    Optional<FailureSignature> before = Optional.empty();
    int crowdedOut = 0;
    List<Kind> moves = new ArrayList<>();
    for (int calls = 1; ; calls++) {
      try {
        Embeddings embeddings = provider().embed(request).after(calls);
        admitted = true;
        return embeddings;
      } catch (ProviderException.Transient e) {
        if (goesElsewhere(e, moves)) {
          moves.add(e.kind());
          listener.retrying(e.kind());
          continue;
        }
        if (e.kind() == Kind.TIMED_OUT && request.texts().size() > 1) {
          throw e.after(calls); // fewer texts may be embedded in time
        }
        if (e.kind() == Kind.CROWDED_OUT) {
          crowdedOut++;
        }
        if (e.isAttempt() || crowdedOut > MOST_CROWDED_OUT) {
          Optional<FailureSignature> signature = Optional.of(FailureSignature.of(e));
          if (attempt == policy.maxAttempts()
              || repeatsABadReply(signature, before)
              || stoppedWithin(pauseAfter(attempt, e))) {
            throw e.after(calls);
          }
          before = signature;
          attempt++;
        }
        listener.retrying(e.kind());
      } catch (ProviderException e) {
        throw e.after(calls - 1 + e.attempts());
      }
    }
  }

  @Override
  public EmbeddingProvider inNumbers() {
    return new RetryingProvider(
        provider().inNumbers(), policy, others, pause, randomness, listener, nanoTime);
  }

  /**
   * Whether a request goes to another server after this failure. The request may be at fault
   * itself, so this has an end, and a sooner one where each server takes its whole time.
   */
  private boolean goesElsewhere(ProviderException.Transient failure, List<Kind> moves) {
    return switch (failure.kind()) {
          case UNREACHED, CUT_OFF, NO_REPLY, SERVER_ERROR, OVERLOADED -> true;
          case TIMED_OUT -> !moves.contains(Kind.TIMED_OUT);
          case RATE_LIMITED, CROWDED_OUT, LOADING, BAD_REPLY, MISUNDERSTOOD -> false;
        }
        && !failure.asksToWait()
        && moves.size() < others.number()
        && others.areOpen();
  }

  /**
   * Whether a server that never gave a valid reply repeats an invalid one. Invalid replies may be
   * charged for, so a third attempt is not worth its price.
   */
  private boolean repeatsABadReply(
      Optional<FailureSignature> signature, Optional<FailureSignature> before) {
    return !admitted && signature.equals(before) && signature.get().isBadReply();
  }

  private boolean stoppedWithin(Duration length) throws InterruptedException {
    long start = nanoTime.getAsLong();
    try {
      return pause.stoppedWithin(length);
    } finally {
      listener.waited(CallListener.Wait.RETRY, Duration.ofNanos(nanoTime.getAsLong() - start));
    }
  }

  /** After a connection that was closed while idle, the next attempt needs no pause. */
  private Duration pauseAfter(int attempt, ProviderException.Transient failure) {
    return attempt == 1 && failure.kind() == Kind.CUT_OFF
        ? Duration.ZERO
        : policy.pauseAfter(attempt, randomness);
  }
}
