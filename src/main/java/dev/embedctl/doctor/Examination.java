package dev.embedctl.doctor;

import dev.embedctl.doctor.Observations.Call;
import dev.embedctl.doctor.Observations.Failure;
import dev.embedctl.provider.CheckedProvider;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Sends a few requests to a provider and records how it answers. It calls the provider itself
 * instead of an {@code EmbeddingService}, since it needs the result of each single call: the reply
 * as it came, or the first failure. A service would retry the call, pace it and answer it from a
 * cache, which hides what the examination looks for.
 *
 * <p>Only a call that the server did not understand is sent again, in another form.
 */
public final class Examination {
  /** More than the number of optional fields that can be left out of a request. */
  private static final int TRIES = 4;

  private final EmbeddingProvider provider;
  private final Subject subject;
  private final ServerNotes notes;
  private final LongSupplier nanoTime;
  private final ProviderLimits before;

  /**
   * An examination.
   *
   * @param provider one without retries, pace and checks; the caller closes it
   * @param notes the listener that the provider was opened with
   */
  public Examination(
      EmbeddingProvider provider, Subject subject, ServerNotes notes, LongSupplier nanoTime) {
    this.provider = new CheckedProvider(provider);
    this.subject = subject;
    this.notes = notes;
    this.nanoTime = nanoTime;
    this.before = provider.limits();
  }

  /** A sentence that states what will be sent and what it costs. */
  public String announcement() {
    return Questions.within(before).announced(subject);
  }

  /** Sends the requests and draws the conclusions. */
  public Diagnosis run() throws InterruptedException {
    return Diagnosis.of(subject, observed());
  }

  private Observations observed() throws InterruptedException {
    List<Call> calls = new ArrayList<>();
    for (List<String> texts : Questions.within(before).calls()) {
      try {
        calls.add(call(texts));
      } catch (ProviderException e) {
        if (!isForFewer(e, texts)) {
          return observed(calls, Optional.of(new Failure(e, notes.takeLast())));
        }
      }
    }
    return observed(calls, Optional.empty());
  }

  private Observations observed(List<Call> calls, Optional<Failure> failure) {
    return new Observations(calls, failure, before, provider.limits(), notes.learned());
  }

  /** Whether the server takes fewer texts in one request; then each text is sent alone. */
  private boolean isForFewer(ProviderException failure, List<String> texts) {
    return failure instanceof Refused && provider.limits().textsPerRequest() < texts.size();
  }

  private Call call(List<String> texts) throws ProviderException, InterruptedException {
    for (int left = TRIES - 1; ; left--) {
      notes.takeLast();
      long start = nanoTime.getAsLong();
      try {
        Embeddings embeddings = provider.embed(texts);
        Duration took = Duration.ofNanos(nanoTime.getAsLong() - start);
        return new Call(texts, embeddings, took, notes.takeLast());
      } catch (Transient e) {
        if (e.kind() != Transient.Kind.MISUNDERSTOOD || left == 0) {
          throw e;
        }
      }
    }
  }
}
