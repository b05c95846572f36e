package dev.embedctl.cache.files;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The terms for taking a cache's lock.
 *
 * @param command the name of the holder for other processes, such as {@code embedctl batch}
 * @param patience the longest wait for another process
 * @param onWait receives a sentence about the holder when waiting begins
 */
public record LockTerms(String command, Duration patience, Consumer<String> onWait) {
  public LockTerms {
    Objects.requireNonNull(command);
    Objects.requireNonNull(patience);
    Objects.requireNonNull(onWait);
  }
}
