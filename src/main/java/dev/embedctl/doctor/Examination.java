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
 * Asks a provider a few questions, each once: what fails is told, not tried again. Only a call that
 * the server did not understand is sent a second time, in other words.
 */
public final class Examination {
  /** More than there are words that can be left out. */
  private static final int TRIES = 4;

  private final EmbeddingProvider provider;
  private final Subject subject;
  private final ServerNotes heard;
  private final LongSupplier nanoTime;
  private final ProviderLimits before;

  /**
   * An examination.
   *
   * @param provider with nothing around it; closed by whoever opened it
   * @param heard what the provider was told to tell
   */
  public Examination(
      EmbeddingProvider provider, Subject subject, ServerNotes heard, LongSupplier nanoTime) {
    this.provider = new CheckedProvider(provider);
    this.subject = subject;
    this.heard = heard;
    this.nanoTime = nanoTime;
    this.before = provider.limits();
  }

  /** What it will send and what that costs, in a sentence. */
  public String announcement() {
    return Questions.within(before).announced(subject);
  }

  /** Asks, and says what follows. */
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
          return observed(calls, Optional.of(new Failure(e, heard.takeLast())));
        }
      }
    }
    return observed(calls, Optional.empty());
  }

  private Observations observed(List<Call> calls, Optional<Failure> failure) {
    return new Observations(calls, failure, before, provider.limits(), heard.learned());
  }

  /** Whether the server takes fewer texts in one request: then each is asked for alone. */
  private boolean isForFewer(ProviderException failure, List<String> texts) {
    return failure instanceof Refused && provider.limits().textsPerRequest() < texts.size();
  }

  private Call call(List<String> texts) throws ProviderException, InterruptedException {
    for (int left = TRIES - 1; ; left--) {
      heard.takeLast();
      long start = nanoTime.getAsLong();
      try {
        Embeddings brought = provider.embed(texts);
        Duration took = Duration.ofNanos(nanoTime.getAsLong() - start);
        return new Call(texts, brought, took, heard.takeLast());
      } catch (Transient e) {
        if (e.kind() != Transient.Kind.MISUNDERSTOOD || left == 0) {
          throw e;
        }
      }
    }
  }
}
