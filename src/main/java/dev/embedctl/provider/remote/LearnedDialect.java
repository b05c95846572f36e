package dev.embedctl.provider.remote;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderLimits;
import dev.embedctl.provider.remote.api.Dialect;
import dev.embedctl.provider.remote.api.OptionalField;
import dev.embedctl.provider.remote.api.SelfDescription;
import dev.embedctl.provider.remote.api.WireFormat;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/** The form of requests that a run has learned for one server. Thread-safe. */
final class LearnedDialect {
  private final HttpCalls calls;
  private final WireFormat format;
  private final EmbeddingSpec spec;
  private final Set<String> allowed;
  private final URI baseUrl;
  private final FailureMessages messages;
  private final ServerListener listener;
  private final AtomicReference<Dialect> dialect;
  private final ReentrantLock asking = new ReentrantLock();
  private volatile boolean described;

  /**
   * The usual form, before anything is learned.
   *
   * @param allowed other names that the spec's model may have
   * @param limits the known limits of a request
   */
  LearnedDialect(
      HttpCalls calls,
      WireFormat format,
      EmbeddingSpec spec,
      Set<String> allowed,
      ProviderLimits limits,
      URI baseUrl,
      FailureMessages messages,
      ServerListener listener) {
    this.calls = calls;
    this.format = format;
    this.spec = spec;
    this.allowed = Set.copyOf(allowed);
    this.baseUrl = baseUrl;
    this.messages = messages;
    this.listener = listener;
    this.dialect =
        new AtomicReference<>(new Dialect(format.words(spec), limits, Dialect.TextForm.LIST));
  }

  /** The dialect of the next request. */
  Dialect now() {
    return dialect.get();
  }

  /** Leaves a field out of all further requests. */
  void leaveOut(OptionalField word, String why) {
    learn(old -> old.without(word), why + word + ", which is left out");
  }

  /** Changes the dialect for the rest of the run, and reports a change. */
  void learn(UnaryOperator<Dialect> change, String sentence) {
    Dialect before = dialect.getAndUpdate(change);
    if (!change.apply(before).equals(before)) {
      report(sentence);
    }
  }

  /** Reports what the run learned about the server. */
  void report(String sentence) {
    listener.learned(messages.message(sentence + " from now on in this run"));
  }

  /** Reads the server's own description of itself, once, before the first call. */
  void askTheServer() throws ProviderException, InterruptedException {
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
    HttpResponse<byte[]> response =
        calls.get(URI.create(baseUrl.toString().replaceAll("/+$", "") + description.path()));
    if (response.statusCode() != 200) {
      return; // no description; a problem will show in the first call
    }
    try {
      ProviderLimits before = dialect.get().limits();
      ProviderLimits stated =
          description.limits(spec, allowed, before, messages.scrub(response.body()));
      if (!stated.equals(before)) {
        learn(
            old -> old.within(stated),
            "according to its own description, it takes " + inWords(stated));
      }
    } catch (Hopeless e) {
      throw messages.of(e);
    } catch (IOException e) {
      listener.learned(
          messages.message("its own description cannot be read: " + ReplyDefect.words(e)));
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
}
