package dev.embedctl.provider;

import dev.embedctl.model.StopSignal;
import dev.embedctl.provider.CallListener.Call;
import dev.embedctl.provider.CallListener.Ending;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/** Calls another provider again after transient failures, until its policy or the run says stop. */
public final class RetryingProvider extends ForwardingProvider {
  private final RetryPolicy policy;
  private final Pause pause;
  private final RandomGenerator randomness;
  private final CallListener listener;

  /** Waits between calls; a run's is {@link StopSignal#awaitFor}. */
  @FunctionalInterface
  public interface Pause {
    /** Waits as long as told; returns early with true where the run is to stop. */
    boolean stoppedWithin(Duration pause) throws InterruptedException;
  }

  public RetryingProvider(
      EmbeddingProvider provider,
      RetryPolicy policy,
      Pause pause,
      RandomGenerator randomness,
      CallListener listener) {
    super(provider);
    this.policy = policy;
    this.pause = pause;
    this.randomness = randomness;
    this.listener = listener;
  }

  @Override
  public Embeddings embed(List<String> texts) throws ProviderException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return called(texts, attempt).after(attempt);
      } catch (ProviderException.Transient e) {
        if (attempt == policy.maxAttempts()
            || pause.stoppedWithin(policy.pauseAfter(attempt, e.retryAfter(), randomness))) {
          throw e.after(attempt);
        }
      } catch (ProviderException e) {
        throw e.after(attempt);
      }
    }
  }

  private Embeddings called(List<String> texts, int attempt)
      throws ProviderException, InterruptedException {
    long start = System.nanoTime();
    Ending ending = Ending.FAILED;
    OptionalLong tokens = OptionalLong.empty();
    try {
      Embeddings embeddings = provider().embed(texts);
      ending = Ending.ANSWERED;
      tokens = embeddings.tokens();
      return embeddings;
    } catch (ProviderException.Transient e) {
      ending =
          switch (e.kind()) {
            case RATE_LIMITED -> Ending.RATE_LIMITED;
            case OTHER -> Ending.FAILED;
          };
      throw e;
    } finally {
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      listener.ended(new Call(ending, attempt, texts.size(), tokens, took));
    }
  }
}
