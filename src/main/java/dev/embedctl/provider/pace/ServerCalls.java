package dev.embedctl.provider.pace;

import dev.embedctl.provider.CallListener;
import dev.embedctl.provider.CallListener.Call;
import dev.embedctl.provider.CallListener.Ending;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.EmbeddingRequest;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ServerNotices;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** Makes calls in their turns, and reports to the pacer and to a listener how they end. */
final class ServerCalls {
  /** The pause between calls to a provider that is loading its model. */
  private static final Duration WHILE_LOADING = Duration.ofSeconds(1);

  private final Pacer pacer;
  private final ServerNotices notices;
  private final CallListener listener;
  private final LongSupplier nanoTime;

  ServerCalls(Pacer pacer, ServerNotices notices, CallListener listener, LongSupplier nanoTime) {
    this.pacer = pacer;
    this.notices = notices;
    this.listener = listener;
    this.nanoTime = nanoTime;
  }

  /** Makes one call; if it fails, its turn ends. */
  Embeddings embed(EmbeddingProvider server, EmbeddingRequest request, Paces.Turn turn)
      throws ProviderException, InterruptedException {
    long start = nanoTime.getAsLong();
    Ending ending = Ending.FAILED;
    OptionalLong tokens = OptionalLong.empty();
    long uncounted = 0; // charged tokens if the reply does not count them
    boolean settled = false;
    listener.began();
    try {
      Embeddings embeddings = server.embed(request);
      settled = true;
      ending = Ending.ANSWERED;
      tokens = embeddings.tokens();
      uncounted = request.tokens();
      return embeddings;
    } catch (Transient e) {
      settled = true;
      tokens = e.billed();
      uncounted = e.kind() == Transient.Kind.BAD_REPLY ? request.tokens() : 0;
      ProviderException failure = slowedDown(turn, request.texts().size(), e);
      ending = isLimit(e) || isLimit(failure) ? Ending.RATE_LIMITED : Ending.FAILED;
      throw failure;
    } catch (ProviderException e) {
      tokens = e.billed();
      throw e;
    } finally {
      if (!settled) {
        pacer.failed(turn);
      }
      Duration took = Duration.ofNanos(nanoTime.getAsLong() - start);
      listener.ended(new Call(ending, request.texts().size(), tokens, uncounted, took));
    }
  }

  private static boolean isLimit(ProviderException failure) {
    return failure instanceof Transient e
        && (e.kind() == Transient.Kind.RATE_LIMITED || e.kind() == Transient.Kind.CROWDED_OUT);
  }

  private ProviderException slowedDown(Paces.Turn turn, int texts, Transient failure) {
    if (failure.asksToWait()) {
      Optional<Duration> tooLong =
          failure.kind() == Transient.Kind.LOADING
              ? pacer.notReady(turn, failure.retryAfter().orElse(WHILE_LOADING))
              : pacer.refused(turn, failure.retryAfter());
      if (tooLong.isPresent()) {
        return outOfPatience(failure, tooLong.get());
      }
      failure.retryAfter().ifPresent(listener::heldBack);
      return failure;
    }
    switch (failure.kind()) {
      case OVERLOADED -> {
        if (pacer.overloaded(turn)) {
          return failure.as(Transient.Kind.CROWDED_OUT);
        }
        leaveOut(turn, failure);
      }
      case TIMED_OUT -> {
        leaveOut(turn, failure);
        pacer.timedOut(turn, texts);
      }
      case SERVER_ERROR, UNREACHED, NO_REPLY -> {
        leaveOut(turn, failure);
        pacer.failed(turn);
      }
      case CUT_OFF, BAD_REPLY -> {
        switch (turn.purpose()) {
          case REQUEST -> {} // it may be this call
          case TRIAL -> leaveOut(turn, failure);
        }
        pacer.failed(turn);
      }
      case RATE_LIMITED, CROWDED_OUT, LOADING, MISUNDERSTOOD -> pacer.failed(turn);
    }
    return failure;
  }

  /** Leaves its server out before the turn ends, so that no other call gets it in between. */
  private void leaveOut(Paces.Turn turn, Transient failure) {
    pacer
        .leaveOut(turn)
        .ifPresent(pause -> notices.leftOut(turn.server(), pause, failure.getMessage()));
  }

  private static Hopeless outOfPatience(Transient failure, Duration wait) {
    String request =
        failure
            .retryAfter()
            .map(time -> "; it requests a wait of " + seconds(time) + ", after which")
            .orElse(";");
    return new Hopeless(
        Hopeless.Reason.PATIENCE,
        failure.getMessage()
            + request
            + " no call will have been admitted for "
            + seconds(wait)
            + ", longer than the run waits");
  }

  private static String seconds(Duration time) {
    return Math.ceilDiv(time.toMillis(), 1000) + " s";
  }
}
