package dev.embedctl.provider.remote.auth;

import dev.embedctl.provider.ProviderException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A token or credentials that are got when first needed, and renewed before they end: once for all
 * threads, which wait meanwhile. If they cannot be renewed, the old ones are used to their end.
 */
public final class Renewed<T> {
  private static final Duration EARLY = Duration.ofMinutes(5);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(30);

  private final Source<T> source;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private Optional<Expiring<T>> current = Optional.empty();
  private Optional<T> rejected = Optional.empty();
  private Instant lastAttempt = Instant.MIN;

  /** Where it comes from. */
  @FunctionalInterface
  public interface Source<T> {
    /** Gets a new one. */
    Expiring<T> get() throws ProviderException, InterruptedException;
  }

  public Renewed(Source<T> source, Clock clock) {
    this.source = source;
    this.clock = clock;
  }

  /** The valid one. */
  public T now() throws ProviderException, InterruptedException {
    lock.lockInterruptibly();
    try {
      Instant now = clock.instant();
      if (current.isEmpty() || current.get().endsBy(now)) {
        renew(now);
      } else if (current.get().endsBy(now.plus(EARLY))
          && now.isAfter(lastAttempt.plus(BETWEEN_ATTEMPTS))) {
        renewEarly(now);
      }
      return current.orElseThrow().value();
    } finally {
      lock.unlock();
    }
  }

  private void renew(Instant now) throws ProviderException, InterruptedException {
    lastAttempt = now;
    current = Optional.of(source.get());
  }

  private void renewEarly(Instant now) throws InterruptedException {
    Expiring<T> old = current.orElseThrow();
    try {
      renew(now);
    } catch (ProviderException e) {
      current = Optional.of(old); // still valid; the failure shows if it lasts until its end
    }
  }

  /**
   * Drops a value that the server rejected, unless another one has replaced it already.
   *
   * @return whether another one may follow: false if this one was got again after a rejection
   */
  public boolean drop(T value) {
    lock.lock();
    try {
      if (current.isEmpty() || !current.get().value().equals(value)) {
        return true;
      }
      boolean again = rejected.isPresent() && rejected.get().equals(value);
      rejected = Optional.of(value);
      current = Optional.empty();
      return !again;
    } finally {
      lock.unlock();
    }
  }

  /** The one that was used last, whether it is valid or not; empty before the first call. */
  public Optional<T> last() {
    lock.lock();
    try {
      return current.map(Expiring::value).or(() -> rejected);
    } finally {
      lock.unlock();
    }
  }
}
