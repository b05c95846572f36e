package dev.embedctl.provider.pace;

import dev.embedctl.model.StopSignal;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The tokens that a run may be charged for. A call reserves the most it can cost before it is sent,
 * and gives back what it did not need, so that the run never goes over.
 */
public final class Budget {
  private final long tokens;
  private final String said;
  private final StopSignal stop;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long spent;
  private long reserved;

  /**
   * A budget.
   *
   * @param tokens that it allows
   * @param said the options that set it, for messages
   */
  public Budget(long tokens, String said, StopSignal stop) {
    this.tokens = tokens;
    this.said = Objects.requireNonNull(said);
    this.stop = stop;
    stop.whenRaised(this::look);
  }

  /** A budget that is never used up. */
  public static Budget unlimited(StopSignal stop) {
    return new Budget(Long.MAX_VALUE, "", stop);
  }

  /** Whether anything is to be counted at all. */
  boolean isLimited() {
    return tokens != Long.MAX_VALUE;
  }

  /**
   * Reserves tokens for a call, once calls in flight have given back what they did not need.
   *
   * @return whether they fit; true as well where the run stops, which ends the call otherwise
   */
  boolean reserve(long most) throws InterruptedException {
    if (!isLimited()) {
      return true;
    }
    lock.lock();
    try {
      while (!fits(most) && reserved > 0 && !stop.isRaised()) {
        changed.await();
      }
      if (!fits(most) && !stop.isRaised()) {
        return false;
      }
      reserved += most;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * A call has ended.
   *
   * @param most what it had reserved
   * @param charged what the provider counted for it; where that is not known, or cannot be, all
   *     that was reserved is taken for spent
   */
  void settle(long most, OptionalLong charged) {
    if (!isLimited()) {
      return;
    }
    lock.lock();
    try {
      reserved -= most;
      long counted = charged.orElse(most);
      spent = saturated(spent, counted < 0 ? most : counted);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean fits(long most) {
    return spent <= tokens && most <= tokens - spent - reserved;
  }

  private static long saturated(long one, long other) {
    return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
  }

  /** What to tell the user when a call of so many tokens does not fit. */
  String exceededBy(long most) {
    lock.lock();
    try {
      return said
          + " ends the run: "
          + spent
          + " tokens are spent, and the next text could take up to "
          + most
          + " more";
    } finally {
      lock.unlock();
    }
  }

  private void look() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
