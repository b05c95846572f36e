package dev.embedctl.provider.remote;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.CountedText;
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
import dev.embedctl.provider.remote.api.UnfitIndexes;
import dev.embedctl.provider.remote.api.WireFormat;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/** Gets vectors from an API over HTTP, with one call for each request. */
public final class HttpProvider implements EmbeddingProvider {
  /** The greatest size of one number of a vector in a reply, with separators. */
  private static final int LONGEST_NUMBER = 32;

  /** No known model has vectors with more dimensions. */
  private static final int MOST_DIMENSIONS = 16_384;

  /** The bytes of a reply besides its vectors, and besides each vector. */
  private static final int BESIDE = 64 << 10;

  private static final int BESIDE_EACH = 1 << 10;

  private final HttpCalls calls;
  private final WireFormat format;
  private final EmbeddingSpec spec;
  private final String prefix;
  private final SentTexts sent;
  private final CallAddress address;
  private final FailureMessages messages;
  private final ServerListener listener;
  private final LearnedDialect dialect;
  private final FailedCalls failures;
  private final Normalization normalization;
  private final long longestVector;
  private final Belief belief;
  private final Optional<TextLimit> longestText;
  private volatile boolean dimensionsHeeded;

  /**
   * A provider.
   *
   * @param prefix what is sent before each text
   * @param normalization how vectors are scaled
   * @param expectations known properties of valid replies
   * @param limits known limits of a request
   * @param longestText the longest text, if known
   * @param usualPath the path that the API's base URL usually has, if any
   * @param listener receives events about the server
   */
  public HttpProvider(
      HttpCalls calls,
      WireFormat format,
      EmbeddingSpec spec,
      String prefix,
      Normalization normalization,
      Belief.Expectations expectations,
      ProviderLimits limits,
      Optional<TextLimit> longestText,
      URI baseUrl,
      Optional<String> usualPath,
      Optional<HttpProxy> proxy,
      FailureMessages messages,
      ServerListener listener) {
    this.calls = calls;
    this.format = format;
    this.spec = spec;
    this.prefix = prefix;
    this.sent = new SentTexts(prefix, spec.oversize(), this::limits);
    this.address = new CallAddress(baseUrl, format.path(baseUrl, spec), usualPath);
    this.messages = messages;
    this.listener = listener;
    this.normalization = normalization;
    this.longestText = longestText.map(limit -> behind(prefix, limit));
    this.longestVector = LONGEST_NUMBER * (long) expectations.dimensions().orElse(MOST_DIMENSIONS);
    this.belief = new Belief(spec, expectations, messages, listener);
    this.dialect =
        new LearnedDialect(
            calls, format, spec, expectations.otherNames(), limits, baseUrl, messages, listener);
    this.failures =
        new FailedCalls(
            format, calls.authorization(), address, proxy, messages, dialect, this::tokens);
  }

  private static TextLimit behind(String prefix, TextLimit limit) {
    return new TextLimit(limit.tokens(), text -> limit.count().applyAsInt(prefix + text));
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
  public String prefix() {
    return prefix;
  }

  @Override
  public ProviderLimits limits() {
    return dialect.now().limits();
  }

  @Override
  public Optional<TextLimit> longestText() {
    return longestText;
  }

  /**
   * Exact for a text that may be too long. For a shorter text, or if the tokenizer is unknown, it
   * is a quarter of the bytes, which is also how OpenAI estimates a request. A byte-level tokenizer
   * makes no more tokens than bytes, so a text with few bytes is not too long.
   */
  @Override
  public int tokens(String text) {
    return sent.tokens(text);
  }

  @Override
  public boolean takesWhole(CountedText text) {
    return limits().tokensPerText().isPresent()
        ? EmbeddingProvider.super.takesWhole(text)
        : TokenCounter.utf8Length(prefix) + TokenCounter.utf8Length(text.text())
            <= SHORTER_THAN_ANY_LIMIT;
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

  private Embeddings embed(EmbeddingRequest wanted, UnaryOperator<Dialect> form)
      throws ProviderException, InterruptedException {
    List<String> texts = wanted.texts();
    dialect.askTheServer();
    Dialect spoken = form.apply(dialect.now());
    if (texts.size() > spoken.limits().textsPerRequest()) { // according to its own description
      throw new Refused(messages.message("it takes fewer texts in one request"));
    }
    byte[] body = format.request(spec, sent.of(texts), spoken);
    URI called = address.now();
    HttpResponse<byte[]> response =
        calls.post(called, body, BESIDE + texts.size() * (longestVector + BESIDE_EACH));
    listener.answered(new Answer(format, spoken, response, messages));
    FailedCalls.Request request =
        new FailedCalls.Request(called, texts, wanted.tokens(), body.length, spoken);
    if (response.statusCode() != 200) {
      throw messages.of(failures.failure(response, request));
    }
    Reply reply = read(response, request);
    OptionalLong counted =
        reply.tokens().isPresent() ? reply.tokens() : format.tokens(response.headers());
    OptionalLong tokens = belief.counted(counted, body.length);
    try {
      judge(reply, spoken);
    } catch (ProviderException e) {
      throw e.billing(billed(tokens, wanted.tokens()));
    }
    address.proven(called);
    belief.checkUnit(tokens, texts, wanted.tokens());
    return new Embeddings(reply.vectors(), tokens)
        .with(normalization)
        .saying(format.quota(response.headers()))
        .doubting(belief.doubts(reply, spoken.includes(OptionalField.ENCODING_FORMAT)));
  }

  /** The cost of a call whose reply is rejected: the count in the reply, or an estimate. */
  private static OptionalLong billed(OptionalLong counted, long estimated) {
    return OptionalLong.of(counted.orElse(estimated));
  }

  private Reply read(HttpResponse<byte[]> response, FailedCalls.Request request)
      throws ProviderException {
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
      throw failures.unreadable(response, request, e).billing(billed);
    }
  }

  /** Rejects a reply that can be read but is not plausible. */
  private void judge(Reply reply, Dialect spoken) throws ProviderException {
    belief.named(reply.model());
    boolean requested = spoken.includes(OptionalField.ENCODING_FORMAT);
    switch (reply.form()) {
      case NUMBERS -> {
        if (requested) {
          dialect.leaveOut(OptionalField.ENCODING_FORMAT, "it ignores ");
        }
      }
      case BASE64 -> {
        Optional<String> fault =
            requested ? belief.faultOfBase64(reply.vectors()) : Optional.empty();
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
    dialect.leaveOut(
        OptionalField.ENCODING_FORMAT,
        "its base64 does not contain float32 values (" + fault + "): ");
    return new Transient(
        messages.message("its base64 does not contain float32 values: " + fault),
        Kind.MISUNDERSTOOD,
        Optional.empty(),
        null);
  }

  /**
   * Ends the run if the first reply shows that the server ignores the requested dimensions, since
   * every later call would be charged for nothing. Wrong dimensions in later replies, or in a reply
   * with one text, are an ordinary invalid reply.
   */
  private void checkDimensions(List<Vector> vectors, int requested, Dialect spoken)
      throws Hopeless {
    if (dimensionsHeeded) {
      return;
    }
    int given = vectors.get(0).dimensions();
    if (vectors.stream().anyMatch(vector -> vector.dimensions() != given)) {
      return;
    }
    if (given == requested) {
      dimensionsHeeded = true;
    } else if (vectors.size() > 1 || !spoken.includes(OptionalField.DIMENSIONS)) {
      throw new Hopeless(
          Reason.DIMENSIONS,
          messages.message(
              "its vectors have "
                  + given
                  + " dimensions instead of the "
                  + requested
                  + " that were requested"));
    }
  }

  @Override
  public void close() {
    calls.close();
  }
}
