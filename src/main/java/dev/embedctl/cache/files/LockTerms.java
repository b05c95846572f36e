package dev.embedctl.cache.files;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * How a cache's lock is asked for.
 *
 * @param command what the others are told that holds it, such as {@code embedctl batch}
 * @param patience how long to wait for another process
 * @param onWait is told once, in a sentence, who holds the lock, when waiting begins
 */
public record LockTerms(String command, Duration patience, Consumer<String> onWait) {
  public LockTerms {
    Objects.requireNonNull(command);
    Objects.requireNonNull(patience);
    Objects.requireNonNull(onWait);
  }
}
