package dev.embedctl.provider.pace;

import dev.embedctl.provider.Agreement;
import dev.embedctl.provider.Agreement.Sample;
import dev.embedctl.provider.CallListener;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.EmbeddingRequest;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.Embeddings.Doubt;
import dev.embedctl.provider.ForwardingProvider;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Unsent;
import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.provider.ServerNotices;
import dev.embedctl.provider.catalog.TokenMeter;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Sends each call of a run when the budget and the pace allow it, to one of the run's servers, and
 * reports its result to both and to a listener. A server on trial must make the same vectors as the
 * others before it gets the texts of a request.
 */
public final class PacedProvider extends ForwardingProvider {
  private final List<EmbeddingProvider> servers;
  private final Agreement agreement;
  private final ServerNotices notices;
  private final Pacer pacer;
  private final ServerCalls calls;
  private final Budget budget;
  private final TokenMeter meter;
  private final CallListener listener;
  private final LongSupplier nanoTime;

  /** A provider with one server. */
  public PacedProvider(
      EmbeddingProvider provider,
      Pacer pacer,
      Budget budget,
      TokenMeter meter,
      CallListener listener,
      LongSupplier nanoTime) {
    this(
        List.of(provider),
        Agreement.ofTheOnlyOne(),
        ServerNotices.ofTheOnlyOne(),
        pacer,
        budget,
        meter,
        listener,
        nanoTime);
  }

  /**
   * A provider with several servers of one model.
   *
   * @param servers calls to them, as many as the pacer has; the first one's spec counts
   */
  public PacedProvider(
      List<EmbeddingProvider> servers,
      Agreement agreement,
      ServerNotices notices,
      Pacer pacer,
      Budget budget,
      TokenMeter meter,
      CallListener listener,
      LongSupplier nanoTime) {
    super(servers.getFirst());
    this.servers = List.copyOf(servers);
    this.agreement = agreement;
    this.notices = notices;
    this.pacer = pacer;
    this.calls = new ServerCalls(pacer, notices, listener, nanoTime);
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
    checkLimit(request.texts());
    Optional<Embeddings> reply = Optional.empty();
    while (reply.isEmpty()) {
      reply = inTurn(request);
    }
    return pacer.haveAllBeenTried() ? reply.get() : ofAnyModel(reply.get());
  }

  /**
   * Makes one call; empty if it was a comparison, or a trial was put off, after which the request
   * takes another turn.
   */
  private Optional<Embeddings> inTurn(EmbeddingRequest request)
      throws ProviderException, InterruptedException {
    List<String> texts = request.texts();
    long held = atMost(request);
    if (!budget.reserve(held)) {
      throw texts.size() > 1
          ? new Refused("the budget may be enough for fewer texts").after(0)
          : exceeded(held);
    }
    OptionalLong charged = OptionalLong.of(0);
    try {
      Paces.Turn turn =
          awaitTurn(request.tokens(), limits().counts().of(texts.size())).orElseThrow(Unsent::new);
      checkLimitAgain(texts, turn);
      Optional<Sample> others = toCompare(turn);
      if (others.isPresent()) {
        long most = atMost(others.get().request());
        if (!budget.reserveInstead(held, most)) {
          passOver(turn, most);
          return Optional.empty();
        }
        held = most;
        charged = OptionalLong.empty();
        charged = letIn(others.get(), turn).tokens();
        return Optional.empty();
      }
      charged = OptionalLong.empty(); // unknown until the reply is read
      Embeddings embeddings =
          switch (turn.purpose()) {
            case REQUEST -> sent(request, turn);
            case TRIAL -> first(request, turn);
          };
      charged = embeddings.tokens();
      return Optional.of(embeddings);
    } catch (ProviderException e) {
      charged = charged(e);
      throw e;
    } finally {
      budget.settle(held, charged);
    }
  }

  /** The request goes to another server, since a comparison may cost too much now. */
  private void passOver(Paces.Turn turn, long most) throws ProviderException {
    if (!pacer.passOver(turn)) {
      throw exceeded(most);
    }
  }

  private ProviderException exceeded(long most) {
    return new Hopeless(Hopeless.Reason.BUDGET, budget.exceededBy(most)).after(0);
  }

  /** The tokens that a failed call is charged for; empty if that is unknown. */
  private static OptionalLong charged(ProviderException failure) {
    boolean unknown = failure instanceof Transient e && e.kind().mayBePaid();
    return unknown ? failure.billed() : OptionalLong.of(failure.billed().orElse(0));
  }

  private static Embeddings ofAnyModel(Embeddings embeddings) {
    Set<Doubt> doubts = EnumSet.of(Doubt.MODEL);
    doubts.addAll(embeddings.doubts());
    return embeddings.doubting(doubts);
  }

  @Override
  public EmbeddingProvider inNumbers() {
    return new PacedProvider(
        servers.stream().map(EmbeddingProvider::inNumbers).toList(),
        agreement,
        notices,
        pacer,
        budget,
        meter,
        listener,
        nanoTime);
  }

  /** The limits of all servers, lowered to the texts that they embed within the timeout. */
  @Override
  public ProviderLimits limits() {
    ProviderLimits all = super.limits();
    for (EmbeddingProvider other : servers.subList(1, servers.size())) {
      all = all.and(other.limits());
    }
    return all.withTextsAtMost(pacer.textsPerCall());
  }

  @Override
  public void close() {
    servers.forEach(EmbeddingProvider::close);
  }

  /** A request may have been packed before the run learned a lower limit. */
  private void checkLimit(List<String> texts) throws Refused {
    if (texts.size() > limits().textsPerRequest()) {
      throw new Refused("the provider takes fewer texts in one request").after(0);
    }
  }

  /** Checks again, since the limit may have changed while the request waited. */
  private void checkLimitAgain(List<String> texts, Paces.Turn turn) throws Refused {
    try {
      checkLimit(texts);
    } catch (Refused e) {
      pacer.failed(turn);
      throw e;
    }
  }

  private Optional<Paces.Turn> awaitTurn(long tokens, long requests) throws InterruptedException {
    long start = nanoTime.getAsLong();
    try {
      return pacer.awaitTurn(tokens, requests);
    } finally {
      listener.waited(CallListener.Wait.PACE, Duration.ofNanos(nanoTime.getAsLong() - start));
    }
  }

  private Embeddings sent(EmbeddingRequest request, Paces.Turn turn)
      throws ProviderException, InterruptedException {
    Embeddings embeddings = calls.embed(servers.get(turn.server()), request, turn);
    answered(turn, request, embeddings);
    return embeddings;
  }

  /** What the turn's server has to embed before it gets requests, if there is something yet. */
  private Optional<Sample> toCompare(Paces.Turn turn) {
    return switch (turn.purpose()) {
      case REQUEST -> Optional.empty();
      case TRIAL -> agreement.sample().map(others -> fitting(others, turn));
    };
  }

  private Sample fitting(Sample others, Paces.Turn turn) {
    return others.ofAtMost(servers.get(turn.server()).limits().textsPerRequest());
  }

  /** Lets a server in that makes the same vectors as the others. */
  private Embeddings letIn(Sample others, Paces.Turn turn)
      throws ProviderException, InterruptedException {
    Embeddings reply = compare(others, turn);
    answered(turn.estimating(others.request().tokens()), others.request(), reply);
    return reply;
  }

  /** A request whose vectors are the first ones, or else are compared after it. */
  private Embeddings first(EmbeddingRequest request, Paces.Turn turn)
      throws ProviderException, InterruptedException {
    Embeddings embeddings = calls.embed(servers.get(turn.server()), request, turn);
    Optional<Sample> faster = agreement.begin(turn.server(), request, embeddings);
    if (faster.isPresent()) {
      try {
        compareAfter(fitting(faster.get(), turn), turn);
      } catch (Transient e) {
        throw e.as(Transient.Kind.NO_REPLY).billing(embeddings.tokens()); // the reply is paid for
      } catch (ProviderException e) {
        throw e.billing(embeddings.tokens());
      }
    }
    answered(turn, request, embeddings);
    return embeddings;
  }

  /** Compares the vectors of a server that has answered a request already. */
  private void compareAfter(Sample others, Paces.Turn turn)
      throws ProviderException, InterruptedException {
    long most = atMost(others.request());
    if (!budget.reserveInstead(0, most)) {
      boolean unused = pacer.passOver(turn);
      throw new Transient(
          "the budget is not enough now to compare its vectors with another server's",
          Transient.Kind.NO_REPLY,
          Optional.empty(),
          null);
    }
    pacer.sentToo(turn, others.request().tokens(), limits().counts().of(others.vectors().size()));
    OptionalLong charged = OptionalLong.empty();
    try {
      charged = compare(others, turn).tokens();
    } catch (ProviderException e) {
      charged = charged(e);
      throw e;
    } finally {
      budget.settle(most, charged);
    }
  }

  /**
   * Compares the vectors of the turn's server with another one's, in a call of its own.
   *
   * @throws Hopeless if they differ
   */
  private Embeddings compare(Sample others, Paces.Turn turn)
      throws ProviderException, InterruptedException {
    SampleCalls server =
        new SampleCalls(servers.get(turn.server()), notices.address(turn.server()));
    Embeddings reply = calls.embed(server, others.request(), turn);
    check(others, turn, reply);
    return reply;
  }

  private void check(Sample others, Paces.Turn turn, Embeddings reply) throws Hopeless {
    Optional<String> difference = agreement.difference(others, turn.server(), reply);
    if (difference.isPresent()) {
      pacer.failed(turn);
      throw differs(difference.get(), notices.address(others.server())).billing(reply.tokens());
    }
  }

  /** As long as a server is untried, the first vectors may be those of the wrong model. */
  private Hopeless differs(String difference, String stored) {
    return pacer.haveAllBeenTried()
        ? new Hopeless(
            Hopeless.Reason.SERVERS,
            difference
                + "; the vectors that this run has stored are those of "
                + stored
                + ", so clear the cache if that one has the wrong model")
        : new Hopeless(Hopeless.Reason.MODEL_CHANGED, difference);
  }

  private void answered(Paces.Turn turn, EmbeddingRequest request, Embeddings embeddings) {
    pacer.answered(turn, request.texts().size(), embeddings.tokens(), embeddings.quota());
  }

  /** The most tokens that the provider may charge for a request; not counted without a limit. */
  private long atMost(EmbeddingRequest request) {
    if (!budget.isLimited()) {
      return 0;
    }
    return request.counted().stream().mapToLong(text -> meter.measure(text).high()).sum();
  }
}
