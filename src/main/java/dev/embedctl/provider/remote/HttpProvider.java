package dev.embedctl.provider.remote;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.EmbeddingRequest;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.ForwardingProvider;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.provider.TextLimit;
import dev.embedctl.provider.TokenCounter;
import dev.embedctl.provider.remote.api.Dialect;
import dev.embedctl.provider.remote.api.JsonText;
import dev.embedctl.provider.remote.api.JsonVectors;
import dev.embedctl.provider.remote.api.OptionalField;
import dev.embedctl.provider.remote.api.Reply;
import dev.embedctl.provider.remote.api.SelfDescription;
import dev.embedctl.provider.remote.api.TokenVectors;
import dev.embedctl.provider.remote.api.UnfitIndexes;
import dev.embedctl.provider.remote.api.WireFormat;
import dev.embedctl.provider.remote.errors.ErrorBody;
import dev.embedctl.provider.remote.errors.FailedReply;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * Asks an API for vectors over HTTP, one call a request; its wire format says how. What a server
 * does not understand it is not told again: the run learns its dialect.
 */
public final class HttpProvider implements EmbeddingProvider {
  /** A number in JSON with its comma, or in base64, and what may stand between numbers. */
  private static final int LONGEST_NUMBER = 32;

  /** No model that is known has vectors of more. */
  private static final int MOST_DIMENSIONS = 16_384;

  /** What a reply may have beside its vectors, and beside each. */
  private static final int BESIDE = 64 << 10;

  private static final int BESIDE_EACH = 1 << 10;

  private static final int PROXY_AUTHENTICATION_REQUIRED = 407;

  private final HttpCalls calls;
  private final WireFormat format;
  private final EmbeddingSpec spec;
  private final String prefix;
  private final URI baseUrl;
  private final CallAddress address;
  private final Optional<HttpProxy> proxy;
  private final FailureMessages told;
  private final ServerListener listener;
  private final AtomicReference<Dialect> dialect;
  private final Normalization normalization;
  private final long longestVector;
  private final Belief belief;
  private final Optional<TextLimit> longestText;
  private final ReentrantLock asking = new ReentrantLock();
  private volatile boolean described;
  private volatile boolean dimensionsHeeded;

  /**
   * A provider.
   *
   * @param normalization what is made of the vectors' lengths
   * @param expectations what replies must be like, as far as it is known
   * @param limits what a request may hold, as far as it is known beforehand
   * @param longestText what a text may hold, as far as it is known
   * @param usualPath the path that the API's base URL usually has, where it has one
   * @param listener hears of the server
   */
  public HttpProvider(
      HttpCalls calls,
      WireFormat format,
      EmbeddingSpec spec,
      Normalization normalization,
      Belief.Expectations expectations,
      ProviderLimits limits,
      Optional<TextLimit> longestText,
      URI baseUrl,
      Optional<String> usualPath,
      Optional<HttpProxy> proxy,
      FailureMessages told,
      ServerListener listener) {
    this.calls = calls;
    this.format = format;
    this.spec = spec;
    this.prefix = format.prefix(spec);
    this.baseUrl = baseUrl;
    this.address = new CallAddress(baseUrl, format.path(baseUrl, spec), usualPath);
    this.proxy = proxy;
    this.told = told;
    this.listener = listener;
    this.normalization = normalization;
    this.longestText = longestText.map(limit -> behind(prefix, limit));
    this.longestVector = LONGEST_NUMBER * (long) expectations.dimensions().orElse(MOST_DIMENSIONS);
    this.belief = new Belief(spec, expectations, told, listener);
    this.dialect =
        new AtomicReference<>(new Dialect(format.words(spec), limits, Dialect.TextForm.LIST));
  }

  private static TextLimit behind(String prefix, TextLimit limit) {
    return new TextLimit(limit.tokens(), text -> limit.count().applyAsInt(prefix + text));
  }

  private URI at(String path) {
    return URI.create(baseUrl.toString().replaceAll("/+$", "") + path);
  }

  @Override
  public EmbeddingSpec spec() {
    return spec;
  }

  @Override
  public Normalization normalization() {
    return normalization;
  }

  @Override
  public ProviderLimits limits() {
    return dialect.get().limits();
  }

  @Override
  public Optional<TextLimit> longestText() {
    return longestText;
  }

  /**
   * Exact for a text that may be too long; for one that cannot be (a byte-level tokenizer makes no
   * more tokens than bytes), or where the tokenizer is unknown, a quarter of its bytes, which is
   * also how OpenAI estimates a request.
   */
  @Override
  public int tokens(String text) {
    return tokensOfSent(prefix + text);
  }

  private int tokensOfSent(String text) {
    int bytes = TokenCounter.utf8Length(text);
    ProviderLimits limits = limits();
    return limits.tokensPerText().isPresent() && bytes > limits.tokensPerText().getAsInt()
        ? TokenCounter.count(text)
        : Math.ceilDiv(bytes, 4);
  }

  @Override
  public int bytes(String text) {
    return JsonText.bytes(prefix) + JsonText.bytes(text) + format.bytesAroundText(spec);
  }

  @Override
  public EmbeddingProvider inNumbers() {
    return new ForwardingProvider(this) {
      @Override
      public Embeddings embed(EmbeddingRequest request)
          throws ProviderException, InterruptedException {
        return HttpProvider.this.embed(request, old -> old.without(OptionalField.ENCODING_FORMAT));
      }
    };
  }

  @Override
  public Embeddings embed(EmbeddingRequest request) throws ProviderException, InterruptedException {
    return embed(request, UnaryOperator.identity());
  }

  private Embeddings embed(EmbeddingRequest asked, UnaryOperator<Dialect> form)
      throws ProviderException, InterruptedException {
    List<String> texts = asked.texts();
    describe();
    Dialect spoken = form.apply(dialect.get());
    if (texts.size() > spoken.limits().textsPerRequest()) { // what it has just said of itself
      throw new Refused(told.message("it takes fewer texts in one request"));
    }
    byte[] body = format.request(spec, sent(texts), spoken);
    URI called = address.now();
    HttpResponse<byte[]> response =
        calls.post(called, body, BESIDE + texts.size() * (longestVector + BESIDE_EACH));
    listener.answered(new Answer(format, spoken, response, told));
    Request request = new Request(called, texts, asked.tokens(), body.length, spoken);
    if (response.statusCode() != 200) {
      throw told.of(failure(response, request));
    }
    Reply reply = read(response, request);
    OptionalLong tokens = belief.counted(reply.tokens(), body.length);
    try {
      judge(reply, spoken);
    } catch (ProviderException e) {
      throw e.billing(billed(tokens, asked.tokens()));
    }
    address.proven(called);
    belief.checkUnit(tokens, texts, asked.tokens());
    return new Embeddings(reply.vectors(), tokens)
        .with(normalization)
        .saying(format.quota(response.headers()))
        .doubting(belief.doubts(reply, spoken.includes(OptionalField.ENCODING_FORMAT)));
  }

  /** What a call costs that is answered and not believed: what the reply counts, or about that. */
  private static OptionalLong billed(OptionalLong counted, long estimated) {
    return OptionalLong.of(counted.orElse(estimated));
  }

  private Reply read(HttpResponse<byte[]> response, Request request) throws ProviderException {
    try {
      Reply reply = format.reply(spec, response.body(), request.texts().size());
      belief.checkOrder(reply);
      return reply;
    } catch (IOException e) {
      if (e instanceof UnfitIndexes) {
        belief.misnumbered();
      }
      OptionalLong billed = belief.counted(format.billed(response.body()), request.bytes());
      if (e instanceof JsonVectors.NotFloats
          && request.spoken().includes(OptionalField.ENCODING_FORMAT)) {
        throw inNumbersFromNowOn(e.getMessage()).billing(billed(billed, request.tokens()));
      }
      throw unreadable(response, request, e).billing(billed);
    }
  }

  /** Whether a reply that can be read is to be believed. */
  private void judge(Reply reply, Dialect spoken) throws ProviderException {
    belief.named(reply.model());
    boolean asked = spoken.includes(OptionalField.ENCODING_FORMAT);
    switch (reply.form()) {
      case NUMBERS -> {
        if (asked) {
          leaveOut(OptionalField.ENCODING_FORMAT, "it ignores ");
        }
      }
      case BASE64 -> {
        Optional<String> fault = asked ? belief.faultOfBase64(reply.vectors()) : Optional.empty();
        if (fault.isPresent()) {
          throw inNumbersFromNowOn(fault.get());
        }
      }
    }
    if (spec.dimensions().isPresent()) {
      checkDimensions(reply.vectors(), spec.dimensions().getAsInt(), spoken);
    }
    if (normalization == Normalization.NONE) {
      belief.checkLength(reply.vectors());
    }
  }

  private Transient inNumbersFromNowOn(String fault) {
    leaveOut(OptionalField.ENCODING_FORMAT, "its base64 is not of float32s (" + fault + "): ");
    return new Transient(
        told.message("its base64 is not of float32s: " + fault),
        Kind.MISUNDERSTOOD,
        Optional.empty(),
        null);
  }

  /**
   * A server that ignores dimensions, or to which they are left out, gives its own: the first reply
   * tells, and every call after it would be paid for nothing. Later, or where a text is alone and
   * its vector may be the one that is wrong, it is a reply like any other that cannot be right.
   */
  private void checkDimensions(List<Vector> vectors, int asked, Dialect spoken) throws Hopeless {
    if (dimensionsHeeded) {
      return;
    }
    int given = vectors.get(0).dimensions();
    if (vectors.stream().anyMatch(vector -> vector.dimensions() != given)) {
      return;
    }
    if (given == asked) {
      dimensionsHeeded = true;
    } else if (vectors.size() > 1 || !spoken.includes(OptionalField.DIMENSIONS)) {
      throw new Hopeless(
          Reason.DIMENSIONS,
          told.message(
              "its vectors have "
                  + given
                  + " dimensions instead of the "
                  + asked
                  + " that were asked for"));
    }
  }

  /** A request that was sent. */
  private record Request(URI address, List<String> texts, long tokens, int bytes, Dialect spoken) {}

  private ProviderException failure(HttpResponse<byte[]> response, Request request) {
    int status = response.statusCode();
    if (status == PROXY_AUTHENTICATION_REQUIRED && proxy.isPresent()) {
      return new Hopeless(
          Reason.PROXY,
          "the proxy wants a user and a password, or others than "
              + proxy.get().variable()
              + " gives (HTTP 407)");
    }
    return failure(
        new FailedReply(
            status, response.headers(), errorBody(response, request), request.address()),
        request);
  }

  private ProviderException failure(FailedReply reply, Request request) {
    Optional<URI> elsewhere = address.after(reply);
    if (elsewhere.isPresent()) {
      learned("nothing answers at " + reply.address() + ", so it calls " + elsewhere.get());
      return new Transient(reply.message(), Kind.MISUNDERSTOOD, Optional.empty(), null);
    }
    if (reply.isRedirect() || reply.isOfTheAddress()) {
      return new Hopeless(
          Reason.ADDRESS, "no such model or address: " + reply.message() + address.told(reply));
    }
    return Quirks.in(reply)
        .flatMap(quirk -> adapted(quirk, reply.message(), request))
        .orElseGet(() -> format.failure(reply));
  }

  private ErrorBody errorBody(HttpResponse<byte[]> response, Request request) {
    return ErrorBody.of(told.scrub(response.body())).without(request.texts());
  }

  /** A good status without vectors: the body may state an error, or be a page. */
  private ProviderException unreadable(
      HttpResponse<byte[]> response, Request request, IOException defect) {
    ErrorBody body = errorBody(response, request);
    FailedReply reply =
        new FailedReply(response.statusCode(), response.headers(), body, request.address());
    if (body.statesAnError() || address.after(reply).isPresent()) {
      return told.of(failure(reply, request));
    }
    if (TokenVectors.areIn(response.body(), format.listsAroundNumbers())) {
      return told.of(
          new Hopeless(
              Reason.MODEL,
              "it returns a vector for each token instead of one for each text; it needs an"
                  + " embedding model with pooling"));
    }
    return told.transientFailure(
        Kind.BAD_REPLY,
        body.isPage()
            ? "the reply is a page, not JSON"
                + (body.shortMessage().isEmpty() ? "" : ": " + body.shortMessage())
                + " (from "
                + request.address()
                + ")"
                + address.told(reply)
            : "the reply cannot be read: " + ReplyDefect.words(defect),
        defect);
  }

  /** What follows from a refusal that is known; nothing where it does not fit the request. */
  private Optional<ProviderException> adapted(Quirks.Found quirk, String message, Request request) {
    return switch (quirk) {
      case Quirks.Found.Unknown(OptionalField word) -> {
        if (!request.spoken().includes(word)) {
          yield Optional.empty();
        }
        leaveOut(word, "it does not know ");
        yield Optional.of(new Transient(message, Kind.MISUNDERSTOOD, Optional.empty(), null));
      }
      case Quirks.Found.OneString() -> {
        if (request.spoken().form() == Dialect.TextForm.STRING) {
          yield Optional.empty();
        }
        learn(Dialect::withOneString, "it takes one text in a request, as a string,");
        yield Optional.of(
            request.texts().size() > 1
                ? new Refused(message)
                : new Transient(message, Kind.MISUNDERSTOOD, Optional.empty(), null));
      }
      case Quirks.Found.TooManyTexts(int limit) -> {
        int most = limit < request.texts().size() ? limit : request.texts().size() / 2;
        yield narrowed(
            request,
            message,
            old -> old.withTextsAtMost(most),
            "it takes " + most + " texts in one request");
      }
      case Quirks.Found.TooManyTokens(double part) -> {
        long tokens = request.texts().stream().mapToLong(this::tokens).sum();
        int most = (int) Math.min(Integer.MAX_VALUE, part * tokens);
        yield narrowed(
            request,
            message,
            old -> old.withTokensAtMost(most),
            "it takes about " + most + " tokens in one request");
      }
      case Quirks.Found.TooManyBytes() ->
          narrowed(
              request,
              message,
              old -> old.withBytesAtMost(request.bytes() / 2),
              "it takes " + request.bytes() / 2 + " bytes in one request");
      case Quirks.Found.TooLong() -> Optional.of(new Refused(message));
    };
  }

  /** A text that is alone says nothing of how many a request may hold. */
  private Optional<ProviderException> narrowed(
      Request request, String message, UnaryOperator<ProviderLimits> narrower, String sentence) {
    if (request.texts().size() > 1) {
      learn(old -> old.within(narrower.apply(old.limits())), sentence);
    }
    return Optional.of(new Refused(message));
  }

  private void leaveOut(OptionalField word, String why) {
    learn(old -> old.without(word), why + word + ", which is left out");
  }

  /** Remembers for the rest of the run, and says so where it is new. */
  private void learn(UnaryOperator<Dialect> change, String sentence) {
    Dialect before = dialect.getAndUpdate(change);
    if (!change.apply(before).equals(before)) {
      learned(sentence);
    }
  }

  private void learned(String sentence) {
    listener.learned(told.message(sentence + " from now on in this run"));
  }

  /** Lets the server describe itself, once, before the first call. */
  private void describe() throws ProviderException, InterruptedException {
    if (described || format.selfDescription().isEmpty()) {
      return;
    }
    asking.lockInterruptibly();
    try {
      if (!described) {
        ask(format.selfDescription().get());
        described = true;
      }
    } finally {
      asking.unlock();
    }
  }

  private void ask(SelfDescription description) throws ProviderException, InterruptedException {
    HttpResponse<byte[]> response = calls.get(at(description.path()));
    if (response.statusCode() != 200) {
      return; // it does not describe itself; the call itself tells what is wrong
    }
    try {
      ProviderLimits before = limits();
      ProviderLimits said = description.limits(spec, before, told.scrub(response.body()));
      if (!said.equals(before)) {
        learn(old -> old.within(said), "it says that it takes " + inWords(said));
      }
    } catch (Hopeless e) {
      throw told.of(e);
    } catch (IOException e) {
      listener.learned(
          told.message("what it says of itself cannot be read: " + ReplyDefect.words(e)));
    }
  }

  private static String inWords(ProviderLimits limits) {
    return limits.textsPerRequest()
        + " texts"
        + (limits.bytesPerRequest().isPresent()
            ? " and " + limits.bytesPerRequest().getAsInt() + " bytes"
            : "")
        + " in one request";
  }

  private List<String> sent(List<String> texts) {
    OptionalInt longest =
        spec.oversize() == Oversize.TRUNCATE ? limits().tokensPerText() : OptionalInt.empty();
    if (prefix.isEmpty() && longest.isEmpty()) {
      return texts;
    }
    return texts.stream().map(text -> cut(prefix + text, longest)).toList();
  }

  private String cut(String text, OptionalInt longest) {
    return longest.isPresent() && tokensOfSent(text) > longest.getAsInt()
        ? TokenCounter.cut(text, longest.getAsInt())
        : text;
  }

  @Override
  public void close() {
    calls.close();
  }
}
