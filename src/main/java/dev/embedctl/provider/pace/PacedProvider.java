package dev.embedctl.provider.pace;

import dev.embedctl.provider.CallListener;
import dev.embedctl.provider.CallListener.Call;
import dev.embedctl.provider.CallListener.Ending;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.EmbeddingRequest;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.ForwardingProvider;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Unsent;
import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.provider.catalog.TokenMeter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Sends each call of a run when the budget and the pace allow it, and reports its result to both
 * and to a listener.
 */
public final class PacedProvider extends ForwardingProvider {
  /** The pause between calls to a provider that is loading its model. */
  private static final Duration WHILE_LOADING = Duration.ofSeconds(1);

  private final Pacer pacer;
  private final Budget budget;
  private final TokenMeter meter;
  private final CallListener listener;
  private final LongSupplier nanoTime;

  public PacedProvider(
      EmbeddingProvider provider,
      Pacer pacer,
      Budget budget,
      TokenMeter meter,
      CallListener listener,
      LongSupplier nanoTime) {
    super(provider);
    this.pacer = pacer;
    this.budget = budget;
    this.meter = meter;
    this.listener = listener;
    this.nanoTime = nanoTime;
  }

  /**
   * Waits for its turn and makes one call.
   *
   * @throws Unsent if the run stops first
   * @throws Refused if only fewer texts may fit the budget or the provider's limits
   * @throws Hopeless if the budget is used up, or the provider requests too long a wait
   */
  @Override
  public Embeddings embed(EmbeddingRequest request) throws ProviderException, InterruptedException {
    ProviderLimits limits = limits();
    List<String> texts = request.texts();
    checkLimit(texts);
    long most = budget.isLimited() ? atMost(request) : 0;
    if (!budget.reserve(most)) {
      throw texts.size() > 1
          ? new Refused("the budget may be enough for fewer texts").after(0)
          : new Hopeless(Hopeless.Reason.BUDGET, budget.exceededBy(most)).after(0);
    }
    OptionalLong charged = OptionalLong.of(0);
    try {
      Pace.Turn turn =
          awaitTurn(request.tokens(), limits.counts().of(texts.size())).orElseThrow(Unsent::new);
      checkLimitAgain(texts, turn);
      charged = OptionalLong.empty(); // unknown until the reply is read
      Embeddings embeddings = sent(request, turn);
      charged = embeddings.tokens();
      return embeddings;
    } catch (Transient e) {
      charged = e.billed().isPresent() || e.kind().mayBePaid() ? e.billed() : OptionalLong.of(0);
      throw e;
    } catch (ProviderException e) {
      charged = OptionalLong.of(e.billed().orElse(0));
      throw e;
    } finally {
      budget.settle(most, charged);
    }
  }

  @Override
  public EmbeddingProvider inNumbers() {
    return new PacedProvider(provider().inNumbers(), pacer, budget, meter, listener, nanoTime);
  }

  /** The provider's limits, lowered to the texts that it embeds within the timeout. */
  @Override
  public ProviderLimits limits() {
    return super.limits().withTextsAtMost(pacer.textsPerCall());
  }

  /** A request may have been packed before the run learned a lower limit. */
  private void checkLimit(List<String> texts) throws Refused {
    if (texts.size() > limits().textsPerRequest()) {
      throw new Refused("the provider takes fewer texts in one request").after(0);
    }
  }

  /** Checks again, since the limit may have changed while the request waited. */
  private void checkLimitAgain(List<String> texts, Pace.Turn turn) throws Refused {
    try {
      checkLimit(texts);
    } catch (Refused e) {
      pacer.failed(turn);
      throw e;
    }
  }

  private Optional<Pace.Turn> awaitTurn(long tokens, long requests) throws InterruptedException {
    long start = nanoTime.getAsLong();
    try {
      return pacer.awaitTurn(tokens, requests);
    } finally {
      listener.waited(CallListener.Wait.PACE, Duration.ofNanos(nanoTime.getAsLong() - start));
    }
  }

  private Embeddings sent(EmbeddingRequest request, Pace.Turn turn)
      throws ProviderException, InterruptedException {
    long start = nanoTime.getAsLong();
    Ending ending = Ending.FAILED;
    OptionalLong tokens = OptionalLong.empty();
    long uncounted = 0; // charged tokens if the reply does not count them
    boolean settled = false;
    listener.began();
    try {
      Embeddings embeddings = provider().embed(request);
      settled = true;
      ending = Ending.ANSWERED;
      tokens = embeddings.tokens();
      uncounted = request.tokens();
      pacer.answered(turn, request.texts().size(), tokens, embeddings.quota());
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

  private ProviderException slowedDown(Pace.Turn turn, int texts, Transient failure) {
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
      }
      case TIMED_OUT -> pacer.timedOut(turn, texts);
      case RATE_LIMITED,
          CROWDED_OUT,
          LOADING,
          SERVER_ERROR,
          UNREACHED,
          CUT_OFF,
          NO_REPLY,
          BAD_REPLY,
          MISUNDERSTOOD ->
          pacer.failed(turn);
    }
    return failure;
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

  /** The most tokens that the provider may charge for a request. */
  private long atMost(EmbeddingRequest request) {
    return request.counted().stream().mapToLong(text -> meter.measure(text).high()).sum();
  }
}
